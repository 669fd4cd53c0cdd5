package org.f2d2.lab.odd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.f2d2.lab.MixtureDensity;
import org.f2d2.lab.density.GaussianDensities;

/** Two narrow clusters far apart, equal or one of them rare, in one and two columns. */
final class ClusterCases {

  private static final int ROWS = 20_000;
  private static final int FRESH = 1_000;

  /** Further than this from both centres no normal row of this many will be, sd. */
  private static final double NEAR = 8;

  private ClusterCases() {}

  static List<OddCase> all() {
    List<OddCase> cases = new ArrayList<>();
    for (int d = 1; d <= 2; d++) {
      for (double distance : new double[] {200, 1e3, 1e6}) {
        for (double share : d == 1 ? new double[] {0.5, 0.01} : new double[] {0.5}) {
          int columns = d;
          cases.add(
              new OddCase(
                  String.format(Locale.ROOT, "clusters-%d-%.0f-%.2f", d, distance, share),
                  String.format(
                      Locale.ROOT,
                      "two clusters of sd 1, %.0f apart, %d-D, %.0f %%",
                      distance,
                      d,
                      100 * share),
                  seed -> inputs(columns, distance, share, seed)));
        }
      }
    }
    return cases;
  }

  private static Inputs inputs(int d, double distance, double share, long seed) {
    MixtureDensity density = GaussianDensities.twoClusters("", d, distance, share);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(ROWS, random);
    double[] first = GaussianDensities.standard("", d).sample(FRESH, random);
    double along = distance / Math.sqrt(d);
    double[] second =
        Arrays.stream(GaussianDensities.standard("", d).sample(FRESH, random))
            .map(x -> x + along)
            .toArray();
    double[] between = new double[100 * d];
    // From 100 sd behind the first cluster's centre to just as far from the second's.
    for (int r = 0; r < 100; r++) {
      double at = 100 + (distance - 200) * r / 99;
      Arrays.fill(between, r * d, (r + 1) * d, at / Math.sqrt(d));
    }
    double rare = share * ROWS;
    // A cluster's weight, mean and covariance are no better known than its rows allow.
    double tolerance = 0.05 + (share < 0.5 ? 2 / Math.sqrt(rare) : 0);
    return new Inputs(
        d,
        training,
        density.sample(2 * FRESH, random),
        List.of(
            Quantity.mean("first cluster", density.logDensity(first), first, 0.05),
            Quantity.mean("second cluster", density.logDensity(second), second, tolerance),
            Quantity.none("share between with p > .01", between, 0.01),
            Quantity.equal(
                "share of samples between", 0, a -> away(a.sample(2 * FRESH), d, along))));
  }

  private static double away(double[] drawn, int d, double along) {
    double[] least = new double[drawn.length / d];
    Arrays.setAll(
        least,
        r -> {
          double toFirst = 0;
          double toSecond = 0;
          for (int i = 0; i < d; i++) {
            toFirst = Math.hypot(toFirst, drawn[r * d + i]);
            toSecond = Math.hypot(toSecond, drawn[r * d + i] - along);
          }
          return Math.min(toFirst, toSecond);
        });
    return Quantity.share(least, x -> !(x <= NEAR));
  }
}
