package org.f2d2.lab.odd;

import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.lab.CurveDensity;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.density.GaussianDensities;

/** Columns that nearly follow from others. */
final class DependenceCases {

  private static final int ROWS = 20_000;
  private static final int FRESH = 1_000;

  private DependenceCases() {}

  static List<OddCase> all() {
    return List.of(
        new OddCase("line-1e-6", "y = x + 1e-6 z", seed -> line(1, 1e-6, seed)),
        new OddCase("line-1e-9", "b = 2 a + 1e-9 z", seed -> line(2, 1e-9, seed)),
        new OddCase(
            "correlated",
            "19 columns, correlations .95, scales 1e-3 to 1e5",
            DependenceCases::pairs),
        new OddCase("curve", "y = x² + .3 z, 2,000 rows", DependenceCases::curve));
  }

  private static Inputs line(double slope, double noise, long seed) {
    TestDensity density = GaussianDensities.dependent("", slope, noise);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] fresh = density.sample(FRESH, random);
    double[] off = {0.5, slope * 0.5 + 1000 * noise};
    double[] on = {0.5, slope * 0.5};
    double right = 0.5 * 1000 * 1000;
    double[] tenDeviations = fresh.clone();
    for (int r = 0; r < FRESH; r++) {
      tenDeviations[2 * r + 1] = slope * fresh[2 * r] + 10 * noise;
    }
    return new Inputs(
        2,
        training,
        fresh,
        List.of(
            Quantity.mean("mean log-density", density.logDensity(fresh), fresh, 0.05),
            Quantity.near(
                "cost of 1,000 sd off the line",
                right,
                0.1 * right,
                a -> a.logDensity(on)[0] - a.logDensity(off)[0]),
            Quantity.none("share 10 sd off the line with p > .01", tenDeviations, 0.01)));
  }

  private static Inputs pairs(long seed) {
    TestDensity density = GaussianDensities.equicorrelated("", 19, 0.95, -3, 5);
    return Inputs.of(
        density,
        ROWS,
        FRESH,
        seed,
        fresh ->
            List.of(
                Quantity.mean("mean log-density", density.logDensity(fresh), fresh, 0.05),
                Quantity.atMost(
                    "time of the fit over that asked for", 1, 1.25, Answers::timeShare)));
  }

  /** Rows ten and more standard deviations of the noise off the curve, in the box of the data. */
  private static Inputs curve(long seed) {
    TestDensity density = new CurveDensity(0.3);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(2000, random);
    double[] fresh = density.sample(FRESH, random);
    double[] off = new double[4000];
    for (int r = 0; r < off.length / 2; r++) {
      double x;
      double y;
      do {
        x = 9 * random.nextDouble() - 4.5;
        y = 21 * random.nextDouble() - 3;
      } while (Math.abs(y - x * x) < 3 || density.logDensityAt(new double[] {x, y}) > -60);
      off[2 * r] = x;
      off[2 * r + 1] = y;
    }
    double[] grid = Quadrature.square(Quadrature.line(-6, 24, 100));
    double cell = 30.0 * 30 / 100 / 100;
    return new Inputs(
        2,
        training,
        fresh,
        List.of(
            Quantity.meanAsCheap("mean log-density", density.logDensity(fresh), fresh),
            Quantity.near("integral", 1, 0.02, a -> Quadrature.sum(a.logDensity(grid), cell)),
            Quantity.none("share far off the curve with p > .01", off, 0.01)));
  }
}
