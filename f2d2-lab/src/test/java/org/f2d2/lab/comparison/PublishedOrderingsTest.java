package org.f2d2.lab.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedOrderingsTest {

  /** A map off by a factor 1 + e (1-s) at each start s = (k-1)/k, ..., which closed forms give. */
  @Test
  void theErrorOfAWrongConsistencyMapIsThatOfItsVariances() {
    double[] measured = PublishedOrderings.consistencyErrors(false, 400_000);
    int[] steps = {1, 2, 4, 8, 16};
    for (int i = 0; i < steps.length; i++) {
      int k = steps[i];
      double variance = 0;
      for (int j = 0; j < k; j++) {
        double s = (double) j / k;
        // Of x at s: the last data sample, noised again.
        double at = j == 0 ? 1 : (1 - s) * (1 - s) + s * s * variance;
        double slope = 0.5 / Math.sqrt((1 - s) * (1 - s) + s * s * 0.25);
        double factor = slope * (1 + 0.05 * (1 - s));
        variance = factor * factor * at;
      }
      assertEquals(Math.abs(Math.sqrt(variance) - 0.5), measured[i], 2e-3, k + " steps");
    }
    for (double error : PublishedOrderings.consistencyErrors(true, 400_000)) {
      assertEquals(0, error, 2e-3);
    }
  }

  @Test
  void theBinnedDivergenceIsZeroForTheSameRowsAndGrowsWithDistance() {
    double[] box = {0, 1, 0, 1};
    double[] a = new double[2 * 4096];
    double[] b = new double[2 * 4096];
    for (int i = 0; i < 4096; i++) {
      a[2 * i] = (i % 64 + 0.5) / 64;
      a[2 * i + 1] = (Math.floorDiv(i, 64) + 0.5) / 64;
      b[2 * i] = a[2 * i] / 2;
      b[2 * i + 1] = a[2 * i + 1];
    }
    assertEquals(0, PublishedOrderings.binnedDivergence(a, a, box), 1e-12);
    // Uniform on the square against uniform on half of it, each cell with half a row more.
    double p = 4.5 / (4096 + 512);
    double full = 8.5 / (4096 + 512);
    double empty = 0.5 / (4096 + 512);
    double expected = 512 * p * (Math.log(p / full) + Math.log(p / empty));
    assertEquals(expected, PublishedOrderings.binnedDivergence(b, a, box), 1e-9);
  }

  @Test
  void everyStatementIsMeasured() {
    List<PublishedOrderings.Ordering> all =
        new PublishedOrderings(new PublishedOrderings.Options(10, 500, 3, 2)).measure();
    assertEquals(5, all.size());
    String table = PublishedOrderings.markdown(all);
    assertEquals(7, table.lines().count());
    all.forEach(o -> assertTrue(table.contains(o.claim())));
  }
}
