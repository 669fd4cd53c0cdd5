package org.f2d2.domain.table;

import java.util.Arrays;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van
 * Loan, Matrix Computations, section 8.5), accurate to the last digits; by LAPACK where there are
 * many columns.
 */
final class SymmetricEigen {
  private static final int MOST_SWEEPS = 60;

  /** Above this side rotations cost seconds, and LAPACK is worth the way to it. */
  private static final int MANY = 48;

  private final double[] values;
  private final double[] vectors;

  private SymmetricEigen(double[] values, double[] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  /** A copy of the eigenvalues, d long, in no particular order. */
  double[] values() {
    return values.clone();
  }

  /**
   * A copy of the eigenvectors, row-major d × d: column j belongs to eigenvalue j, and the columns
   * are orthonormal.
   */
  double[] vectors() {
    return vectors.clone();
  }

  /**
   * Decomposes a matrix.
   *
   * @param matrix row-major d × d, symmetric and finite; not changed
   * @param d its side
   */
  static SymmetricEigen of(double[] matrix, int d) {
    return d > MANY ? byLapack(matrix, d) : byRotations(matrix, d);
  }

  private static SymmetricEigen byLapack(double[] matrix, int d) {
    try (Scope scope = Scope.open()) {
      org.f2d2.tensor.SymmetricEigen eigen =
          org.f2d2.tensor.SymmetricEigen.of(Tensor.of(matrix, DType.FLOAT64, d, d));
      return new SymmetricEigen(eigen.values().toDoubles(), eigen.vectors().toDoubles());
    }
  }

  private static SymmetricEigen byRotations(double[] matrix, int d) {
    double[] a = matrix.clone();
    double[] v = new double[d * d];
    for (int i = 0; i < d; i++) {
      v[i * d + i] = 1;
    }
    double all = Arrays.stream(a).map(x -> x * x).sum();
    for (int sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, d) > 1e-32 * all; sweep++) {
      for (int p = 0; p < d - 1; p++) {
        for (int q = p + 1; q < d; q++) {
          rotate(a, v, d, p, q);
        }
      }
    }
    double[] values = new double[d];
    for (int i = 0; i < d; i++) {
      values[i] = a[i * d + i];
    }
    return new SymmetricEigen(values, v);
  }

  /** Zeroes {@code a[p][q]} by the smaller of the two possible rotations. */
  private static void rotate(double[] a, double[] v, int d, int p, int q) {
    double apq = a[p * d + q];
    if (apq == 0) {
      return;
    }
    double tau = (a[q * d + q] - a[p * d + p]) / (2 * apq);
    double t = Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
    double c = 1 / Math.hypot(1, t);
    double s = t * c;
    for (int k = 0; k < d; k++) {
      double kp = a[k * d + p];
      double kq = a[k * d + q];
      a[k * d + p] = c * kp - s * kq;
      a[k * d + q] = s * kp + c * kq;
    }
    for (int k = 0; k < d; k++) {
      double pk = a[p * d + k];
      double qk = a[q * d + k];
      a[p * d + k] = c * pk - s * qk;
      a[q * d + k] = s * pk + c * qk;
    }
    a[p * d + q] = 0;
    a[q * d + p] = 0;
    for (int k = 0; k < d; k++) {
      double kp = v[k * d + p];
      double kq = v[k * d + q];
      v[k * d + p] = c * kp - s * kq;
      v[k * d + q] = s * kp + c * kq;
    }
  }

  private static double offDiagonal(double[] a, int d) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * a[i * d + j] * a[i * d + j];
      }
    }
    return sum;
  }
}
