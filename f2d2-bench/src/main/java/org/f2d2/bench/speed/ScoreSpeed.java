package org.f2d2.bench.speed;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.lab.Machine;
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
      Workload work, Calibrator calibrator, List<Peer> peers, int k, int rounds) {
    Runnable ours = () -> work.density(calibrator, k);
    double[] values = work.density(calibrator, k);
    peers.forEach(peer -> work.requireEqual(peer, k, values));
    int repeat = Math.max(3, 40 / k);
    Interleaving turns =
        new Interleaving()
            .way("ours", n -> Interleaving.seconds(ours, n))
            .ways(peers, (peer, n) -> work.seconds(peer, k, n));
    Interleaving.seconds(ours, WARM_UP);
    return turns
        .medians(rounds, repeat)
        .cases(
            "d " + work.map().dimensions() + ", batch " + work.rows().size(0) + ", k " + k,
            peers,
            1e3,
            "ms",
            rounds * repeat);
  }
}
