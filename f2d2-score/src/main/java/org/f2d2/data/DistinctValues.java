package org.f2d2.data;

import java.util.Arrays;

/**
 * The distinct values of a column with their counts.
 *
 * <p>Whole numbers are compared exactly: ids, counts and time stamps that differ by one are two
 * values, however large. Other values that lie as close together as rounding could have brought
 * them count as one, unless the whole column is that narrow.
 */
public final class DistinctValues {
  /**
   * Two values that are not whole and lie at most so many units in their last place apart may be
   * one value that was computed in two ways.
   */
  private static final int ROUNDING_ULPS = 32;

  /** What sums that cancel leave, in proportion to the value and to the width of the column. */
  private static final double NOISE_OF_VALUE = 1e-13;

  private static final double NOISE_OF_WIDTH = 1e-14;

  /** The finest share of a column's width that is taken for noise. */
  private static final double OWN_SHARE = 1e-6;

  private final double[] values;
  private final int[] counts;
  private final int rows;

  private DistinctValues(double[] values, int[] counts, int rows) {
    this.values = values;
    this.counts = counts;
    this.rows = rows;
  }

  /**
   * Counts the values of a column.
   *
   * @param sorted finite, ascending, at least one
   */
  public static DistinctValues of(double[] sorted) {
    int n = sorted.length;
    double[] values = new double[n];
    int[] counts = new int[n];
    boolean whole = Arrays.stream(sorted).allMatch(DistinctValues::isWhole);
    boolean one = !whole && areOneButForRounding(sorted[0], sorted[n - 1]);
    double width = Math.abs(sorted[(int) (0.75 * (n - 1))] - sorted[(n - 1) / 4]);
    double range = sorted[n - 1] - sorted[0];
    int size = 0;
    for (double value : sorted) {
      double noise = whole ? 0 : noise(value, width, range);
      if (size > 0 && (one || value - values[size - 1] <= noise)) {
        counts[size - 1]++;
      } else {
        values[size] = value;
        counts[size++] = 1;
      }
    }
    return new DistinctValues(Arrays.copyOf(values, size), Arrays.copyOf(counts, size), n);
  }

  /** Whether a finite value has no fraction. */
  public static boolean isWhole(double value) {
    return value == Math.rint(value);
  }

  /** Whether two values lie so close together that rounding alone may have parted them. */
  public static boolean areOneButForRounding(double a, double b) {
    return Math.abs(a - b) <= ROUNDING_ULPS * Math.ulp(Math.max(Math.abs(a), Math.abs(b)));
  }

  /**
   * How far above a value the next ones still count as it.
   *
   * @param width of the column's middle half; 0 where more rows than that hold one value
   * @param range from its smallest value to its largest
   */
  private static double noise(double value, double width, double range) {
    double sums = Math.max(NOISE_OF_VALUE * Math.abs(value), NOISE_OF_WIDTH * width);
    // A column may be far from zero and narrow, as 1e15 and a few units: there what is small beside
    // the values is all that the column says.
    double own =
        Math.max(
            OWN_SHARE * (width > 0 ? width : range), Math.min(4 * Math.ulp(value), range / 1000));
    return Math.min(sums, own);
  }

  public int size() {
    return values.length;
  }

  public int rows() {
    return rows;
  }

  public double value(int i) {
    return values[i];
  }

  public int count(int i) {
    return counts[i];
  }

  /** Index of the first value not below the bound; {@code size()} when all are below. */
  public int firstFrom(double bound) {
    int at = Arrays.binarySearch(values, bound);
    return at >= 0 ? at : -at - 1;
  }

  /** Index of the most frequent value; the smallest of them when several are. */
  public int mode() {
    int mode = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[mode]) {
        mode = i;
      }
    }
    return mode;
  }

  /** The differences between neighbours, ascending; {@code size() - 1} long. */
  public double[] gaps() {
    double[] gaps = new double[values.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = values[i + 1] - values[i];
    }
    Arrays.sort(gaps);
    return gaps;
  }

  /** Among the rows without the given value, the share whose value another row has too. */
  public double sharedBeside(int index) {
    int shared = 0;
    for (int i = 0; i < counts.length; i++) {
      shared += i != index && counts[i] > 1 ? counts[i] : 0;
    }
    return rows == counts[index] ? 0 : shared / (double) (rows - counts[index]);
  }
}
