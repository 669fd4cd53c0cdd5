package org.f2d2.tensor;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, A = V diag(λ) Vᵀ, by LAPACK's divide and
 * conquer: O(d³), some tenths of a second for a thousand columns.
 *
 * @param values λ, [d] in 64 bits, ascending
 * @param vectors V, [d, d] in 64 bits: column j belongs to value j, and the columns are orthonormal
 */
public record SymmetricEigen(Tensor values, Tensor vectors) {

  static {
    Engine.start();
  }

  /**
   * Decomposes a matrix.
   *
   * @param matrix [d, d] with d at least 1; only its lower triangle is read, in 64 bits, and it is
   *     not changed
   * @throws IllegalArgumentException if it is not square, has no rows or holds NaN or an infinity,
   *     on which LAPACK may fail
   */
  public static SymmetricEigen of(Tensor matrix) {
    if (matrix.rank() != 2 || matrix.size(0) != matrix.size(1) || matrix.size(0) == 0) {
      throw new IllegalArgumentException("expected a square matrix, got " + matrix);
    }
    if (!matrix.allFinite()) {
      throw new IllegalArgumentException("a matrix with eigenvalues must be finite");
    }
    T_TensorTensor_T both = torch.linalg_eigh(matrix.to(DType.FLOAT64).torch(), "L");
    return new SymmetricEigen(new Tensor(both.get0()), new Tensor(both.get1()));
  }
}
