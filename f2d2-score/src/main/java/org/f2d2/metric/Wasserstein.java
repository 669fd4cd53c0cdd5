package org.f2d2.metric;

import org.f2d2.error.F2d2Exception;

/**
 * The exact 2-Wasserstein distance between two samples: the root of the smallest mean squared
 * distance over all ways to carry the rows of one to those of the other.
 *
 * <p>Two samples of one law are apart as well, by the more the fewer their rows; what a distance
 * says of the laws is what exceeds that of two such samples. {@link SlicedWasserstein} needs fewer
 * operations in several dimensions.
 */
public final class Wasserstein {
  private Wasserstein() {}

  /**
   * The distance on the line, where sorting solves it: {@code W2² = ∫ (F⁻¹(u) - G⁻¹(u))² du} with
   * the quantile functions of the two samples.
   *
   * @param x at least one value
   * @param y at least one value; the numbers of values may differ
   * @return in the unit of the values
   * @throws F2d2Exception when a sample is empty or holds NaN or an infinity
   */
  public static double onLine(double[] x, double[] y) {
    Requirement.rows("first sample", x, 1);
    Requirement.rows("second sample", y, 1);
    return Math.sqrt(SlicedWasserstein.squaredW2(x, y));
  }

  /**
   * The distance in any number of dimensions, by an optimal assignment of the rows.
   *
   * <p>Time grows with the cube of the rows at worst, memory with their number.
   *
   * @param x row-major, at least one row
   * @param y row-major, as many rows
   * @param dimensions values per row
   * @return in the unit of the columns
   * @throws F2d2Exception when a sample is empty, does not fill whole rows or holds NaN or an
   *     infinity, or the numbers of rows differ
   */
  public static double byAssignment(double[] x, double[] y, int dimensions) {
    int n = Requirement.rows("first sample", x, dimensions);
    int m = Requirement.rows("second sample", y, dimensions);
    Requirement.sameLength("rows of the first sample", n, "rows of the second", m);
    // A common shift adds the same to every pairing; without it fewer rows want the same partner.
    double[] shifted = y.clone();
    for (int c = 0; c < dimensions; c++) {
      double shift = mean(x, c, dimensions) - mean(y, c, dimensions);
      for (int j = 0; j < m; j++) {
        shifted[j * dimensions + c] += shift;
      }
    }
    int[] columns = Assignment.cheapest(n, (i, j) -> squaredDistance(x, i, shifted, j, dimensions));
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += squaredDistance(x, i, y, columns[i], dimensions) / n;
    }
    return Math.sqrt(sum);
  }

  /** The squared distance of a row of one sample and one of the other. */
  @FunctionalInterface
  public interface SquaredDistance {
    /**
     * Of two rows, by their numbers.
     *
     * @return finite and not negative, the same each time
     */
    double of(int i, int j);
  }

  /**
   * The distance of two samples of as many rows in any metric, by an optimal assignment of the
   * rows.
   *
   * @param n rows of each sample, at least one
   * @throws F2d2Exception when there is no row
   */
  public static double byAssignment(int n, SquaredDistance squared) {
    if (n < 1) {
      throw new F2d2Exception("a sample without rows is at no distance");
    }
    int[] columns = Assignment.cheapest(n, squared::of);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += squared.of(i, columns[i]) / n;
    }
    return Math.sqrt(sum);
  }

  private static double mean(double[] rows, int column, int dimensions) {
    double sum = 0;
    for (int at = column; at < rows.length; at += dimensions) {
      sum += rows[at];
    }
    return sum * dimensions / rows.length;
  }

  private static double squaredDistance(double[] x, int i, double[] y, int j, int dimensions) {
    double squares = 0;
    for (int c = 0; c < dimensions; c++) {
      double step = x[i * dimensions + c] - y[j * dimensions + c];
      squares += step * step;
    }
    return squares;
  }
}
