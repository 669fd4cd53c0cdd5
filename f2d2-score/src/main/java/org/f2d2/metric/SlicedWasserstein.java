package org.f2d2.metric;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.f2d2.error.F2d2Exception;

/**
 * The sliced 2-Wasserstein distance between two samples: the root mean square, over random
 * directions, of the exact W2 distance of the projections (Bonneel et al. 2015).
 */
public final class SlicedWasserstein {
  private SlicedWasserstein() {}

  /**
   * Estimates the distance.
   *
   * @param x row-major, at least one row
   * @param y row-major, at least one row; the numbers of rows may differ
   * @param dimensions values per row
   * @param directions number of random directions, at least 1; uniform on the sphere
   * @param random draws {@code dimensions} normals per direction
   * @return in the unit of the columns
   * @throws F2d2Exception when a sample is empty, does not fill whole rows or holds NaN or an
   *     infinity, or no direction is asked for
   */
  public static double of(
      double[] x, double[] y, int dimensions, int directions, RandomGenerator random) {
    int n = Requirement.rows("first sample", x, dimensions);
    int m = Requirement.rows("second sample", y, dimensions);
    if (directions < 1) {
      throw new F2d2Exception("a sliced distance needs a direction, not " + directions);
    }
    double sum = 0;
    for (int k = 0; k < directions; k++) {
      double[] direction = direction(dimensions, random);
      sum += squaredW2(project(x, n, direction), project(y, m, direction)) / directions;
    }
    return Math.sqrt(sum);
  }

  /**
   * The squared W2 distance of two one-dimensional samples: the integral over u in [0, 1] of the
   * squared difference of their quantile functions, both constant between multiples of 1/n and 1/m.
   */
  static double squaredW2(double[] x, double[] y) {
    double[] a = x.clone();
    double[] b = y.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    double sum = 0;
    int i = 0;
    int j = 0;
    double position = 0;
    while (i < a.length && j < b.length) {
      // Compared as whole numbers, so that equal ends are equal whatever 1/n and 1/m round to.
      long endA = (i + 1L) * b.length;
      long endB = (j + 1L) * a.length;
      double end = Math.min(endA, endB) / ((double) a.length * b.length);
      sum += (end - position) * (a[i] - b[j]) * (a[i] - b[j]);
      position = end;
      i += endA <= endB ? 1 : 0;
      j += endB <= endA ? 1 : 0;
    }
    return sum;
  }

  private static double[] direction(int dimensions, RandomGenerator random) {
    double[] direction = new double[dimensions];
    double squares = 0;
    while (squares == 0) {
      for (int c = 0; c < dimensions; c++) {
        direction[c] = random.nextGaussian();
        squares += direction[c] * direction[c];
      }
    }
    for (int c = 0; c < dimensions; c++) {
      direction[c] /= Math.sqrt(squares);
    }
    return direction;
  }

  private static double[] project(double[] x, int rows, double[] direction) {
    double[] out = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < direction.length; c++) {
        out[r] += x[r * direction.length + c] * direction[c];
      }
    }
    return out;
  }
}
