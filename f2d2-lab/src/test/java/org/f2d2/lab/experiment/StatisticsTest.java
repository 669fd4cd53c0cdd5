package org.f2d2.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  private static final List<Integer> ROWS = List.of(64, 128, 256, 512, 1024, 2048);

  private static double[] values(IntToDoubleFunction f) {
    return ROWS.stream().mapToDouble(n -> f.applyAsDouble(n)).toArray();
  }

  private static Optional<PowerLaw> fit(List<double[]> values, double floor) {
    return PowerLaw.fit(ROWS, values, floor, new SplittableRandom(1));
  }

  @Test
  void estimateIsTheMeanWithItsStandardError() {
    Estimate estimate = Estimate.of(1, 3, 5, 7);
    assertEquals(4, estimate.mean(), 1e-15);
    assertEquals(Math.sqrt(20 / 3.0 / 4), estimate.standardError(), 1e-15);
    assertTrue(estimate.differsFromZero());
    assertFalse(Estimate.of(-1, 3, -2, 4).differsFromZero());
    assertFalse(Estimate.of(5).differsFromZero(), "one value says nothing of its error");
    assertFalse(Estimate.NONE.differsFromZero());
  }

  @Test
  void aPowerLawIsFoundExactly() {
    double[] law = values(n -> 3 * Math.pow(n, -0.7));
    double[] higher = values(n -> 8 * Math.pow(n, -0.7));
    PowerLaw fitted = fit(List.of(law, higher), 0).orElseThrow();
    assertEquals(-0.7, fitted.exponent(), 1e-12);
    assertEquals(0, fitted.standardError(), 1e-12);
    assertEquals(6, fitted.sizes());
    assertTrue(fitted.fallsAtLeastLike(-0.69));
    assertFalse(fitted.fallsAtLeastLike(-0.71));
  }

  @Test
  void theUncertaintyIsThatOfTheSeeds() {
    // Slopes -0.4 and -0.6, ten seeds each: the mean of 20 has standard error 0.1/√20.
    List<double[]> seeds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double slope = i % 2 == 0 ? -0.4 : -0.6;
      seeds.add(values(n -> Math.pow(n, slope)));
    }
    PowerLaw fitted = fit(seeds, 0).orElseThrow();
    double expected = 0.1 / Math.sqrt(20);
    assertEquals(-0.5, fitted.exponent(), 1e-12);
    assertEquals(expected, fitted.standardError(), 0.1 * expected);
    assertEquals(-0.5 - 1.96 * expected, fitted.low(), 0.4 * expected);
    assertEquals(-0.5 + 1.96 * expected, fitted.high(), 0.4 * expected);
    assertTrue(fitted.fallsAtLeastLike(-0.53), "within two standard errors");
    assertFalse(fitted.fallsAtLeastLike(-0.56));
  }

  @Test
  void theIntervalCoversTheTruthAboutAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(5);
    int covered = 0;
    for (int round = 0; round < 200; round++) {
      List<double[]> seeds = new ArrayList<>();
      for (int s = 0; s < 12; s++) {
        seeds.add(values(n -> Math.pow(n, -0.5) * Math.exp(0.2 * random.nextGaussian())));
      }
      PowerLaw fitted = fit(seeds, 0).orElseThrow();
      covered += fitted.low() <= -0.5 && -0.5 <= fitted.high() ? 1 : 0;
    }
    // Few seeds make a bootstrap interval somewhat narrow: about 92 %.
    assertTrue(covered >= 170 && covered <= 199, covered + " of 200");
  }

  @Test
  void sizesNearTheFloorAreLeftOut() {
    // 1/n + 1/512 is within half of the floor from 1024 rows on.
    double[] bent = values(n -> 1.0 / n + 1.0 / 512);
    PowerLaw fitted = fit(List.of(bent, bent), 1.0 / 512).orElseThrow();
    assertEquals(4, fitted.sizes());
    assertEquals(64, fitted.firstRows());
    assertEquals(512, fitted.lastRows());
    assertTrue(fit(List.of(bent, bent), 1).isEmpty(), "all below");
    assertTrue(fit(List.of(values(n -> n > 100 ? -1e-6 : 1)), -1).isEmpty(), "no logarithm");
  }

  @Test
  void rankCorrelationKnowsOrderOnly() {
    double[] a = {1, 2, 3, 4, 5};
    assertEquals(1, RankCorrelation.of(a, new double[] {0, 1, 10, 100, 1e9}), 1e-12);
    assertEquals(-1, RankCorrelation.of(a, new double[] {9, 8, 7, 1, 0}), 1e-12);
    // Ranks 1 2 3 4 5 and 2 1 4 3 5: 1 - 6 · 4 / (5 · 24).
    assertEquals(0.8, RankCorrelation.of(a, new double[] {2, 1, 4, 3, 5}), 1e-12);
    // Ranks with a tie: 0.5 0.5 2 3 4 in any order of the equal ones.
    double tied = RankCorrelation.of(a, new double[] {7, 7, 8, 9, 10});
    assertEquals(9.5 / Math.sqrt(10 * 9.5), tied, 1e-12);
  }
}
