package org.f2d2.bench.speed;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.DensityModel;
import org.f2d2.data.Table;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.TimeGrid;
import org.f2d2.lab.Machine;
import org.f2d2.lab.TestDensities;
import org.f2d2.likelihood.Jumps;
import org.f2d2.plain.PointFunction;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/** Microseconds of the log-density of one row by one jump, beside the peers. */
public final class LatencySpeed {

  private static final int REPEAT = 1000;
  private static final int WARM_UP = 20_000;
  private static final int MODEL_ROWS = 2000;
  private static final int MODEL_STEPS = 200;
  private static final int MODEL_WIDTH = 128;

  private LatencySpeed() {}

  /**
   * Measures networks of 4 layers alone, and one whole model against the peers' network of its size
   * alone.
   *
   * @param peers running
   * @param dimensions d of the row
   * @param widths units per layer
   * @param rounds turns of each side
   */
  public static Comparison run(
      List<Peer> peers, List<Integer> dimensions, List<Integer> widths, int rounds) {
    List<Comparison.Case> cases = new ArrayList<>();
    for (int width : widths) {
      for (int d : dimensions) {
        try (Workload work = new Workload(d, width, 4, 1)) {
          peers.forEach(work::load);
          PointFunction density =
              new Jumps(work.map(), GaussianPrior.STANDARD, TimeGrid.uniform(1)).atPoint();
          double[] row = work.rows().toDoubles();
          peers.forEach(peer -> work.requireEqual(peer, 1, density.at(row)));
          cases.addAll(
              cases(
                  "network of width " + width + ", d " + d,
                  work,
                  () -> density.at(row),
                  peers,
                  rounds));
        }
      }
    }
    cases.addAll(model(peers, rounds));
    return new Comparison("latency of one row, k 1", Machine.describe(), cases);
  }

  private static List<Comparison.Case> model(List<Peer> peers, int rounds) {
    Table table = TestDensities.of("ring").table(MODEL_ROWS, new SplittableRandom(1));
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Steps(MODEL_STEPS));
    try (DensityModel model = DensityModel.fit(table, options, FitListener.SILENT);
        Workload work = new Workload(2, MODEL_WIDTH, 4, 1)) {
      peers.forEach(work::load);
      double[] row = {1, 1};
      return cases(
          "whole model of width " + MODEL_WIDTH + ", d 2; the peers' network alone",
          work,
          () -> model.score(row, Nfe.ONE),
          peers,
          rounds);
    }
  }

  private static List<Comparison.Case> cases(
      String name, Workload work, Runnable ours, List<Peer> peers, int rounds) {
    Interleaving turns =
        new Interleaving()
            .way("ours", n -> Interleaving.seconds(ours, n))
            .ways(peers, (peer, n) -> work.seconds(peer, 1, n));
    Interleaving.seconds(ours, WARM_UP);
    return turns.medians(rounds, REPEAT).cases(name, peers, 1e6, "us", rounds * REPEAT);
  }
}
