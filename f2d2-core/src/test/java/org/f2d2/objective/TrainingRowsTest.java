package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TrainingRowsTest {

  private static final int N = 20_000;

  private static double[] moments(double[] rows, int column, int d) {
    double mean = 0;
    double square = 0;
    for (int i = column; i < rows.length; i += d) {
      mean += rows[i] / N;
      square += rows[i] * rows[i] / N;
    }
    return new double[] {mean, square - mean * mean};
  }

  @Test
  void blurredRowsVaryMoreByTheSquareOfTheNoise() {
    try (Scope scope = Scope.open()) {
      // Columns at ±1 and ±2: variances 1 and 4.
      Tensor table = Tensor.of(new double[] {1, -2, -1, 2, 1, 2, -1, -2}, 4, 2);
      TrainingRows blurred = TrainingRows.blurred(TrainingRows.of(table), 0.5);
      assertEquals(0, blurred.conditions());
      assertEquals(DType.FLOAT64, blurred.type());
      double[] rows = blurred.draw(N, new Rng(1)).toDoubles();
      for (int c = 0; c < 2; c++) {
        double expected = (c + 1) * (c + 1) + 0.25;
        // Five standard deviations, with those of a normal law for the variance.
        double bound = 5 * Math.sqrt(2.0 / N) * expected;
        assertEquals(0, moments(rows, c, 2)[0], bound);
        assertEquals(expected, moments(rows, c, 2)[1], bound);
      }
    }
  }

  @Test
  void conditionsAreNotBlurred() {
    try (Scope scope = Scope.open()) {
      Tensor table = Tensor.of(new double[] {5, -2, 1, 0, 5, -2, 0, 1}, 2, 4);
      TrainingRows rows = TrainingRows.conditional(table, 2, 0);
      TrainingRows blurred = TrainingRows.blurred(rows, 0.3);
      assertEquals(2, blurred.conditions());
      double[] drawn = blurred.draw(N, new Rng(2)).toDoubles();
      double product = 0;
      int first = 0;
      for (int r = 0; r < N; r++) {
        double one = drawn[4 * r + 2];
        assertEquals(one == 1 ? 0 : 1, drawn[4 * r + 3], "row " + r);
        assertEquals(one == 1 ? 1 : 0, one, "row " + r);
        first += one == 1 ? 1 : 0;
        product += (drawn[4 * r] - 5) * (drawn[4 * r + 1] + 2) / N;
      }
      assertEquals(0.5, first / (double) N, 0.02);
      for (int c = 0; c < 2; c++) {
        double[] moments = moments(drawn, c, 4);
        assertEquals(c == 0 ? 5 : -2, moments[0], 5 * 0.3 / Math.sqrt(N));
        assertEquals(0.09, moments[1], 0.09 * 5 * Math.sqrt(2.0 / N));
      }
      // Each column has noise of its own.
      assertEquals(0, product, 0.09 * 5 / Math.sqrt(N));
    }
  }

  @Test
  void noNoiseLeavesTheRowsAsTheyAre() {
    try (Scope scope = Scope.open()) {
      TrainingRows rows = TrainingRows.of(Tensor.of(new double[] {1, 2}, 1, 2));
      assertSame(rows, TrainingRows.blurred(rows, 0));
    }
  }
}
