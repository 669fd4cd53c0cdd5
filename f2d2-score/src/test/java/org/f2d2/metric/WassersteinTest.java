package org.f2d2.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class WassersteinTest {

  private static double[] normals(int count, double mean, double scale, Random random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> mean + scale * random.nextGaussian());
    return values;
  }

  @Test
  void assignmentIsTheCheapestOfAllPairings() {
    Random random = new Random(1);
    for (int round = 0; round < 400; round++) {
      int n = 1 + random.nextInt(7);
      double[][] cost = new double[n][n];
      // Few different values give many ties, which the cheap passes have to survive.
      int values = round % 2 == 0 ? 4 : 1_000_000;
      for (double[] row : cost) {
        Arrays.setAll(row, j -> random.nextInt(values) - values / 3);
      }
      int[] columns = Assignment.cheapest(n, (i, j) -> cost[i][j]);
      double total = 0;
      boolean[] used = new boolean[n];
      for (int i = 0; i < n; i++) {
        total += cost[i][columns[i]];
        used[columns[i]] = true;
      }
      boolean[] all = new boolean[n];
      Arrays.fill(all, true);
      assertArrayEquals(all, used, "each column once");
      assertEquals(cheapestPairing(cost, 0, new boolean[n]), total, 1e-6);
    }
  }

  private static double cheapestPairing(double[][] cost, int row, boolean[] used) {
    if (row == cost.length) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (int j = 0; j < cost.length; j++) {
      if (!used[j]) {
        used[j] = true;
        best = Math.min(best, cost[row][j] + cheapestPairing(cost, row + 1, used));
        used[j] = false;
      }
    }
    return best;
  }

  @Test
  void assignmentOnALineSortsBothSides() {
    Random random = new Random(2);
    double[] x = normals(500, 0, 1, random);
    double[] y = normals(500, 0.2, 2, random);
    assertEquals(Wasserstein.onLine(x, y), Wasserstein.byAssignment(x, y, 1), 1e-10);
  }

  @Test
  void assignmentFindsAShiftAndAPermutation() {
    Random random = new Random(3);
    double[] x = normals(600, 0, 1, random);
    double[] y = new double[600];
    for (int i = 0; i < 300; i++) {
      y[2 * i] = x[598 - 2 * i] + 3;
      y[2 * i + 1] = x[599 - 2 * i] - 4;
    }
    // Of all ways to carry a sample to its shifted copy, the shift is the cheapest.
    assertEquals(5, Wasserstein.byAssignment(x, y, 2), 1e-10);
    assertEquals(0, Wasserstein.byAssignment(x, x, 2));
  }

  @Test
  void quantilesOfGaussiansGiveTheirClosedForm() {
    // W2² of N(0, 1) and N(m, s²) is m² + (s - 1)².
    double[] x = normals(200_000, 0, 1, new Random(4));
    double[] y = normals(150_000, 0.6, 1.8, new Random(5));
    assertEquals(1, Wasserstein.onLine(x, y), 0.015);
  }

  @Test
  void samplesMustFit() {
    double[] three = {1, 2, 3};
    assertThrows(F2d2Exception.class, () -> Wasserstein.onLine(three, new double[0]));
    assertThrows(F2d2Exception.class, () -> Wasserstein.byAssignment(three, three, 2));
    assertThrows(
        F2d2Exception.class, () -> Wasserstein.byAssignment(three, new double[] {1, 2}, 1));
    assertThrows(
        F2d2Exception.class, () -> Wasserstein.onLine(three, new double[] {1, Double.NaN}));
  }
}
