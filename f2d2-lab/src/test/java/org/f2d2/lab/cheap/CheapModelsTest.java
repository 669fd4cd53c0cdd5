package org.f2d2.lab.cheap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.f2d2.lab.MixtureDensity;
import org.junit.jupiter.api.Test;

/** The cheap densities against closed forms and definitions. */
class CheapModelsTest {

  private static final double RIDGE = 1e-6;

  /** The estimator as its paper defines it: a sum over rows of a distance of matrices. */
  @Test
  void shrinkageIsThatOfItsDefinition() {
    int d = 5;
    int n = 30;
    double[] rows = MixtureDensity.random("", d, 1, 0, 3).sample(n, new SplittableRandom(4));
    double[] mean = Covariance.mean(rows, d);
    double[] s = Covariance.of(rows, mean);
    double m = 0;
    for (int i = 0; i < d; i++) {
      m += s[i * d + i] / d;
    }
    double delta = 0;
    double beta = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double target = i == j ? m : 0;
        delta += Math.pow(s[i * d + j] - target, 2) / d;
        for (int r = 0; r < n; r++) {
          double product = (rows[r * d + i] - mean[i]) * (rows[r * d + j] - mean[j]);
          beta += Math.pow(product - s[i * d + j], 2) / d / n / n;
        }
      }
    }
    assertEquals(Math.min(1, beta / delta), LedoitWolfGaussian.fit(rows, d).shrinkage(), 1e-12);
  }

  @Test
  void oneColumnIsNotShrunk() {
    double[] rows = {-1, 1, -1, 1};
    double expected = -0.5 * Math.log(2 * Math.PI) - 0.5 * 4;
    assertEquals(expected, LedoitWolfGaussian.fit(rows, 1).logDensity(new double[] {2})[0], 1e-12);
  }

  @Test
  void mixtureFindsItsComponents() {
    MixtureDensity truth =
        new MixtureDensity(
            "",
            new double[] {1, 3},
            new double[][] {{-5, 0}, {5, 1}},
            new double[][] {{1, 0, 0.5, 0.7}, {0.5, 0, 0, 2}});
    BicMixture fitted = BicMixture.fit(truth.sample(4000, new SplittableRandom(1)), 2, RIDGE, 2);
    double[] fresh = truth.sample(4000, new SplittableRandom(3));
    assertEquals(2, fitted.components());
    assertEquals(mean(truth.logDensity(fresh)), mean(fitted.logDensity(fresh)), 0.01);
  }

  @Test
  void oneGaussianIsOneComponentOfMaximumLikelihood() {
    double[] rows = MixtureDensity.random("", 3, 1, 0, 5).sample(300, new SplittableRandom(6));
    BicMixture fitted = BicMixture.fit(rows, 3, 1e-12, 7);
    double[] mean = Covariance.mean(rows, 3);
    double[] factor = Covariance.cholesky(Covariance.of(rows, mean), 3).orElseThrow();
    MixtureDensity expected =
        new MixtureDensity("", new double[] {1}, new double[][] {mean}, new double[][] {factor});
    assertEquals(1, fitted.components());
    assertArrayEquals(expected.logDensity(rows), fitted.logDensity(rows), 1e-9);
  }

  @Test
  void farClustersKeepTheirWidth() {
    double[] rows = new double[1000];
    SplittableRandom random = new SplittableRandom(8);
    Arrays.setAll(rows, r -> (r % 2) * 1e6 + random.nextGaussian());
    CheapModel mixture = CheapModels.fit(rows, 1, 1e-15, 9).get(1);
    assertEquals("2", mixture.choice());
    assertEquals(-0.5 * Math.log(8 * Math.PI) - 0.5, mean(mixture.logDensity(rows)), 0.05);
  }

  @Test
  void repeatsOfFewRowsMakeNoComponent() {
    double[] rows = new double[400];
    SplittableRandom random = new SplittableRandom(10);
    Arrays.setAll(rows, r -> r % 2 == 0 ? 0.5 : random.nextGaussian());
    double[] density = BicMixture.fit(rows, 1, 1e-15, 11).logDensity(new double[] {0.5});
    assertTrue(density[0] < 2, () -> "a spike of " + density[0]);
  }

  @Test
  void kernelDensityIsTheMeanOfItsKernels() {
    double[] rows = {0, 1, 3};
    KernelDensity density = KernelDensity.of(rows, 1, 0.5);
    double expected =
        (normal((2 - 0) / 0.5) + normal((2 - 1) / 0.5) + normal((2 - 3) / 0.5)) / 3 / 0.5;
    assertEquals(Math.log(expected), density.logDensity(new double[] {2})[0], 1e-12);
  }

  /** For normal rows the best width shrinks like n^(-1/5) from about (4/3)^(1/5). */
  @Test
  void kernelWidthIsNearTheRuleForNormalRows() {
    double[] rows = MixtureDensity.random("", 1, 1, 0, 12).sample(2000, new SplittableRandom(13));
    double[] scaled = ColumnScales.of(rows, 1).apply(rows);
    double rule = Math.pow(4.0 / 3 / 2000, 0.2);
    double chosen = KernelDensity.fit(scaled, 1, 14).bandwidth();
    assertTrue(chosen > rule / 2 && chosen < rule * 2, () -> chosen + " for " + rule);
  }

  @Test
  void answersAreInTheUnitsOfTheInput() {
    double[] rows = MixtureDensity.random("", 2, 3, 1, 15).sample(500, new SplittableRandom(16));
    double[] larger = Arrays.stream(rows).map(x -> 1000 * x).toArray();
    ToDoubleFunction<CheapModel> at = m -> m.logDensity(Arrays.copyOf(rows, 2))[0];
    ToDoubleFunction<CheapModel> atLarger = m -> m.logDensity(Arrays.copyOf(larger, 2))[0];
    for (int i = 0; i < 3; i++) {
      CheapModel a = CheapModels.fit(rows, 2, RIDGE, 17).get(i);
      CheapModel b = CheapModels.fit(larger, 2, RIDGE, 17).get(i);
      assertEquals(
          at.applyAsDouble(a), atLarger.applyAsDouble(b) + 2 * Math.log(1000), 1e-6, a.name());
    }
  }

  @Test
  void distanceIsToTheNeighbourAskedFor() {
    // Mean 0 and standard deviation 1, so that scaling changes nothing.
    double[] rows = {-1, 1, -1, 1};
    NearestNeighbours neighbours = new NearestNeighbours(rows, 1, 3);
    assertArrayEquals(new double[] {4, 1}, neighbours.distance(new double[] {3, 0}), 1e-12);
  }

  private static double normal(double z) {
    return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
