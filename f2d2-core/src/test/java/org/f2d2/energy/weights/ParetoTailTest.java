package org.f2d2.energy.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class ParetoTailTest {

  /** An excess with shape k and scale 3. */
  private static double excess(double k, SplittableRandom random) {
    double u = 1 - random.nextDouble();
    return 3 * (k == 0 ? -Math.log(u) : Math.expm1(-k * Math.log(u)) / k);
  }

  @Test
  void fitFindsShapeAndScale() {
    for (double k : new double[] {-0.5, -0.2, 0, 0.2, 0.5, 0.8, 1.5}) {
      double shape = 0;
      double scale = 0;
      int seeds = 40;
      for (int seed = 0; seed < seeds; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] excesses = IntStream.range(0, 2000).mapToDouble(i -> excess(k, random)).toArray();
        ParetoTail fit = ParetoTail.fit(excesses, 0);
        shape += fit.shape() / seeds;
        scale += fit.scale() / seeds;
        assertEquals(k, fit.shape(), 4 * (1 + Math.abs(k)) / Math.sqrt(2000), "seed " + seed);
      }
      assertEquals(k, shape, 0.02, "k " + k);
      assertEquals(3, scale, 0.05, "k " + k);
    }
  }

  @Test
  void unitOfTheExcessesIsThatOfTheScale() {
    SplittableRandom random = new SplittableRandom(3);
    double[] excesses = IntStream.range(0, 300).mapToDouble(i -> excess(0.4, random)).toArray();
    ParetoTail fit = ParetoTail.fit(excesses, 0);
    ParetoTail scaled = ParetoTail.fit(Arrays.stream(excesses).map(y -> 1e-9 * y).toArray(), 0);
    assertEquals(fit.shape(), scaled.shape(), 1e-9);
    assertEquals(1e-9 * fit.scale(), scaled.scale(), 1e-15);
  }

  @Test
  void tailOfParetoWeights() {
    SplittableRandom random = new SplittableRandom(5);
    double[] logWeights = // P(w > t) = t^(-1 / 0.4)
        IntStream.range(0, 100_000)
            .mapToDouble(i -> 700 - 0.4 * Math.log(1 - random.nextDouble()))
            .toArray();
    ParetoTail tail = ParetoTail.of(logWeights).orElseThrow();
    assertEquals((int) Math.ceil(3 * Math.sqrt(100_000)), tail.size());
    assertEquals(0.4, tail.shape(), 0.1);
    // The excesses of such weights over u have scale k u.
    assertEquals(0.4 * tail.cutoff(), tail.scale(), 0.1 * tail.cutoff());
  }

  @Test
  void momentsAreThoseOfTheLaw() {
    SplittableRandom random = new SplittableRandom(6);
    ParetoTail tail = new ParetoTail(100, 2, 0.1, 3);
    double[] w = IntStream.range(0, 1_000_000).mapToDouble(i -> 2 + excess(0.1, random)).toArray();
    assertEquals(Arrays.stream(w).average().orElseThrow(), tail.mean(), 0.02);
    assertEquals(Arrays.stream(w).map(v -> v * v).average().orElseThrow(), tail.meanSquare(), 0.4);
    assertEquals(Double.POSITIVE_INFINITY, new ParetoTail(9, 2, 0.5, 3).meanSquare());
    assertEquals(Double.POSITIVE_INFINITY, new ParetoTail(9, 2, 1, 3).mean());
  }

  @Test
  void fewWeightsAreDrawnTowardsOneHalf() {
    double[] logWeights = IntStream.range(0, 25).mapToDouble(i -> Math.log(i + 1)).toArray();
    ParetoTail tail = ParetoTail.of(logWeights).orElseThrow();
    assertEquals(5, tail.size());
    double raw = ParetoTail.fit(new double[] {1, 2, 3, 4, 5}, 20).shape();
    assertEquals((5 * raw + 10 * 0.5) / 15, tail.shape(), 1e-9);
  }

  @Test
  void weightsWithoutATail() {
    assertTrue(ParetoTail.of(new double[1]).isEmpty());
    assertTrue(ParetoTail.of(new double[20]).isEmpty());
    assertTrue(ParetoTail.of(new double[5000]).isEmpty());
    // Weights that take two values have a tail that ends at once.
    double[] two = new double[5000];
    Arrays.fill(two, 0, 50, 3);
    assertTrue(ParetoTail.of(two).orElseThrow().shape() < 0.25);
    assertThrows(F2d2Exception.class, () -> ParetoTail.of(new double[0]));
    assertThrows(F2d2Exception.class, () -> ParetoTail.of(new double[] {Double.NaN}));
    assertThrows(F2d2Exception.class, () -> ParetoTail.of(new double[] {-1 / 0.0}));
  }
}
