package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogDensityRegressionTest {

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e-9, 1e-6, 1e-3})
  void aSmallErrorIsSquared(double e) {
    try (Scope scope = Scope.open()) {
      for (double c : new double[] {0.5, 1, 3}) {
        double value =
            LogDensityRegression.robust(Tensor.of(new double[] {e, -e}, 2), c).sum().item();
        assertEquals(1, value / (2 * e * e), e * e + 1e-14);
      }
      float single =
          LogDensityRegression.robust(Tensor.of(new float[] {(float) e}, 1), 1).toFloats()[0];
      assertEquals(1, single / (e * e), 1e-5);
    }
  }

  @Test
  void aLargeErrorCountsLinearly() {
    try (Scope scope = Scope.open()) {
      double[] errors = {-1e6, -3, 0, 0.7, 1e6};
      double c = 2;
      double[] expected = new double[errors.length];
      double[] slopes = new double[errors.length];
      for (int i = 0; i < errors.length; i++) {
        double root = Math.hypot(1, errors[i] / c);
        expected[i] = 2 * c * c * (root - 1);
        slopes[i] = 2 * errors[i] / root;
      }
      Tensor e = Tensor.of(errors, errors.length).variable();
      Tensor values = LogDensityRegression.robust(e, c);
      assertArrayEquals(expected, values.detach().toDoubles(), 1e-8);
      Tensor gradient = Autograd.grad(values.sum(), List.of(e)).get(0);
      assertArrayEquals(slopes, gradient.toDoubles(), 1e-12);
    }
  }

  @Test
  void refusesSharesAndScalesThatMakeNoSense() {
    for (double[] bad :
        new double[][] {{-0.1, 1}, {1.1, 1}, {Double.NaN, 1}, {0.5, 0}, {0.5, Double.NaN}}) {
      assertThrows(
          IllegalArgumentException.class, () -> new LogDensityRegression.Options(bad[0], bad[1]));
    }
  }
}
