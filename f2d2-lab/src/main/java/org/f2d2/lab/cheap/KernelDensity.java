package org.f2d2.lab.cheap;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The mean of one Gaussian of width h on every row of the fit. The width is the one of a ladder
 * 10^(k/8), from wide to narrow, under which rows of five folds are likeliest given the other four.
 */
public final class KernelDensity implements CheapModel {

  private static final int FOLDS = 5;
  private static final double STEP = Math.pow(10, -1.0 / 8);
  private static final double WIDEST = Math.pow(10, 0.5);

  /** Below this a width is the rounding of the columns' doubles. */
  private static final double NARROWEST = 1e-9;

  /** The ladder ends this many steps after the likeliest width. */
  private static final int STEPS_PAST_BEST = 8;

  /** Numbers that the distances for the choice may take: 64 MB. */
  private static final long MOST_DISTANCES = 8_000_000;

  private static final int MOST_ROWS_FOR_CHOICE = 10_000;

  private final double[] centres;
  private final int d;
  private final double bandwidth;

  private KernelDensity(double[] centres, int d, double bandwidth) {
    this.centres = centres;
    this.d = d;
    this.bandwidth = bandwidth;
  }

  /** The mean of Gaussians of a given width, on rows [n, d]. */
  static KernelDensity of(double[] rows, int d, double bandwidth) {
    return new KernelDensity(rows.clone(), d, bandwidth);
  }

  /**
   * Chooses the width.
   *
   * @param rows row-major [n, d], finite, n at least 5; columns of similar scale. Beyond 10,000
   *     rows the width is chosen on 10,000 of them.
   * @param seed divides the rows into folds
   */
  public static KernelDensity fit(double[] rows, int d, long seed) {
    int n = rows.length / d;
    if (n < FOLDS) {
      throw new IllegalArgumentException("needs at least " + FOLDS + " rows, got " + n);
    }
    int[] order = shuffled(n, seed);
    int kept = Math.min(n, MOST_ROWS_FOR_CHOICE);
    int asked = (int) Math.min(kept, MOST_DISTANCES / kept);
    // The fold of a row is its place in the shuffled order, modulo 5.
    double[][] distances = new double[asked][kept];
    IntStream.range(0, asked)
        .parallel()
        .forEach(
            q -> {
              for (int r = 0; r < kept; r++) {
                distances[q][r] = squared(rows, order[q] * d, rows, order[r] * d, d);
              }
            });
    double best = Double.NEGATIVE_INFINITY;
    double chosen = WIDEST;
    int past = 0;
    double[] values = new double[asked];
    for (double h = WIDEST; h > NARROWEST && past <= STEPS_PAST_BEST; h *= STEP) {
      double width = h;
      Arrays.parallelSetAll(values, q -> logMean(distances[q], width, d, q % FOLDS));
      double mean = Arrays.stream(values).average().orElseThrow();
      past++;
      if (mean > best) {
        best = mean;
        chosen = h;
        past = 0;
      }
    }
    return of(rows, d, chosen);
  }

  private static int[] shuffled(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /** The log of the mean kernel over all places but those of one fold; a fold of -1 is none. */
  private static double logMean(double[] squared, double h, int d, int fold) {
    double least = Double.POSITIVE_INFINITY;
    int count = 0;
    for (int r = 0; r < squared.length; r++) {
      if (r % FOLDS != fold) {
        least = Math.min(least, squared[r]);
        count++;
      }
    }
    double sum = 0;
    for (int r = 0; r < squared.length; r++) {
      if (r % FOLDS != fold) {
        sum += Math.exp(-0.5 * (squared[r] - least) / (h * h));
      }
    }
    return -0.5 * least / (h * h)
        + Math.log(sum / count)
        - d * (Math.log(h) + 0.5 * Math.log(2 * Math.PI));
  }

  private static double squared(double[] a, int atA, double[] b, int atB, int d) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double gap = a[atA + i] - b[atB + i];
      sum += gap * gap;
    }
    return sum;
  }

  /** The width of the kernels, in units of the rows. */
  public double bandwidth() {
    return bandwidth;
  }

  @Override
  public String name() {
    return "kernel";
  }

  @Override
  public String choice() {
    return String.format(Locale.ROOT, "%.3g", bandwidth);
  }

  @Override
  public double[] logDensity(double[] rows) {
    double[] out = new double[rows.length / d];
    int n = centres.length / d;
    Arrays.parallelSetAll(
        out,
        r -> {
          double[] distances = new double[n];
          for (int c = 0; c < n; c++) {
            distances[c] = squared(rows, r * d, centres, c * d, d);
          }
          return logMean(distances, bandwidth, d, -1);
        });
    return out;
  }
}
