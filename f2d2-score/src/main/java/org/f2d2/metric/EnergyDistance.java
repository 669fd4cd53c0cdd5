package org.f2d2.metric;

import org.f2d2.error.F2d2Exception;

/**
 * The squared energy distance {@code 2 E|X - Y| - E|X - X'| - E|Y - Y'|} between two samples
 * (Székely and Rizzo, "Energy statistics", 2013), with Euclidean norms. Zero exactly for equal
 * laws.
 */
public final class EnergyDistance {
  private EnergyDistance() {}

  /**
   * The unbiased estimate: pairs of a row with itself are left out, so samples of one law average
   * zero and single results may be slightly negative.
   *
   * <p>Time grows with the square of the rows; meant for up to a few thousand.
   *
   * @param x row-major, at least two rows
   * @param y row-major, at least two rows
   * @param dimensions values per row
   * @return in the unit of the columns
   * @throws F2d2Exception when a sample has fewer than two rows, does not fill whole rows, or holds
   *     NaN or an infinity
   */
  public static double of(double[] x, double[] y, int dimensions) {
    int n = Requirement.rows("first sample", x, dimensions);
    int m = Requirement.rows("second sample", y, dimensions);
    if (n < 2 || m < 2) {
      throw new F2d2Exception("an energy distance needs two rows on either side");
    }
    double between = 0;
    for (int i = 0; i < n; i++) {
      double row = 0;
      for (int j = 0; j < m; j++) {
        row += distance(x, i, y, j, dimensions);
      }
      between += row / m / n;
    }
    return 2 * between - within(x, n, dimensions) - within(y, m, dimensions);
  }

  /** Mean distance over pairs of different rows. */
  private static double within(double[] x, int n, int dimensions) {
    double sum = 0;
    for (int i = 1; i < n; i++) {
      double row = 0;
      for (int j = 0; j < i; j++) {
        row += distance(x, i, x, j, dimensions);
      }
      sum += row / (n - 1) * 2 / n;
    }
    return sum;
  }

  private static double distance(double[] x, int i, double[] y, int j, int dimensions) {
    double squares = 0;
    for (int c = 0; c < dimensions; c++) {
      double step = x[i * dimensions + c] - y[j * dimensions + c];
      squares += step * step;
    }
    return Math.sqrt(squares);
  }
}
