package org.f2d2.net;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.assertDerivative;
import static org.f2d2.flow.Differences.column;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features of points and times, and their derivatives. */
class TimeFeaturesTest {

  private static final int ROWS = 6;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor times() {
    return column(0, 0.1, 0.4, 0.75, 0.98, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void timeFeaturesAreTheFormula(int harmonics) {
    TimeEmbedding embedding = new TimeEmbedding(harmonics);
    double[] t = times().toDoubles();
    double[] features = TimeTensors.features(embedding, times()).toDoubles();
    assertEquals(ROWS * embedding.size(), features.length);
    for (int r = 0; r < ROWS; r++) {
      int at = r * embedding.size();
      assertEquals(t[r], features[at]);
      for (int k = 1; k <= harmonics; k++) {
        assertEquals(Math.sin(k * Math.PI * t[r] / 2), features[at + k], 1e-14);
        assertEquals(Math.cos(k * Math.PI * t[r] / 2), features[at + harmonics + k], 1e-14);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void timeDerivativesAgreeWithDifferencesUpToTheEnds(int harmonics) {
    TimeEmbedding embedding = new TimeEmbedding(harmonics);
    assertDerivative(
        in -> TimeTensors.features(embedding, in.get(0)),
        List.of(times()),
        List.of(times().onesLike()),
        1e-9,
        "time features");
    Tensor atEnds =
        Autograd.jvp(t -> TimeTensors.features(embedding, t), column(0, 1), column(1, 1)).tangent();
    assertTrue(atEnds.allFinite());
    assertTrue(atEnds.abs().max().item() <= Math.max(1, harmonics * Math.PI / 2) + 1e-12);
  }

  @Test
  void pointFeaturesAreTheFormula() {
    FourierFeatures fourier = new FourierFeatures(3);
    Tensor x = new Rng(1).normal(DType.FLOAT64, ROWS, 2);
    Tensor features = FourierTensors.features(fourier, x, times());
    assertArrayEquals(new long[] {ROWS, 2, 6}, features.shape());
    assertEquals(6, fourier.sizePerCoordinate());
    double[] point = x.toDoubles();
    double[] t = times().toDoubles();
    double[] values = features.toDoubles();
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < 2; i++) {
        for (int k = 1; k <= 3; k++) {
          double w = k * Math.PI / 2;
          double gate = 0.5 * Math.exp(-0.5 * Math.pow(w * (1 - t[r]), 2));
          int at = (2 * r + i) * 6 + k - 1;
          assertEquals(gate * Math.sin(w * point[2 * r + i]), values[at], 1e-14);
          assertEquals(gate * Math.cos(w * point[2 * r + i]), values[at + 3], 1e-14);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void pointDerivativesAgreeWithDifferences(int frequencies) {
    FourierFeatures fourier = new FourierFeatures(frequencies);
    Tensor x = new Rng(2).normal(DType.FLOAT64, ROWS, 3);
    Tensor dx = new Rng(3).normal(DType.FLOAT64, ROWS, 3);
    assertDerivative(
        in -> FourierTensors.features(fourier, in.get(0), in.get(1)),
        List.of(x, times()),
        List.of(dx, times().onesLike()),
        1e-8,
        "along x and t");
    // Every coordinate has features of its own, so one direction shows all derivatives.
    Tensor along =
        Autograd.jvp(y -> FourierTensors.features(fourier, y, times()), x, x.onesLike()).tangent();
    assertClose(along, FourierTensors.derivatives(fourier, x, times()), 1e-13, "derivatives");
    assertDerivative(
        in -> FourierTensors.derivatives(fourier, in.get(0), in.get(1)),
        List.of(x, times()),
        List.of(dx, times().onesLike()),
        1e-8,
        "second derivatives");
  }

  @Test
  void negativeNumbersOfFrequenciesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TimeEmbedding(-1));
    assertThrows(IllegalArgumentException.class, () -> new FourierFeatures(-1));
  }
}
