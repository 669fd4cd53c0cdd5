package org.f2d2.lab.cheap;

import java.util.Optional;

/** Sums of products of columns, and their Cholesky factor. */
public final class Covariance {

  private Covariance() {}

  /** Mean of each column, [d]. */
  public static double[] mean(double[] rows, int d) {
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i] * d / rows.length;
    }
    return mean;
  }

  /**
   * The covariance that divides by the number of rows, [d·d].
   *
   * @param rows row-major [n, d]
   * @param mean [d]
   */
  public static double[] of(double[] rows, double[] mean) {
    int d = mean.length;
    int n = rows.length / d;
    double[] sum = new double[d * d];
    double[] gap = new double[d];
    for (int r = 0; r < n; r++) {
      for (int i = 0; i < d; i++) {
        gap[i] = rows[r * d + i] - mean[i];
        for (int j = 0; j <= i; j++) {
          sum[i * d + j] += gap[i] * gap[j];
        }
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        sum[i * d + j] /= n;
        sum[j * d + i] = sum[i * d + j];
      }
    }
    return sum;
  }

  /**
   * The lower factor L with L·Lᵀ = a.
   *
   * @param a symmetric, row-major [d·d]
   * @return row-major [d·d]; empty where {@code a} is not positive definite in double precision
   */
  public static Optional<double[]> cholesky(double[] a, int d) {
    double[] l = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = a[i * d + j];
        for (int k = 0; k < j; k++) {
          rest -= l[i * d + k] * l[j * d + k];
        }
        if (i > j) {
          l[i * d + j] = rest / l[j * d + j];
        } else if (rest > 0) {
          l[i * d + i] = Math.sqrt(rest);
        } else {
          return Optional.empty();
        }
      }
    }
    return Optional.of(l);
  }
}
