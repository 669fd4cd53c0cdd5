package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NormalDistributionTest {

  @Test
  void hasTheValuesOfTheTables() {
    double[] x = {-1, -2, -3, -5, -8, -10, -20};
    double[] p = {
      0.15865525393145705,
      0.02275013194817921,
      0.0013498980316300946,
      2.866515718791939e-7,
      6.220960574271784e-16,
      7.619853024160527e-24,
      2.753624118606233e-89
    };
    assertEquals(0.5, NormalDistribution.below(0), 0);
    for (int i = 0; i < x.length; i++) {
      assertEquals(p[i], NormalDistribution.below(x[i]), 1e-12 * p[i], "at " + x[i]);
      assertEquals(1 - p[i], NormalDistribution.below(-x[i]), 1e-15, "at " + -x[i]);
    }
    assertTrue(Double.isNaN(NormalDistribution.below(Double.NaN)));
    assertEquals(0, NormalDistribution.below(-1e9), 0);
    assertEquals(1, NormalDistribution.below(1e9), 0);
  }

  @Test
  void isSymmetricAndIncreasing() {
    double before = 0;
    for (double x = -12; x <= 12; x += 1.0 / 64) {
      double below = NormalDistribution.below(x);
      assertEquals(1, below + NormalDistribution.below(-x), 4e-16, "at " + x);
      assertTrue(below > before || x > 7, "at " + x);
      before = below;
    }
  }

  @Test
  void itsSlopeIsTheDensity() {
    double h = 1e-4;
    // 3 is where the series hands over to the continued fraction.
    for (double x : new double[] {-9, -4, -3, -2.99, -1, 0, 0.5, 2, 3}) {
      double slope = (NormalDistribution.below(x + h) - NormalDistribution.below(x - h)) / (2 * h);
      double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      // h²/6 of the third derivative, which is (x² - 1) densities, and the digits of a 1.
      double bound = h * h / 6 * (x * x + 1) * density + (x < 0 ? 1e-9 * density : 1e-11);
      assertEquals(density, slope, bound, "at " + x);
      assertEquals(Math.log(density), NormalDistribution.logDensity(x), 1e-13);
    }
  }

  @Test
  void undoesTheQuantileInBothTails() {
    for (double x = 0; x <= 37; x += 0.125) {
      double lower = NormalDistribution.below(-x);
      double upper = NormalDistribution.below(x);
      assertEquals(-x, NormalQuantile.of(lower, upper), 1e-13 * Math.max(1, x), "at " + -x);
      assertEquals(x, NormalQuantile.of(upper, lower), 1e-13 * Math.max(1, x), "at " + x);
    }
  }
}
