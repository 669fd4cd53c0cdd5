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

  /** So few that the rare cluster has some twenty. */
  private static final int FEW_ROWS = 2000;

  private static final int FRESH = 1_000;

  /** Further than this from both centres no normal row of this many will be, sd. */
  private static final double NEAR = 8;

  private ClusterCases() {}

  static List<OddCase> all() {
    List<OddCase> cases = new ArrayList<>();
    for (int d = 1; d <= 2; d++) {
      for (double distance : new double[] {200, 1e3, 1e6}) {
        for (double share : d == 1 ? new double[] {0.5, 0.01} : new double[] {0.5}) {
          cases.add(of(ROWS, d, distance, share, ""));
        }
      }
    }
    cases.add(of(FEW_ROWS, 1, 1e6, 0.01, "-few"));
    return cases;
  }

  private static OddCase of(int rows, int d, double distance, double share, String ending) {
    return new OddCase(
        String.format(Locale.ROOT, "clusters-%d-%.0f-%.2f", d, distance, share) + ending,
        String.format(
            Locale.ROOT,
            "two clusters of sd 1, %.0f apart, %d-D, %.0f %%%s",
            distance,
            d,
            100 * share,
            rows == ROWS ? "" : String.format(Locale.ROOT, " of %d rows", rows)),
        seed -> inputs(rows, d, distance, share, seed));
  }

  private static Inputs inputs(int rows, int d, double distance, double share, long seed) {
    MixtureDensity density = GaussianDensities.twoClusters("", d, distance, share);
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(rows, random);
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
    double rare = share * rows;
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
