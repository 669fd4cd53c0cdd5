package org.f2d2.lab.far;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.lab.TestDensity;

/**
 * Makes certain anomalies of a density.
 *
 * <p><b>The rule.</b> A row is a certain anomaly when its true log-density lies more than 3 nats
 * below the lowest of a million draws, and still does when it moves by the density's margin along
 * any column ({@link FarDensity#margin}). At 10,000 rows of a fit and less, a model that calls such
 * a row usual is wrong, not unlucky.
 *
 * <p><b>Where it looks.</b> Four kinds of candidates in turn, of which those that obey the rule are
 * kept:
 *
 * <ol>
 *   <li>a drawn row pushed along a random direction,
 *   <li>a drawn row pushed along one column,
 *   <li>a point on the line through two drawn rows, between them,
 *   <li>a point that is uniform in a box about the mean.
 * </ol>
 *
 * Pushes, and half the widths of boxes, are 3 to 1,000,000 standard deviations of the columns, even
 * on a logarithmic scale.
 */
public final class FarRows {

  /** Nats below the lowest draw. */
  static final double MARGIN = 3;

  private static final int DRAWS = 1_000_000;
  private static final int BATCH = 10_000;
  private static final double NEAREST = 3;
  private static final double FURTHEST = 1e6;
  private static final int KINDS = 4;

  private final FarDensity far;
  private final TestDensity density;
  private final int d;
  private final double lowest;
  private final double[] means;
  private final double[] deviations;

  private FarRows(FarDensity far, double lowest, double[] means, double[] deviations) {
    this.far = far;
    this.density = far.density();
    this.d = density.dimensions();
    this.lowest = lowest;
    this.means = means;
    this.deviations = deviations;
  }

  /** Draws a million rows to learn how rare a row may be, and the columns' scales. */
  public static FarRows of(FarDensity far, long seed) {
    return of(far, DRAWS, seed);
  }

  /** The same with another number of draws, at least 10,000. */
  static FarRows of(FarDensity far, int draws, long seed) {
    TestDensity density = far.density();
    int d = density.dimensions();
    SplittableRandom random = new SplittableRandom(seed);
    double lowest = Double.POSITIVE_INFINITY;
    double[] sums = new double[d];
    double[] squares = new double[d];
    int n = draws / BATCH * BATCH;
    for (int done = 0; done < n; done += BATCH) {
      double[] rows = density.sample(BATCH, random);
      lowest = Math.min(lowest, Arrays.stream(density.logDensity(rows)).min().orElseThrow());
      for (int i = 0; i < rows.length; i++) {
        sums[i % d] += rows[i];
        squares[i % d] += rows[i] * rows[i];
      }
    }
    double[] means = new double[d];
    double[] deviations = new double[d];
    for (int i = 0; i < d; i++) {
      means[i] = sums[i] / n;
      deviations[i] = Math.sqrt(squares[i] / n - means[i] * means[i]);
    }
    return new FarRows(far, lowest, means, deviations);
  }

  /** Lowest log-density of the draws, nats. */
  public double lowest() {
    return lowest;
  }

  /** Certain anomalies, row-major [n, d]. */
  public double[] draw(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[n * d];
    int kept = 0;
    while (kept < n) {
      double[] two = density.sample(2 * BATCH, random);
      double[] candidates = new double[BATCH * d];
      for (int r = 0; r < BATCH; r++) {
        candidate(r % KINDS, two, r, candidates, random);
      }
      double[] truth = highestNearby(candidates);
      for (int r = 0; r < BATCH && kept < n; r++) {
        if (truth[r] < lowest - MARGIN) {
          System.arraycopy(candidates, r * d, rows, kept * d, d);
          kept++;
        }
      }
    }
    return rows;
  }

  /** The true log-density of each row, or of the row moved by the margin along a column. */
  private double[] highestNearby(double[] rows) {
    double[] highest = density.logDensity(rows);
    for (int i = far.levels(); i < d && far.margin() > 0; i++) {
      for (double step : new double[] {-far.margin(), far.margin()}) {
        double[] moved = rows.clone();
        for (int at = i; at < moved.length; at += d) {
          moved[at] += step;
        }
        double[] there = density.logDensity(moved);
        Arrays.setAll(highest, r -> Math.max(highest[r], there[r]));
      }
    }
    return highest;
  }

  private void candidate(
      int kind, double[] drawn, int r, double[] candidates, SplittableRandom random) {
    double push = NEAREST * Math.pow(FURTHEST / NEAREST, random.nextDouble());
    int from = far.levels();
    double[] step = new double[d];
    switch (kind) {
      case 0 -> {
        double length = 0;
        for (int i = from; i < d; i++) {
          step[i] = random.nextGaussian();
          length = Math.hypot(length, step[i]);
        }
        for (int i = from; i < d; i++) {
          step[i] *= push * deviations[i] / length;
        }
      }
      case 1 -> {
        int i = from + random.nextInt(d - from);
        step[i] = (random.nextBoolean() ? push : -push) * deviations[i];
      }
      case 2 -> {
        double share = random.nextDouble();
        for (int i = from; i < d; i++) {
          step[i] = share * (drawn[(r + BATCH) * d + i] - drawn[r * d + i]);
        }
      }
      default -> {
        for (int i = from; i < d; i++) {
          double place = means[i] + push * deviations[i] * (2 * random.nextDouble() - 1);
          step[i] = place - drawn[r * d + i];
        }
      }
    }
    for (int i = 0; i < d; i++) {
      candidates[r * d + i] = drawn[r * d + i] + step[i];
    }
  }

  /** The largest distance of each row from the mean in any column, in standard deviations, [n]. */
  public double[] distance(double[] rows) {
    double[] out = new double[rows.length / d];
    for (int i = 0; i < rows.length; i++) {
      double away = Math.abs(rows[i] - means[i % d]) / deviations[i % d];
      out[i / d] = Math.max(out[i / d], away);
    }
    return out;
  }
}
