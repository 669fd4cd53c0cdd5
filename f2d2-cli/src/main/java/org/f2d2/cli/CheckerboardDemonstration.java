package org.f2d2.cli;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.cli.report.ReportSource;
import org.f2d2.data.Table;
import org.f2d2.lab.CheckerboardDensity;

/** Eight black squares of a board: a density with sharp edges whose every value is known. */
final class CheckerboardDemonstration {

  private static final int TRAINING_ROWS = 100_000;
  private static final int TEST_ROWS = 20_000;
  private static final long TRAINING_SEED = 1;
  private static final long TEST_SEED = 2;

  private CheckerboardDemonstration() {}

  /** Draws the rows. */
  static Demonstration create() {
    CheckerboardDensity density = new CheckerboardDensity();
    double[] training = density.sample(TRAINING_ROWS, new SplittableRandom(TRAINING_SEED));
    double[] test = density.sample(TEST_ROWS, new SplittableRandom(TEST_SEED));
    return new Demonstration(
        "Checkerboard",
        "100,000 points on the black squares of a board; their log-density is -ln 32 everywhere",
        Table.of(List.of("x", "y"), training),
        new ReportSource.Data(test, new boolean[0]),
        Optional.of(density));
  }
}
