package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decompositions against what they promise, and against one done by hand. */
class SymmetricEigenTest {

  @Test
  void aMatrixWithKnownValues() {
    try (Scope scope = Scope.open()) {
      SymmetricEigen eigen = SymmetricEigen.of(Tensor.of(new double[] {2, 1, 1, 2}, 2, 2));
      assertArrayEquals(new double[] {1, 3}, eigen.values().toDoubles(), 1e-14);
      double[] v = eigen.vectors().toDoubles();
      // To (1, -1)/√2 belongs 1, to (1, 1)/√2 belongs 3, up to the signs of the columns.
      assertEquals(-0.5, v[0] * v[2], 1e-14);
      assertEquals(0.5, v[1] * v[3], 1e-14);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 64, 300})
  void productsGiveTheMatrixBack(int d) {
    try (Scope scope = Scope.open()) {
      Tensor random = new Rng(d).normal(DType.FLOAT64, d, d);
      Tensor matrix = random.add(random.transpose());
      SymmetricEigen eigen = SymmetricEigen.of(matrix);
      Tensor v = eigen.vectors();
      assertNear(matrix, v.mul(eigen.values()).matmul(v.transpose()), 1e-12 * d);
      assertNear(Tensor.eye(d, DType.FLOAT64), v.transpose().matmul(v), 1e-13 * d);
      double[] values = eigen.values().toDoubles();
      for (int i = 1; i < d; i++) {
        assertTrue(values[i - 1] <= values[i], "values " + i + " are out of order");
      }
    }
  }

  @Test
  void aMatrixOfRankOneHasOneValue() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new double[] {1, 2, -2}, 3, 1);
      double[] values = SymmetricEigen.of(x.matmul(x.transpose())).values().toDoubles();
      assertArrayEquals(new double[] {0, 0, 9}, values, 1e-14);
    }
  }

  @Test
  void singlePrecisionIsWidened() {
    try (Scope scope = Scope.open()) {
      SymmetricEigen eigen = SymmetricEigen.of(Tensor.eye(3, DType.FLOAT32));
      assertEquals(DType.FLOAT64, eigen.values().type());
      assertEquals(DType.FLOAT64, eigen.vectors().type());
    }
  }

  @Test
  void whatHasNoDecompositionIsRefused() {
    try (Scope scope = Scope.open()) {
      Tensor wide = Tensor.zeros(DType.FLOAT64, 2, 3);
      Tensor none = Tensor.zeros(DType.FLOAT64, 0, 0);
      Tensor broken = Tensor.of(new double[] {1, Double.NaN, Double.NaN, 1}, 2, 2);
      assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(wide));
      assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(none));
      assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(broken));
    }
  }

  private static void assertNear(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(0, expected.sub(actual).abs().max().item(), tolerance);
  }
}
