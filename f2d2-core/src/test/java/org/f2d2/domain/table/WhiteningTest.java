package org.f2d2.domain.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.f2d2.data.Whitening;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  @Test
  void decomposesAMatrixWithKnownEigenvalues() {
    SymmetricEigen eigen = SymmetricEigen.of(new double[] {2, 1, 1, 2}, 2);
    double[] values = eigen.values();
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
    values = SymmetricEigen.of(laplacian, n).values();
    Arrays.sort(values);
    for (int k = 0; k < n; k++) {
      assertEquals(2 - 2 * Math.cos(Math.PI * k / n), values[k], 1e-13);
    }
  }

  @Test
  void rebuildsRandomMatricesFromTheirParts() {
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
      SymmetricEigen eigen = SymmetricEigen.of(matrix, d);
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
          assertEquals(matrix[i * d + j], sum, 1e-13);
          assertEquals(i == j ? 1 : 0, product, 1e-13);
        }
      }
    }
  }

  @Test
  void isTheSymmetricRootOfAKnownCovariance() {
    // Rows ±(1,1)·sqrt(3) and ±(1,-1) have covariance [[2,1],[1,2]]: eigenvalues 3 and 1.
    double s = Math.sqrt(3);
    double[] rows = {s, s, -s, -s, 1, -1, -1, 1};
    Whitening whitening = WhiteningFit.plain(rows, 2);
    assertEquals(-0.5 * Math.log(3), whitening.logDeterminant(), 1e-14);
    double[] row = {1, 0};
    whitening.forward(row);
    // W = [[p, q], [q, p]] with p + q = 1/sqrt(3) and p - q = 1.
    assertArrayEquals(new double[] {(1 / s + 1) / 2, (1 / s - 1) / 2}, row, 1e-14);
    whitening.inverse(row);
    assertArrayEquals(new double[] {1, 0}, row, 1e-14);
  }

  @Test
  void floorsDirectionsWithoutVariance() {
    double[] rows = {1, 1, -1, -1, 2, 2, -2, -2};
    Whitening whitening = WhiteningFit.plain(rows, 2);
    double[] values = whitening.eigenvalues();
    Arrays.sort(values);
    // Along (1,1) the variance is 2 (1 + 1 + 4 + 4) / 4 = 5.
    assertArrayEquals(new double[] {5 * WhiteningFit.FLOOR, 5}, values, 1e-14);
    double[] row = {3, -1};
    whitening.forward(row);
    whitening.inverse(row);
    // The way goes over 1e11 standard deviations of the floored direction, so five digits are left.
    assertArrayEquals(new double[] {3, -1}, row, 1e-4);
  }

  @Test
  void refusesStoredPartsThatDoNotFit() {
    double[] identity = {1, 0, 0, 1};
    new Whitening(new double[] {1, 2}, identity, List.of());
    assertThrows(F2d2Exception.class, () -> new Whitening(new double[] {1}, identity, List.of()));
    assertThrows(
        F2d2Exception.class, () -> new Whitening(new double[] {1, 0}, identity, List.of()));
    assertThrows(
        F2d2Exception.class,
        () -> new Whitening(new double[] {1, 1}, new double[] {1, 0, 1e-3, 1}, List.of()));
  }
}
