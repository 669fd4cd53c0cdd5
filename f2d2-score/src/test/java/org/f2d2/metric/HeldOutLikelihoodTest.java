package org.f2d2.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HeldOutLikelihoodTest {

  @Test
  void isTheMeanInTheUnitsOfTheColumns() {
    HeldOutLikelihood three =
        HeldOutLikelihood.of("d", new double[] {1, 2, 3}, new double[] {10, 10, 10});
    assertEquals(12, three.mean());
    // The sample variance is 1.
    assertEquals(Math.sqrt(1.0 / 3), three.standardError(), 1e-15);
  }

  @Test
  void passesOverRowsWithoutADensity() {
    HeldOutLikelihood two =
        HeldOutLikelihood.of("d", new double[] {1, Double.NaN, 3}, new double[] {0, 0, 0});
    assertEquals(2, two.mean());
    assertEquals(1, two.standardError(), 1e-15);
  }
}
