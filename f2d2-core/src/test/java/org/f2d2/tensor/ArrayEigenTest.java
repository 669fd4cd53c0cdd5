package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.f2d2.tensor.ArrayEigen.Accuracy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayEigenTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 40, 60})
  void putsTheMatrixTogetherAgain(int d) {
    SplittableRandom random = new SplittableRandom(d);
    double[] a = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        a[i * d + j] = random.nextDouble(-1, 1);
        a[j * d + i] = a[i * d + j];
      }
    }
    for (Accuracy accuracy : Accuracy.values()) {
      assertParts(a, d, ArrayEigen.of(a, d, accuracy), 1e-12 * d);
    }
  }

  @ParameterizedTest
  @EnumSource(Accuracy.class)
  void decomposesAMatrixWithKnownEigenvalues(Accuracy accuracy) {
    double[] values = ArrayEigen.of(new double[] {2, 1, 1, 2}, 2, accuracy).values();
    Arrays.sort(values);
    assertArrayEquals(new double[] {1, 3}, values, 1e-15);
    // The path graph's Laplacian of n nodes has eigenvalues 2 - 2 cos(pi k / n).
    int n = 12;
    double[] laplacian = new double[n * n];
    for (int i = 0; i < n; i++) {
      laplacian[i * n + i] = i == 0 || i == n - 1 ? 1 : 2;
      if (i > 0) {
        laplacian[i * n + i - 1] = -1;
        laplacian[(i - 1) * n + i] = -1;
      }
    }
    values = ArrayEigen.of(laplacian, n, accuracy).values();
    Arrays.sort(values);
    for (int k = 0; k < n; k++) {
      assertEquals(2 - 2 * Math.cos(Math.PI * k / n), values[k], 1e-13);
    }
  }

  @Test
  void rebuildsMatricesOfUnlikeScalesFromTheirParts() {
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      int d = 3 + (int) seed * 4;
      double[] matrix = new double[d * d];
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          matrix[i * d + j] = random.nextGaussian() * Math.pow(10, -(i + j) % 5);
          matrix[j * d + i] = matrix[i * d + j];
        }
      }
      assertParts(matrix, d, ArrayEigen.of(matrix, d, Accuracy.LAST_DIGITS), 1e-13);
    }
  }

  private static void assertParts(double[] matrix, int d, ArrayEigen eigen, double tolerance) {
    double[] values = eigen.values();
    double[] vectors = eigen.vectors();
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double sum = 0;
        double product = 0;
        for (int k = 0; k < d; k++) {
          sum += vectors[i * d + k] * values[k] * vectors[j * d + k];
          product += vectors[k * d + i] * vectors[k * d + j];
        }
        assertEquals(matrix[i * d + j], sum, tolerance);
        assertEquals(i == j ? 1 : 0, product, tolerance);
      }
    }
  }
}
