package org.f2d2.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.f2d2.energy.systems.Target;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every energy keeps to. */
class EnergyContractTest {

  /** Σ x⁴/4 in tensors. */
  private static Energy quartic() {
    return new TensorEnergy("quartic", 3, x -> x.square().square().sum(1).mul(0.25));
  }

  static Stream<Energy> energies() {
    return Stream.concat(
        Target.all().stream().map(t -> t.energy().get()),
        Stream.of(quartic(), new MeanFree(Target.of("DW4-once").energy().get())));
  }

  /** Points that a sampler might ask about: particles neither on top of each other nor far away. */
  private static double[] point(Energy energy, SplittableRandom random) {
    double[] x = new double[energy.dimensions()];
    for (int i = 0; i < x.length; i++) {
      x[i] = 2 * random.nextGaussian();
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("energies")
  void gradientsAreThoseOfTheValues(Energy energy) {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 20; trial++) {
      double[] x = point(energy, random);
      assertTrue(EnergyCheck.gradientError(energy, x) < 1e-6, energy.name());
      double[] gradient = new double[x.length];
      assertEquals(energy.value(x), energy.value(x, gradient));
    }
  }

  @ParameterizedTest
  @MethodSource("energies")
  void particlesMayBeMovedTurnedAndExchanged(Energy energy) {
    SplittableRandom random = new SplittableRandom(2);
    for (int trial = 0; trial < 20; trial++) {
      assertTrue(EnergyCheck.symmetryError(energy, point(energy, random), random) < 1e-10);
    }
  }

  @ParameterizedTest
  @MethodSource("energies")
  void manyPointsAreAnsweredAsOneIs(Energy energy) {
    SplittableRandom random = new SplittableRandom(3);
    int d = energy.dimensions();
    double[] points = new double[5 * d];
    for (int row = 0; row < 5; row++) {
      System.arraycopy(point(energy, random), 0, points, row * d, d);
    }
    double[] before = points.clone();
    double[] values = new double[5];
    double[] gradients = new double[5 * d];
    energy.values(points, values, gradients);
    double[] alone = new double[5];
    energy.values(points, alone);
    assertEquals(Arrays.toString(alone), Arrays.toString(values));
    assertEquals(Arrays.toString(before), Arrays.toString(points));
    for (int row = 0; row < 5; row++) {
      double[] gradient = new double[d];
      double[] x = Arrays.copyOfRange(points, row * d, (row + 1) * d);
      assertEquals(energy.value(x, gradient), values[row], 1e-12 * (1 + Math.abs(values[row])));
      for (int c = 0; c < d; c++) {
        assertEquals(gradient[c], gradients[row * d + c], 1e-12 * (1 + Math.abs(gradient[c])));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("energies")
  void noPointHasAnEnergyThatIsNoNumber(Energy energy) {
    for (double size : new double[] {0, 1e-200, 1e-3, 1e3, 1e100, 1e200, Double.MAX_VALUE}) {
      double[] x = new double[energy.dimensions()];
      for (int i = 0; i < x.length; i++) {
        x[i] = size * (i % 3 - 1);
      }
      double[] gradient = new double[x.length];
      double value = energy.value(x, gradient);
      assertFalse(Double.isNaN(value) || value == Double.NEGATIVE_INFINITY, energy.name() + size);
      assertEquals(value, energy.value(x));
      if (value == Double.POSITIVE_INFINITY) {
        assertEquals(0, Arrays.stream(gradient).map(Math::abs).max().orElseThrow(), energy.name());
      }
    }
  }

  /** x²/2 per coordinate, except for what a test makes wrong. */
  private record Wrong(double factor, double constant, Optional<Particles> particles)
      implements Energy {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public int dimensions() {
      return 4;
    }

    @Override
    public double value(double[] x) {
      return constant + Arrays.stream(x).map(v -> v * v / 2).sum();
    }

    @Override
    public double value(double[] x, double[] gradient) {
      for (int i = 0; i < x.length; i++) {
        gradient[i] = factor * x[i];
      }
      return value(x);
    }
  }

  private static final double[] POINT = {0.3, -1, 2, 0.7};

  private static String refusal(Energy energy) {
    return assertThrows(F2d2Exception.class, () -> EnergyCheck.require(energy, POINT, 1e-5))
        .getMessage();
  }

  @Test
  void aWrongOneIsRefusedInALine() {
    EnergyCheck.require(new Wrong(1, 0, Optional.empty()), POINT, 1e-5);
    // At the largest coordinate, 2: .1 · 2 / (1 + 1.1 · 2).
    assertEquals(
        "the gradient of wrong is not that of its energy: off by 0.0625 of its size",
        refusal(new Wrong(1.1, 0, Optional.empty())));
    assertEquals(
        "the energy of wrong is NaN at a point",
        refusal(new Wrong(1, Double.NaN, Optional.empty())));
    assertTrue(
        refusal(new Wrong(1, 0, Optional.of(Particles.alike(2, 2)))).contains("moved, turned"));
  }

  @Test
  void oneParticleIsNoSystem() {
    assertTrue(
        assertThrows(F2d2Exception.class, () -> Particles.alike(1, 3))
            .getMessage()
            .contains("two particles at least"));
  }

  @Test
  void meanFreeCoordinatesKeepLengthsAndComeBack() {
    SplittableRandom random = new SplittableRandom(4);
    Particles particles = new Particles(3, List.of(0, 1, 0, 2, 1));
    for (int trial = 0; trial < 20; trial++) {
      double[] x = random.doubles(15, -3, 3).toArray();
      double[] y = particles.toMeanFree(x);
      double[] back = particles.toPlaces(y);
      particles.centre(x);
      for (int i = 0; i < 15; i++) {
        assertEquals(x[i], back[i], 1e-12);
      }
      assertEquals(
          Arrays.stream(x).map(v -> v * v).sum(), Arrays.stream(y).map(v -> v * v).sum(), 1e-10);
    }
  }

  @Test
  void exchangesStayWithinAKind() {
    Particles particles = new Particles(1, List.of(0, 1, 0, 1, 1));
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 50; trial++) {
      double[] x = particles.exchanged(new double[] {1, 20, 2, 30, 40}, random);
      assertEquals(3, x[0] + x[2]);
      assertEquals(90, x[1] + x[3] + x[4]);
    }
  }

  @Test
  void tensorsOfOtherSizesAreRefused() {
    Energy sum = new TensorEnergy("sum", 2, Tensor::sum);
    assertThrows(IllegalArgumentException.class, () -> sum.values(new double[4], new double[2]));
  }
}
