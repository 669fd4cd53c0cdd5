package org.f2d2.domain.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

/** Samples whose means and covariances are known without an estimate. */
class FrechetDistanceTest {

  private static double[] normals(int count, long seed) {
    Random random = new Random(seed);
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  /** Rows m ± s √(d (n-1)/n) e_c, n = 2d of them: mean m, covariance diag(s²) with n - 1. */
  private static double[] cross(double[] mean, double[] deviation) {
    int d = mean.length;
    double[] rows = new double[2 * d * d];
    for (int r = 0; r < 2 * d; r++) {
      System.arraycopy(mean, 0, rows, r * d, d);
      double arm = deviation[r / 2] * Math.sqrt((2 * d - 1) / 2.0);
      rows[r * d + r / 2] += r % 2 == 0 ? arm : -arm;
    }
    return rows;
  }

  /** Each row times a matrix, row-major d × d. */
  private static double[] times(double[] rows, double[] matrix, int d) {
    double[] out = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < d; c++) {
        out[i] += rows[i / d * d + c] * matrix[c * d + i % d];
      }
    }
    return out;
  }

  @Test
  void diagonalGaussiansHaveAClosedForm() {
    double[] a = cross(new double[] {1, 2, 3}, new double[] {1, 2, 0.5});
    double[] b = cross(new double[] {0, 4, 3}, new double[] {3, 1, 0.5});
    // |(1, -2, 0)|² + (1-3)² + (2-1)² + 0
    assertEquals(10, FrechetDistance.of(a, b, 3), 1e-12);
    assertEquals(10, FrechetDistance.of(b, a, 3), 1e-12);
  }

  @Test
  void oneColumnNeedsNoMatrix() {
    // Means 1 and 5, variances 2 and 8 with the divisor n - 1: 16 + (2√2 - √2)².
    assertEquals(
        18, FrechetDistance.of(new double[] {0, 2}, new double[] {3, 7}, 1), 1e-12, "n - 1");
  }

  @Test
  void covariancesThatDoNotCommute() {
    double h = Math.sqrt(0.5);
    double[] turn = {h, h, -h, h};
    double[] a = cross(new double[2], new double[] {3, 1});
    double[] b = times(a, turn, 2);
    // For 2 × 2: tr √M = √(tr M + 2 √det M); tr C₁C₂ = (9 · 5 + 1 · 5), det C₁C₂ = 81.
    double exact = 20 - 2 * Math.sqrt(50 + 2 * 9);
    assertEquals(exact, FrechetDistance.of(a, b, 2), 1e-12);
    assertEquals(exact, FrechetDistance.of(b, a, 2), 1e-12);
  }

  @Test
  void aSampleIsNotApartFromItselfInAnyOrder() {
    double[] rows = normals(50 * 4, 1);
    double[] turned = new double[rows.length];
    for (int r = 0; r < 50; r++) {
      System.arraycopy(rows, r * 4, turned, (49 - r) * 4, 4);
    }
    assertEquals(0, FrechetDistance.of(rows, rows, 4), 1e-12);
    assertEquals(0, FrechetDistance.of(rows, turned, 4), 1e-12);
  }

  @Test
  void turningAndShiftingBothChangesNothing() {
    double[] a = normals(200 * 2, 2);
    double[] b = times(normals(150 * 2, 3), new double[] {2, 1, 0, 0.3}, 2);
    double distance = FrechetDistance.of(a, b, 2);
    assertTrue(distance > 0.3, "a distance worth the test, not " + distance);
    double[] turn = {0.6, 0.8, -0.8, 0.6};
    double[] c = Arrays.stream(times(a, turn, 2)).map(x -> x + 5).toArray();
    double[] d = Arrays.stream(times(b, turn, 2)).map(x -> x + 5).toArray();
    assertEquals(distance, FrechetDistance.of(c, d, 2), 1e-11);
  }

  @Test
  void covariancesMayBeSingular() {
    // On the lines (1, 1, 0) and (0, 0, 1): the laws have no direction in common.
    double[] a = {-1, -1, 0, 1, 1, 0};
    double[] b = {0, 0, -3, 0, 0, 3};
    assertEquals(4 + 18, FrechetDistance.of(a, b, 3), 1e-6);
    assertEquals(18, FrechetDistance.of(new double[6], b, 3), 1e-12);
    double[] few = normals(5 * 40, 4);
    assertEquals(0, FrechetDistance.of(few, few, 40), 1e-5);
    double[] shifted = Arrays.stream(few).map(x -> x + 1).toArray();
    assertEquals(40, FrechetDistance.of(few, shifted, 40), 1e-5);
  }

  @Test
  void fewerRowsAreFurtherApart() {
    double[] few = normals(40 * 8, 5);
    double[] many = normals(4000 * 8, 6);
    assertTrue(
        FrechetDistance.of(few, normals(40 * 8, 7), 8)
            > 10 * FrechetDistance.of(many, normals(4000 * 8, 8), 8));
  }

  @Test
  void whatIsNoSampleIsRefused() {
    double[] good = {1, 2, 3, 4};
    double[] broken = {1, 2, Double.NaN, 4};
    double[] endless = {1, 2, Double.POSITIVE_INFINITY, 4};
    assertThrows(F2d2Exception.class, () -> FrechetDistance.of(good, broken, 2));
    assertThrows(F2d2Exception.class, () -> FrechetDistance.of(endless, good, 2));
    assertThrows(F2d2Exception.class, () -> FrechetDistance.of(good, new double[0], 2));
    assertThrows(F2d2Exception.class, () -> FrechetDistance.of(good, good, 3));
    assertThrows(F2d2Exception.class, () -> FrechetDistance.of(good, good, 4), "one row");
  }
}
