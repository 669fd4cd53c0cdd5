package org.f2d2.lab.odd;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.lab.StudentDensity;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.density.ArcsineDensity;
import org.f2d2.lab.density.GaussianDensities;
import org.f2d2.lab.density.UniformDensity;
import org.f2d2.lab.density.VonMisesDensity;

/** Bounds, angles, heavy tails, outliers, units, constants and numbers far from zero. */
final class ShapeCases {

  private static final int ROWS = 20_000;
  private static final int FRESH = 2_000;

  private ShapeCases() {}

  static List<OddCase> all() {
    return List.of(
        new OddCase("units", "uniform on [0, .01]², and the same times 100", ShapeCases::units),
        new OddCase("angle", "π + von Mises(2), and the same turned by 1", ShapeCases::angle),
        new OddCase("student", "Student t(2), 3-D", ShapeCases::student),
        new OddCase("beta-1", "Beta(.5, .5)", seed -> beta(1, 1000, seed)),
        new OddCase("beta-2", "Beta(.5, .5), 2-D", seed -> beta(2, 60, seed)),
        new OddCase(
            "outliers", "3 normals, 1 % of the rows at 1e4 and 1e8 sd", ShapeCases::outliers),
        new OddCase("constant", "a column of 1000000 and a normal one", ShapeCases::constant),
        new OddCase("offset", "1e15 + N(0, 10)", ShapeCases::offset));
  }

  private static Inputs units(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = new UniformDensity(2, 0, 0.01).sample(ROWS, random);
    double[] inside = new UniformDensity(2, 0.001, 0.008).sample(FRESH, random);
    double shift = -2 * Math.log(100);
    return new Inputs(
        2,
        training,
        times100(training),
        inside,
        List.of(
            Quantity.near(
                "mean log-density inside",
                -2 * Math.log(0.01),
                0.05,
                a -> Quantity.average(a.logDensity(inside))),
            Quantity.near(
                "largest departure of the shift by the units",
                0,
                1e-6,
                a -> {
                  double[] shifted =
                      Arrays.stream(a.logDensity(inside)).map(x -> x + shift).toArray();
                  return Quantity.largestGap(a.second().logDensity(times100(inside)), shifted);
                })));
  }

  private static double[] times100(double[] rows) {
    return Arrays.stream(rows).map(x -> 100 * x).toArray();
  }

  private static Inputs angle(long seed) {
    TestDensity density = new VonMisesDensity(Math.PI, 2);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] fresh = density.sample(FRESH, random);
    double[] truth = density.logDensity(fresh);
    double[] ends = {0, Math.nextDown(2 * Math.PI)};
    return new Inputs(
        1,
        training,
        turned(training),
        fresh,
        List.of(
            Quantity.mean("mean log-density", truth, fresh, 0.02),
            Quantity.near(
                "mean log-density, turned",
                Quantity.average(truth),
                0.02,
                a -> Quantity.average(a.second().logDensity(turned(fresh)))),
            Quantity.near(
                "step at 0, turned",
                0,
                0.05,
                a -> {
                  double[] at = a.second().logDensity(ends);
                  return at[0] - at[1];
                })));
  }

  private static double[] turned(double[] rows) {
    return Arrays.stream(rows).map(x -> (x + Math.PI + 1) % (2 * Math.PI)).toArray();
  }

  private static Inputs student(long seed) {
    TestDensity density = new StudentDensity(3, 2);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] fresh = density.sample(FRESH, random);
    double[] far = new double[18];
    double[] distances = {1e3, 1e6, 1e12};
    for (int i = 0; i < 6; i++) {
      // The first three rows lie on one side, the others on the other.
      Arrays.fill(far, 3 * i, 3 * i + 3, (i < 3 ? 1 : -1) * distances[i % 3]);
    }
    return new Inputs(
        3,
        training,
        fresh,
        List.of(
            Quantity.meanAsCheap("mean log-density", density.logDensity(fresh), fresh),
            Quantity.equal(
                "far rows not finite or not falling",
                0,
                a -> {
                  double[] at = a.logDensity(far);
                  double wrong = 0;
                  for (int i = 0; i < 6; i++) {
                    boolean falls = i % 3 == 0 || at[i] < at[i - 1];
                    wrong += Double.isFinite(at[i]) && falls ? 0 : 1;
                  }
                  return wrong;
                }),
            Quantity.none("share of far rows with p above the smallest", far, 0)));
  }

  private static Inputs beta(int d, int cells, long seed) {
    TestDensity density = new ArcsineDensity(d);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] fresh = density.sample(FRESH, random);
    double[] even = Quadrature.line(0, 1, cells);
    double[] line = Arrays.stream(even).map(ArcsineDensity::place).toArray();
    double[] inside = d == 1 ? line : Quadrature.square(line);
    // In u the true density is 1, so the ends need no care: dx = du / density(x).
    double[] slope = density.logDensity(inside);
    double[] widerLine = Quadrature.line(-1, 2, 3 * cells);
    double[] wider = d == 1 ? widerLine : Quadrature.square(widerLine);
    double[] outside = outside(wider, d);
    double cell = Math.pow(1.0 / cells, d);
    return new Inputs(
        d,
        training,
        fresh,
        List.of(
            Quantity.meanAsCheap("mean log-density", density.logDensity(fresh), fresh),
            Quantity.near(
                "integral over the support",
                1,
                0.02,
                a -> {
                  double[] at = a.logDensity(inside);
                  for (int i = 0; i < at.length; i++) {
                    at[i] -= slope[i];
                  }
                  return Quadrature.sum(at, cell);
                }),
            Quantity.atMost(
                "mass outside", 0, 0.005, a -> Quadrature.sum(a.logDensity(outside), cell))));
  }

  private static double[] outside(double[] rows, int d) {
    double[] kept = new double[rows.length];
    int at = 0;
    for (int r = 0; r < rows.length / d; r++) {
      boolean within = true;
      for (int i = 0; i < d; i++) {
        within &= rows[r * d + i] >= 0 && rows[r * d + i] <= 1;
      }
      if (!within) {
        System.arraycopy(rows, r * d, kept, at, d);
        at += d;
      }
    }
    return Arrays.copyOf(kept, at);
  }

  private static Inputs outliers(long seed) {
    TestDensity density = GaussianDensities.contaminated("", 3, 0.01, 1e4, 1e8);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] clean = GaussianDensities.standard("", 3).sample(FRESH, random);
    return new Inputs(
        3,
        training,
        clean,
        List.of(Quantity.mean("clean rows", density.logDensity(clean), clean, 0.03)));
  }

  private static Inputs constant(long seed) {
    TestDensity normal = GaussianDensities.standard("", 1);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = beside(1e6, normal.sample(2000, random));
    double[] values = normal.sample(FRESH, random);
    double[] fresh = beside(1e6, values);
    double[] departed = beside(1_000_001, values);
    return new Inputs(
        2,
        training,
        fresh,
        List.of(
            Quantity.mean("mean log-density", normal.logDensity(values), fresh, 0.02),
            Quantity.none("share with 1000001 and p above the smallest", departed, 0)));
  }

  private static double[] beside(double constant, double[] values) {
    double[] rows = new double[2 * values.length];
    for (int r = 0; r < values.length; r++) {
      rows[2 * r] = constant;
      rows[2 * r + 1] = values[r];
    }
    return rows;
  }

  private static Inputs offset(long seed) {
    TestDensity density = GaussianDensities.normal("", 1e15, 10);
    return Inputs.of(
        density,
        2000,
        FRESH,
        seed,
        fresh ->
            List.of(Quantity.mean("mean log-density", density.logDensity(fresh), fresh, 0.05)));
  }
}
