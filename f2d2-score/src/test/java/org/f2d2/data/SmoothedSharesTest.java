package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SmoothedSharesTest {

  @Test
  void evenCountsStayEven() {
    double[] counts = new double[40];
    Arrays.fill(counts, 100);
    for (double share : SmoothedShares.of(counts).shares()) {
      assertEquals(1 / 40.0, share, 1e-9);
    }
  }

  @Test
  void manyRowsOnFewLevelsKeepTheirCounts() {
    double[] counts = {14_000, 6_000};
    double[] shares = SmoothedShares.of(counts).shares();
    assertEquals(0.7, shares[0], 1e-3);
    assertEquals(1, shares[0] + shares[1], 1e-12);
  }

  @Test
  void fewRowsOnManyLevelsLeanOnTheirNeighbours() {
    // 300 rows of a wide bell over 200 levels: most levels hold a row or none.
    SplittableRandom random = new SplittableRandom(3);
    double[] counts = new double[200];
    for (int r = 0; r < 300; r++) {
      int level = (int) Math.rint(100 + 30 * random.nextGaussian());
      counts[Math.max(0, Math.min(199, level))]++;
    }
    double[] shares = SmoothedShares.of(counts).shares();
    double smoothed = 0;
    double counted = 0;
    for (int k = 40; k < 160; k++) {
      double truth = Math.exp(-0.5 * Math.pow((k - 100) / 30.0, 2)) / (30 * Math.sqrt(2 * Math.PI));
      smoothed += Math.abs(shares[k] - truth);
      counted += Math.abs(counts[k] / 300 - truth);
    }
    assertTrue(smoothed < 0.5 * counted, smoothed + " against " + counted);
  }
}
