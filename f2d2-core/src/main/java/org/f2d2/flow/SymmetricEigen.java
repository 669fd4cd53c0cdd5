package org.f2d2.flow;

import java.util.Arrays;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, A = Q diag(λ) Qᵀ, by Jacobi's cyclic
 * rotations (Golub and Van Loan, Matrix Computations, section 8.5), of a larger one by LAPACK.
 */
final class SymmetricEigen {

  /** Above this side LAPACK is faster. */
  private static final int MANY = 16;

  private static final int MOST_SWEEPS = 100;
  private static final double TOLERANCE = 1e-30;

  private final double[] values;
  private final double[][] vectors;

  private SymmetricEigen(double[] values, double[][] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  /** Decomposes a matrix, of which it reads the symmetric part. */
  static SymmetricEigen of(double[][] matrix) {
    return matrix.length > MANY ? byLapack(matrix) : byRotations(matrix);
  }

  private static SymmetricEigen byLapack(double[][] matrix) {
    int d = matrix.length;
    double[] flat = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        flat[i * d + j] = 0.5 * (matrix[i][j] + matrix[j][i]);
      }
    }
    try (Scope scope = Scope.open()) {
      org.f2d2.tensor.SymmetricEigen eigen =
          org.f2d2.tensor.SymmetricEigen.of(Tensor.of(flat, DType.FLOAT64, d, d));
      double[] q = eigen.vectors().toDoubles();
      double[][] vectors = new double[d][];
      for (int i = 0; i < d; i++) {
        vectors[i] = Arrays.copyOfRange(q, i * d, (i + 1) * d);
      }
      return new SymmetricEigen(eigen.values().toDoubles(), vectors);
    }
  }

  private static SymmetricEigen byRotations(double[][] matrix) {
    int d = matrix.length;
    double[][] a = new double[d][d];
    double[][] q = new double[d][d];
    double size = 0;
    for (int i = 0; i < d; i++) {
      q[i][i] = 1;
      for (int j = 0; j < d; j++) {
        a[i][j] = 0.5 * (matrix[i][j] + matrix[j][i]);
        size += a[i][j] * a[i][j];
      }
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a) > TOLERANCE * size; sweep++) {
      for (int p = 0; p < d; p++) {
        for (int r = p + 1; r < d; r++) {
          rotate(a, q, p, r);
        }
      }
    }
    double[] values = new double[d];
    for (int i = 0; i < d; i++) {
      values[i] = a[i][i];
    }
    return new SymmetricEigen(values, q);
  }

  /** Eigenvalue k; they come in no order. */
  double value(int k) {
    return values[k];
  }

  /** Row i of Q: coordinate i of each eigenvector; not a copy. */
  double[] row(int i) {
    return vectors[i];
  }

  private static double offDiagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += a[i][j] * a[i][j];
      }
    }
    return sum;
  }

  // A := Jᵀ A J and Q := Q J with the rotation J of coordinates p and r that makes a[p][r] zero.
  private static void rotate(double[][] a, double[][] q, int p, int r) {
    if (a[p][r] == 0) {
      return;
    }
    double theta = (a[r][r] - a[p][p]) / (2 * a[p][r]);
    double tan = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cos = 1 / Math.hypot(tan, 1);
    double sin = tan * cos;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kr = a[k][r];
      a[k][p] = cos * kp - sin * kr;
      a[k][r] = sin * kp + cos * kr;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double rk = a[r][k];
      a[p][k] = cos * pk - sin * rk;
      a[r][k] = sin * pk + cos * rk;
      double qp = q[k][p];
      double qr = q[k][r];
      q[k][p] = cos * qp - sin * qr;
      q[k][r] = sin * qp + cos * qr;
    }
  }
}
