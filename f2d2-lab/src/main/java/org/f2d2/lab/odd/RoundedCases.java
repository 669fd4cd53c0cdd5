package org.f2d2.lab.odd;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.density.FlagDensity;
import org.f2d2.lab.density.PoissonDensity;
import org.f2d2.lab.density.RoundedDensity;
import org.f2d2.lab.density.ZeroInflatedDensity;

/** Columns whose values repeat: flags, counts, tenths, codes, atoms. */
final class RoundedCases {

  private static final int ROWS = 20_000;
  private static final int FRESH = 2_000;

  private RoundedCases() {}

  static List<OddCase> all() {
    return List.of(
        new OddCase("flag", "a flag set in 30 % and a normal column about it", RoundedCases::flag),
        new OddCase("rare-flags", "7 normals, 3 flags set in 2 of 500 rows", RoundedCases::rare),
        new OddCase("two-points", "two points, 500 copies each", RoundedCases::twoPoints),
        new OddCase("poisson", "counts of mean 3", RoundedCases::poisson),
        new OddCase("zeros", "70 % zeros, else exp(2 z)", RoundedCases::zeros),
        new OddCase("tenths", "N(20, 2) rounded to tenths", RoundedCases::tenths),
        new OddCase("hours", "hours 0 to 23 and a normal column", RoundedCases::hours),
        new OddCase("million", "0 or 1,000,000, and a normal column", RoundedCases::million));
  }

  private static Inputs flag(long seed) {
    TestDensity density = new FlagDensity("flag", 1, 0.3, 1, 1);
    double[] line = Quadrature.line(-6, 7, 400);
    double cell = 13.0 / 400;
    return inputs(
        density,
        seed,
        Quantity.near("P(f = 0)", 0.7, 0.01, a -> flagMass(a, 0, line, cell)),
        Quantity.near("P(f = 1)", 0.3, 0.01, a -> flagMass(a, 1, line, cell)),
        offLevels(2, 0, 0, 1));
  }

  private static double flagMass(Answers answers, int flag, double[] line, double cell) {
    double[] rows = new double[2 * line.length];
    for (int i = 0; i < line.length; i++) {
      rows[2 * i] = flag;
      rows[2 * i + 1] = line[i];
    }
    return Quadrature.sum(answers.logDensity(rows), cell);
  }

  private static Inputs rare(long seed) {
    int rows = 500;
    int d = 10;
    double rate = 2.0 / rows;
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = new FlagDensity("", 3, rate, 7, 0).sample(rows, random);
    for (int i = 0; i < rows; i++) {
      for (int flag = 0; flag < 3; flag++) {
        // Exactly two rows of each, and no row with two of them.
        training[i * d + flag] = i / 2 == flag ? 1 : 0;
      }
    }
    double[] base = new FlagDensity("", 3, rate, 7, 0).sample(FRESH, random);
    for (int i = 0; i < base.length; i++) {
      base[i] = i % d < 3 ? 0 : base[i];
    }
    double[] truth = new FlagDensity("", 3, rate, 7, 0).logDensity(base);
    return new Inputs(
        d,
        training,
        base,
        List.of(
            Quantity.mean("no flag set", truth, base, 0.3),
            Quantity.atMost(
                "the likeliest set flag less none",
                Math.log(rate / (1 - rate)),
                -2,
                a -> likeliestFlag(a, base)),
            offLevels(d, 0, 0, 1),
            offLevels(d, 1, 0, 1),
            offLevels(d, 2, 0, 1)));
  }

  private static double likeliestFlag(Answers answers, double[] base) {
    double none = Quantity.average(answers.logDensity(base));
    return IntStream.range(0, 3)
        .mapToDouble(
            flag -> {
              double[] set = base.clone();
              for (int i = flag; i < set.length; i += 10) {
                set[i] = 1;
              }
              return Quantity.average(answers.logDensity(set)) - none;
            })
        .max()
        .orElseThrow();
  }

  private static Inputs twoPoints(long seed) {
    double[] first = {1.5, -2};
    double[] second = {3.25, 7};
    double[] rows = new double[2000];
    // The order of the rows is all that is left to a seed.
    SplittableRandom random = new SplittableRandom(seed);
    int left = 500;
    for (int r = 0; r < 1000; r++) {
      boolean one = random.nextInt(1000 - r) < left;
      left -= one ? 1 : 0;
      System.arraycopy(one ? first : second, 0, rows, 2 * r, 2);
    }
    double cell = 1.75 * 9;
    return new Inputs(
        2,
        rows,
        rows,
        List.of(
            Quantity.near("P(first)", 0.5, 0.01, a -> Quadrature.sum(a.logDensity(first), cell)),
            Quantity.near("P(second)", 0.5, 0.01, a -> Quadrature.sum(a.logDensity(second), cell)),
            Quantity.equal(
                "share of samples elsewhere",
                0,
                a -> {
                  double[] drawn = a.sample(FRESH);
                  double[] here = new double[drawn.length / 2];
                  Arrays.setAll(
                      here,
                      r -> {
                        double[] row = {drawn[2 * r], drawn[2 * r + 1]};
                        return Arrays.equals(row, first) || Arrays.equals(row, second) ? 1 : 0;
                      });
                  return Quantity.share(here, x -> x == 0);
                })));
  }

  private static Inputs poisson(long seed) {
    double[] cells = IntStream.rangeClosed(0, 20).mapToDouble(k -> k).toArray();
    return inputs(
        new PoissonDensity(3),
        seed,
        Quantity.near("sum over cells", 1, 0.01, a -> Quadrature.sum(a.logDensity(cells), 1)),
        offLevels(1, 0, cells));
  }

  private static Inputs zeros(long seed) {
    return inputs(
        new ZeroInflatedDensity(0.7, 2),
        seed,
        Quantity.near("log P(0)", Math.log(0.7), 0.05, a -> a.logDensity(new double[1])[0]),
        Quantity.near(
            "share of zeros in samples",
            0.7,
            0.015,
            a -> Quantity.share(a.sample(FRESH), x -> x == 0)),
        Quantity.equal(
            "share of negative samples", 0, a -> Quantity.share(a.sample(FRESH), x -> x < 0)));
  }

  private static Inputs tenths(long seed) {
    double[] cells = IntStream.rangeClosed(50, 350).mapToDouble(k -> k / 10.0).toArray();
    return inputs(
        new RoundedDensity(20, 2),
        seed,
        Quantity.near("sum over cells", 1, 0.01, a -> Quadrature.sum(a.logDensity(cells), 0.1)),
        Quantity.none("20.05 has a p-value", new double[] {20.05}, 0),
        offLevels(1, 0, cells));
  }

  private static Inputs hours(long seed) {
    return levels(seed, IntStream.range(0, 24).mapToDouble(k -> k).toArray());
  }

  private static Inputs million(long seed) {
    return levels(seed, 0, 1e6);
  }

  /** Levels that are equally likely, and a standard normal column. */
  private static Inputs levels(long seed, double... levels) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = drawLevels(4000, levels, random);
    double[] fresh = drawLevels(FRESH, levels, random);
    double spacing = levels[1] - levels[0];
    double[] truth = new double[FRESH];
    Arrays.setAll(
        truth,
        r ->
            -Math.log(levels.length * spacing)
                - 0.5 * Math.log(2 * Math.PI)
                - 0.5 * fresh[2 * r + 1] * fresh[2 * r + 1]);
    return new Inputs(
        2,
        training,
        fresh,
        List.of(Quantity.mean("mean log-density", truth, fresh, 0.05), offLevels(2, 0, levels)));
  }

  private static double[] drawLevels(int n, double[] levels, SplittableRandom random) {
    double[] rows = new double[2 * n];
    for (int r = 0; r < n; r++) {
      rows[2 * r] = levels[random.nextInt(levels.length)];
      rows[2 * r + 1] = random.nextGaussian();
    }
    return rows;
  }

  private static Inputs inputs(TestDensity density, long seed, Quantity... more) {
    return Inputs.of(
        density,
        ROWS,
        FRESH,
        seed,
        fresh -> {
          double[] truth = density.logDensity(fresh);
          Quantity mean = Quantity.mean("mean log-density", truth, fresh, 0.02);
          return Stream.concat(Stream.of(mean), Arrays.stream(more)).toList();
        });
  }

  /** The share of samples with a value in a column that is none of its levels. */
  private static Quantity offLevels(int d, int column, double... levels) {
    return Quantity.equal(
        "share of samples off the levels of column " + (column + 1),
        0,
        a -> {
          double[] drawn = a.sample(FRESH);
          double[] values = new double[drawn.length / d];
          Arrays.setAll(values, r -> drawn[r * d + column]);
          return Quantity.share(values, x -> Arrays.stream(levels).noneMatch(l -> l == x));
        });
  }
}
