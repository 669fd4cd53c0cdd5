package org.f2d2.lab.odd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.density.GaussianDensities;
import org.f2d2.lab.density.UniformDensity;

/** Few rows, few different rows, and rows whose company must not matter. */
final class FewRowsCases {

  private static final int FRESH = 2_000;

  /** Exact values of many columns cost. */
  private static final int FEW_FRESH = 300;

  private static final double CORRELATION = 0.6;

  private FewRowsCases() {}

  static List<OddCase> all() {
    return Stream.concat(
            Stream.of(
                new OddCase(
                    "alone", "1,000 normal rows; 1000.0 alone and in company", FewRowsCases::alone),
                new OddCase(
                    "repeats",
                    "200 different rows of 4 normals, 100 times each",
                    FewRowsCases::repeats),
                new OddCase("outlier", "150 uniform on 4..6 and one 41", FewRowsCases::outlier)),
            Stream.of(few(5, 60), few(60, 400), few(100, 200), few(200, 300)))
        .toList();
  }

  private static Inputs alone(long seed) {
    double[] training = GaussianDensities.standard("", 1).sample(1000, new SplittableRandom(seed));
    double[] alone = {1000};
    double[] company = new double[1000];
    company[999] = 1000;
    double[] shuffled = new double[1000];
    int place = new SplittableRandom(seed + 1).nextInt(1000);
    shuffled[place] = 1000;
    return new Inputs(
        1,
        training,
        training,
        List.of(
            Quantity.equal(
                "largest difference",
                0,
                a -> {
                  double first = a.logDensity(alone)[0];
                  double second = a.logDensity(company)[999];
                  double third = a.logDensity(shuffled)[place];
                  return Quantity.largestGap(
                      new double[] {first, first, second}, new double[] {second, third, third});
                })));
  }

  private static Inputs repeats(long seed) {
    TestDensity density = GaussianDensities.standard("", 4);
    SplittableRandom random = new SplittableRandom(seed);
    double[] different = density.sample(200, random);
    double[] training = new double[100 * different.length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(different, 0, training, i * different.length, different.length);
    }
    double[] fresh = density.sample(FRESH, random);
    double[] truth = density.logDensity(fresh);
    double right = Quantity.average(truth);
    return new Inputs(
        4,
        training,
        fresh,
        List.of(
            // 200 rows leave a Gaussian's 14 parameters 14/400 nats of error, and a flow's more.
            new Quantity(
                "mean log-density",
                right,
                right - 0.25,
                right + 0.05,
                a -> Quantity.average(a.logDensity(fresh))),
            new Quantity(
                "share of fresh rows with p <= .05",
                0.05,
                0.02,
                0.1,
                a -> Quantity.share(a.pValue(fresh), p -> p <= 0.05))));
  }

  private static Inputs outlier(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = new UniformDensity(1, 4, 2).sample(151, random);
    training[75] = 41;
    double[] line = Quadrature.line(-60, 140, 4000);
    double cell = 200.0 / 4000;
    return new Inputs(
        1,
        training,
        training,
        new UniformDensity(1, 4, 2).sample(FRESH, random),
        List.of(
            Quantity.equal(
                "training rows rarer than 41",
                0,
                a -> {
                  double[] all = a.logDensity(training);
                  return Arrays.stream(all).filter(x -> x < all[75]).count();
                }),
            Quantity.near("integral", 1, 0.02, a -> Quadrature.sum(a.logDensity(line), cell)),
            Quantity.equal(
                "largest difference of two fits with one seed",
                0,
                a ->
                    Quantity.largestGap(a.logDensity(training), a.second().logDensity(training)))));
  }

  private static OddCase few(int d, int rows) {
    return new OddCase(
        String.format(Locale.ROOT, "columns-%d", d),
        String.format(Locale.ROOT, "%d rows of %d correlated normals", rows, d),
        seed -> {
          TestDensity density = GaussianDensities.chain("", d, CORRELATION);
          return Inputs.of(
              density,
              rows,
              FEW_FRESH,
              seed,
              fresh ->
                  List.of(
                      Quantity.meanAsCheap("mean log-density", density.logDensity(fresh), fresh)));
        });
  }
}
