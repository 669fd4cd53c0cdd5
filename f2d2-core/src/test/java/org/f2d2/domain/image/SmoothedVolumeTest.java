package org.f2d2.domain.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SmoothedVolumeTest {

  /** Four levels of wide cells: half, then a rare one, then two common ones. */
  private static final List<Double> SHARES = List.of(0.5, 0.001, 0.2, 0.299);

  private static final Dequantization FOUR =
      new Dequantization(4, new PixelScale.Gaussianized(SHARES));

  private static double at(double... x) {
    try (Scope scope = Scope.open()) {
      return SmoothedVolume.of(FOUR).at(Tensor.of(x, 1, x.length)).item();
    }
  }

  @Test
  void farFromTheEdgesOfItsLevelItIsTheDerivativeItself() {
    int[] levels = {0, 0, 2, 3, 3};
    double[] noise = {0.01, 0.5, 0.5, 0.6, 0.999};
    Dequantization.Mapped mapped = FOUR.map(levels, 1, noise);
    for (int i = 0; i < levels.length; i++) {
      double x = mapped.values()[i];
      // Linear pieces of width 0.01 miss x²/2 by nothing: it is not tabulated.
      assertEquals(mapped.logDerivatives()[i], at(x), 0.03, "at " + x);
    }
    double sum = 0;
    for (double derivative : mapped.logDerivatives()) {
      sum += derivative;
    }
    assertEquals(sum, at(mapped.values()), 0.06, "over the pixels of an image");
  }

  @Test
  void anEdgeIsSeenThroughTheKernel() {
    // The median is where the first level ends and the rare one, narrower than the kernel, begins.
    double below = at(-0.4);
    double on = at(0.0);
    double above = at(0.25) - 0.5 * 0.25 * 0.25;
    double flat = 0.5 * Math.log(2 * Math.PI);
    assertEquals(Math.log(0.5) + 0.08 + flat, below, 0.01);
    double first = Math.log(0.001) - Math.log(0.5);
    double second = Math.log(0.2) - Math.log(0.001);
    double width = SmoothedVolume.WIDTH;
    double next = 0.001 * Math.sqrt(2 * Math.PI);
    double expected =
        Math.log(0.5) + first * 0.5 + second * (0.5 - next / width / Math.sqrt(2 * Math.PI)) + flat;
    assertEquals(expected, on, 1e-3);
    assertEquals(Math.log(0.2) + flat, above, 0.02);
  }

  @Test
  void theGradientIsThatOfTheValue() {
    double[] x = {-9.3, -1.2, -0.073, 0.003, 0.055, 0.403, 0.532, 1.9, 8.5};
    try (Scope scope = Scope.open()) {
      SmoothedVolume volume = SmoothedVolume.of(FOUR);
      Tensor points = Tensor.of(x, x.length, 1);
      double[] gradient =
          Autograd.withGrad(
                  () -> {
                    Tensor v = points.variable();
                    return Autograd.grad(volume.at(v).sum(), List.of(v)).get(0);
                  })
              .toDoubles();
      for (int i = 0; i < x.length; i++) {
        double h = 1e-4;
        assertEquals((at(x[i] + h) - at(x[i] - h)) / (2 * h), gradient[i], 1e-6, "at " + x[i]);
      }
      assertEquals(-9.3, gradient[0], 1e-9, "beyond the table");
    }
  }

  @Test
  void ofAnAffineScaleItIsAConstant() {
    try (Scope scope = Scope.open()) {
      SmoothedVolume volume = SmoothedVolume.of(new Dequantization(256, PixelScale.SYMMETRIC));
      Tensor x = Tensor.of(new float[] {-30, -1, 0, 0.5f, 1, 40}, 2, 3);
      for (double v : volume.at(x).toDoubles()) {
        assertEquals(3 * Math.log(2.0 / 256), v, 1e-12);
      }
      assertTrue(volume.at(x).type() == DType.FLOAT64);
    }
  }
}
