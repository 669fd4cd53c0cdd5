package org.f2d2.data;

import java.util.Arrays;

/** The distinct values of a column with their counts; values a few ulps apart count as one. */
final class DistinctValues {
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
  static DistinctValues of(double[] sorted) {
    int n = sorted.length;
    double[] values = new double[n];
    int[] counts = new int[n];
    // Sums that cancel leave noise in proportion to the column's size, not to the value's own.
    double typical = Math.abs(sorted[(int) (0.75 * (n - 1))] - sorted[(n - 1) / 4]);
    int size = 0;
    for (double value : sorted) {
      double noise = Math.max(1e-13 * Math.abs(value), 1e-14 * typical);
      if (size > 0 && value - values[size - 1] <= noise) {
        counts[size - 1]++;
      } else {
        values[size] = value;
        counts[size++] = 1;
      }
    }
    return new DistinctValues(Arrays.copyOf(values, size), Arrays.copyOf(counts, size), n);
  }

  int size() {
    return values.length;
  }

  int rows() {
    return rows;
  }

  double value(int i) {
    return values[i];
  }

  int count(int i) {
    return counts[i];
  }

  /** Index of the first value not below the bound; {@code size()} when all are below. */
  int firstFrom(double bound) {
    int at = Arrays.binarySearch(values, bound);
    return at >= 0 ? at : -at - 1;
  }

  /** Index of the most frequent value; the smallest of them when several are. */
  int mode() {
    int mode = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[mode]) {
        mode = i;
      }
    }
    return mode;
  }

  /** The differences between neighbours, ascending; {@code size() - 1} long. */
  double[] gaps() {
    double[] gaps = new double[values.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = values[i + 1] - values[i];
    }
    Arrays.sort(gaps);
    return gaps;
  }

  /** Among the rows without the given value, the share whose value another row has too. */
  double sharedBeside(int index) {
    int shared = 0;
    for (int i = 0; i < counts.length; i++) {
      shared += i != index && counts[i] > 1 ? counts[i] : 0;
    }
    return rows == counts[index] ? 0 : shared / (double) (rows - counts[index]);
  }
}
