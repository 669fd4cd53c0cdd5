package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class TailTransformTest {
  private static double strength(int n, long seed, ToDoubleFunction<Random> draw) {
    Random random = new Random(seed);
    double[] z = new double[n];
    Arrays.setAll(z, i -> draw.applyAsDouble(random));
    return TailTransform.strength(z);
  }

  private static double student(Random random, int degrees) {
    double chi = 0;
    for (int i = 0; i < degrees; i++) {
      double g = random.nextGaussian();
      chi += g * g;
    }
    return random.nextGaussian() / Math.sqrt(chi / degrees);
  }

  @Test
  void columnsWithoutTailsKeepTheLinearMap() {
    for (int n : new int[] {50, 1000, 20_000}) {
      for (long seed = 1; seed <= 20; seed++) {
        assertEquals(0, strength(n, seed, Random::nextGaussian), "normal, " + n + ", " + seed);
        assertEquals(0, strength(n, seed, r -> 2 * r.nextDouble() - 1), "uniform");
        assertEquals(
            0,
            strength(n, seed, r -> (r.nextBoolean() ? 1 : -1) + 0.25 * r.nextGaussian()),
            "bimodal");
        assertEquals(0, strength(n, seed, r -> r.nextBoolean() ? 1 : -1), "two values");
      }
    }
  }

  @Test
  void modesOfUnequalWeightAreNoTail() {
    for (int n : new int[] {1000, 20_000}) {
      for (long seed = 1; seed <= 10; seed++) {
        assertEquals(
            0,
            strength(n, seed, r -> (r.nextInt(8) == 0 ? 1.5 : 0) + 0.5 * r.nextGaussian()),
            "modes, " + n + ", " + seed);
      }
    }
  }

  @Test
  void longTailsArePulledIn() {
    for (long seed = 1; seed <= 10; seed++) {
      assertTrue(strength(1000, seed, r -> student(r, 1)) >= 0.5, "Cauchy");
      assertTrue(strength(2000, seed, r -> student(r, 3)) > 0, "t with 3 degrees");
      assertTrue(strength(1000, seed, r -> Math.exp(1.5 * r.nextGaussian()) - 1) > 0, "lognormal");
    }
  }

  @Test
  void findsTheStrengthThatMadeTheColumn() {
    // If asinh(a z)/a is normal, a is the maximum-likelihood strength.
    for (double a : new double[] {1, 2, 4}) {
      for (long seed = 1; seed <= 5; seed++) {
        assertEquals(a, strength(20_000, seed, r -> Math.sinh(a * r.nextGaussian()) / a));
      }
    }
  }

  @Test
  void applyInvertAndSlopeAgreeAtEverySize() {
    for (double a : new double[] {0, 0.015625, 1, 8}) {
      for (double z : new double[] {0, 1e-12, 1e-3, 0.7, 5, 1e4, 1e12, -1e-9, -3, -1e7}) {
        double t = TailTransform.apply(z, a);
        assertEquals(z, TailTransform.invert(t, a), 1e-11 * Math.abs(z));
        double h = Math.max(1e-6, 1e-6 * Math.abs(z));
        double slope = (TailTransform.apply(z + h, a) - TailTransform.apply(z - h, a)) / (2 * h);
        assertEquals(Math.log(slope), TailTransform.logSlope(z, a), 1e-6);
      }
    }
    assertEquals(Math.log(2e300) + Math.log(8), 8 * TailTransform.apply(1e300, 8), 1e-9);
  }

  @Test
  void likelihoodIsThatOfTheNormalFit() {
    // Two points at ±1: variance 1 at a = 0; at a = 1 the variance is asinh(1)^2.
    double[] z = {-1, 1};
    assertEquals(0, TailTransform.logLikelihood(z, 0), 1e-15);
    double asinh = Math.log(1 + Math.sqrt(2));
    assertEquals(-2 * Math.log(asinh) - Math.log(2), TailTransform.logLikelihood(z, 1), 1e-14);
  }
}
