package org.f2d2.bench.speed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.lab.Machine;
import org.f2d2.score.Head;
import org.f2d2.train.Calibrator;
import org.f2d2.train.WorkerPool;

/** Rows per second of the log-density from k jumps, beside the peers. */
public final class ScoreSpeed {

  private static final int WARM_UP = 10;

  private ScoreSpeed() {}

  /**
   * Measures.
   *
   * @param peers running
   * @param dimensions d of the rows
   * @param batch rows per call
   * @param evaluations the numbers of jumps
   * @param rounds turns of each side
   */
  public static Comparison run(
      List<Peer> peers,
      List<Integer> dimensions,
      int batch,
      List<Integer> evaluations,
      int rounds) {
    List<Comparison.Case> cases = new ArrayList<>();
    try (WorkerPool pool = new WorkerPool(Machine.cores())) {
      Calibrator ours = new Calibrator(pool);
      for (int d : dimensions) {
        try (Workload work = new Workload(d, 512, 4, batch)) {
          peers.forEach(work::load);
          for (int k : evaluations) {
            cases.addAll(cases(work, ours, peers, k, rounds));
          }
        }
      }
    }
    return new Comparison("score", Machine.describe(), cases);
  }

  private static List<Comparison.Case> cases(
      Workload work, Calibrator ours, List<Peer> peers, int k, int rounds) {
    int batch = (int) work.rows().size(0);
    double[] values = density(work, ours, k);
    for (Peer peer : peers) {
      Path answer = work.files().path("density");
      peer.ask("density", "rows", work.rowsFile(), "k", k, "output", answer);
      Workload.requireEqual(
          "log-densities of " + peer.kind().id(),
          values,
          PeerFiles.read(answer, "log_density").toDoubles());
    }
    int repeat = Math.max(3, 40 / k);
    Interleaving turns =
        new Interleaving().way("ours", n -> Interleaving.seconds(() -> density(work, ours, k), n));
    for (Peer peer : peers) {
      turns.way(
          peer.kind().id(),
          n -> peer.seconds("score", "rows", work.rowsFile(), "k", k, "repeat", n));
    }
    Interleaving.seconds(() -> density(work, ours, k), WARM_UP);
    Interleaving.Medians medians = turns.medians(rounds, repeat);
    List<Comparison.Case> cases = new ArrayList<>();
    for (Peer peer : peers) {
      cases.add(
          new Comparison.Case(
              "d " + work.map().dimensions() + ", batch " + batch + ", k " + k,
              peer.kind().id(),
              1e3 * medians.of("ours"),
              1e3 * medians.of(peer.kind().id()),
              "ms",
              rounds * repeat));
    }
    return cases;
  }

  private static double[] density(Workload work, Calibrator ours, int k) {
    return ours.few(Head.DIVERGENCE, k, Optional.of(work.frozen()), Optional.empty(), work.rows());
  }
}
