package org.f2d2.tensor;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix on plain arrays, A = V diag(λ) Vᵀ, by cyclic
 * Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5); by LAPACK, see {@link
 * SymmetricEigen}, where there are many columns.
 */
public final class ArrayEigen {

  /**
   * How far the rotations go. The two differ in the last digits, and each has users whose fits
   * repeat to the bit, so both stay.
   */
  public enum Accuracy {
    /** To the rounding of the matrix: for shapes, of which a fit has many. */
    ROUNDING(1e-30, false, 16),
    /** To the last digits, of small eigenvalues too. */
    LAST_DIGITS(0.5e-32, true, 48);

    /** Squares below the diagonal, as a part of all squares, that are left. */
    private final double tolerance;

    /** Whether an entry that was rotated away is zero, not what rounding made of it. */
    private final boolean clears;

    /** Above this side LAPACK is worth the way to it. */
    private final int most;

    Accuracy(double tolerance, boolean clears, int most) {
      this.tolerance = tolerance;
      this.clears = clears;
      this.most = most;
    }
  }

  private static final int MOST_SWEEPS = 60;

  private final double[] values;
  private final double[] vectors;

  private ArrayEigen(double[] values, double[] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  /**
   * Decomposes a matrix.
   *
   * @param matrix row-major d × d, symmetric and finite; not changed
   * @param d its side
   */
  public static ArrayEigen of(double[] matrix, int d, Accuracy accuracy) {
    return d > accuracy.most ? byLapack(matrix, d) : byRotations(matrix, d, accuracy);
  }

  /** A copy of the eigenvalues, d long, in no particular order. */
  public double[] values() {
    return values.clone();
  }

  /**
   * A copy of the eigenvectors, row-major d × d: column j belongs to eigenvalue j, and the columns
   * are orthonormal.
   */
  public double[] vectors() {
    return vectors.clone();
  }

  private static ArrayEigen byLapack(double[] matrix, int d) {
    try (Scope scope = Scope.open()) {
      SymmetricEigen eigen = SymmetricEigen.of(Tensor.of(matrix, d, d));
      return new ArrayEigen(eigen.values().toDoubles(), eigen.vectors().toDoubles());
    }
  }

  private static ArrayEigen byRotations(double[] matrix, int d, Accuracy accuracy) {
    double[] a = matrix.clone();
    double[] v = new double[d * d];
    double all = 0;
    for (int i = 0; i < d; i++) {
      v[i * d + i] = 1;
    }
    for (double entry : a) {
      all += entry * entry;
    }
    for (int s = 0; s < MOST_SWEEPS && belowDiagonal(a, d) > accuracy.tolerance * all; s++) {
      for (int p = 0; p < d - 1; p++) {
        for (int q = p + 1; q < d; q++) {
          rotate(a, v, d, p, q, accuracy.clears);
        }
      }
    }
    double[] values = new double[d];
    for (int i = 0; i < d; i++) {
      values[i] = a[i * d + i];
    }
    return new ArrayEigen(values, v);
  }

  private static double belowDiagonal(double[] a, int d) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        sum += a[i * d + j] * a[i * d + j];
      }
    }
    return sum;
  }

  // A := Jᵀ A J and V := V J with the smaller rotation J of coordinates p and q that zeroes
  // a[p][q].
  private static void rotate(double[] a, double[] v, int d, int p, int q, boolean clears) {
    double apq = a[p * d + q];
    if (apq == 0) {
      return;
    }
    double tau = (a[q * d + q] - a[p * d + p]) / (2 * apq);
    double tan = Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
    double cos = 1 / Math.hypot(1, tan);
    double sin = tan * cos;
    for (int k = 0; k < d; k++) {
      turn(a, k * d + p, k * d + q, cos, sin);
    }
    for (int k = 0; k < d; k++) {
      turn(a, p * d + k, q * d + k, cos, sin);
      turn(v, k * d + p, k * d + q, cos, sin);
    }
    if (clears) {
      a[p * d + q] = 0;
      a[q * d + p] = 0;
    }
  }

  private static void turn(double[] m, int first, int second, double cos, double sin) {
    double x = m[first];
    double y = m[second];
    m[first] = cos * x - sin * y;
    m[second] = sin * x + cos * y;
  }
}
