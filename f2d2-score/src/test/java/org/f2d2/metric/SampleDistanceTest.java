package org.f2d2.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class SampleDistanceTest {
  private static double[] normals(int count, double shift, Random random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> shift + random.nextGaussian());
    return values;
  }

  @Test
  void energyDistanceOfTwoPairs() {
    // Between: (1 + 3 + 1 + 1)/4; within: 2 on either side.
    assertEquals(-1, EnergyDistance.of(new double[] {0, 2}, new double[] {1, 3}, 1), 1e-15);
    // In the plane: points (0,0), (3,4) against (0,0), (3,4): 2 · 5/2 - 5 - 5.
    double[] points = {0, 0, 3, 4};
    assertEquals(-5, EnergyDistance.of(points, points, 2), 1e-15);
  }

  @Test
  void energyDistanceOfShiftedNormalsIsItsClosedForm() {
    // |N(m, 2)| has mean 2/sqrt(pi) exp(-m²/4) + m erf(m/2).
    double m = 1.5;
    double erf = 0.7111556336535151; // erf(0.75)
    double between = 2 / Math.sqrt(Math.PI) * Math.exp(-m * m / 4) + m * erf;
    double exact = 2 * (between - 2 / Math.sqrt(Math.PI));
    double mean = 0;
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      mean += EnergyDistance.of(normals(1500, 0, random), normals(1200, m, random), 1) / 5;
    }
    assertEquals(exact, mean, 0.05);
  }

  @Test
  void energyDistanceOfOneLawAveragesZero() {
    double mean = 0;
    for (long seed = 1; seed <= 40; seed++) {
      Random random = new Random(seed);
      mean += EnergyDistance.of(normals(200, 0, random), normals(200, 0, random), 2) / 40;
    }
    // The biased estimate would average 2 · 1.77/100 = 0.035.
    assertEquals(0, mean, 0.008);
  }

  @Test
  void squaredW2OfUnequalSizes() {
    assertEquals(0.5, SlicedWasserstein.squaredW2(new double[] {0}, new double[] {1, 0}), 1e-15);
    // Pieces 1/3 · 0, 1/6 · 1, 1/6 · 4, 1/3 · 1.
    assertEquals(
        7 / 6.0, SlicedWasserstein.squaredW2(new double[] {2, 0, 1}, new double[] {3, 0}), 1e-15);
  }

  @Test
  void slicedDistanceOfAShiftIsItsLengthOverTheRootOfTheDimension() {
    Random random = new Random(3);
    double[] x = normals(600, 0, random);
    double[] y = x.clone();
    for (int r = 0; r < 200; r++) {
      y[3 * r] += 3;
      y[3 * r + 1] -= 4;
    }
    double distance = SlicedWasserstein.of(x, y, 3, 20_000, new Random(4));
    // (c · u)² averages |c|²/3 with standard deviation |c|² sqrt(4/45): five standard errors.
    assertEquals(25 / 3.0, distance * distance, 5 * 25 * Math.sqrt(4 / 45.0 / 20_000));
    assertEquals(distance, SlicedWasserstein.of(x, y, 3, 20_000, new Random(4)), "same directions");
    assertEquals(2, SlicedWasserstein.of(new double[] {1}, new double[] {3}, 1, 7, random), 1e-12);
    assertEquals(0, SlicedWasserstein.of(x, x, 3, 5, random));
  }

  @Test
  void distancesRefuseWhatIsNoSample() {
    double[] two = {1, 2};
    assertThrows(F2d2Exception.class, () -> EnergyDistance.of(two, new double[] {1}, 1));
    assertThrows(F2d2Exception.class, () -> EnergyDistance.of(two, new double[3], 2));
    assertThrows(
        F2d2Exception.class, () -> EnergyDistance.of(two, new double[] {1, Double.NaN}, 1));
    assertThrows(
        F2d2Exception.class,
        () -> SlicedWasserstein.of(two, new double[] {1 / 0.0}, 1, 1, new Random(1)));
    assertThrows(F2d2Exception.class, () -> SlicedWasserstein.of(two, two, 1, 0, new Random(1)));
  }

  @Test
  void effectiveSampleSizeOfKnownWeights() {
    assertEquals(3, EffectiveSampleSize.of(new double[] {700, 700, 700}), 1e-12);
    assertEquals(1.6, EffectiveSampleSize.of(new double[] {Math.log(3) - 900, -900}), 1e-12);
    assertEquals(1, EffectiveSampleSize.of(new double[] {0, Double.NEGATIVE_INFINITY}));
    assertEquals(0.5, EffectiveSampleSize.share(new double[] {0, Double.NEGATIVE_INFINITY}));
    assertThrows(F2d2Exception.class, () -> EffectiveSampleSize.of(new double[] {1, Double.NaN}));
    assertThrows(F2d2Exception.class, () -> EffectiveSampleSize.of(new double[] {1 / 0.0}));
    assertThrows(F2d2Exception.class, () -> EffectiveSampleSize.of(new double[] {-1 / 0.0}));
  }

  @Test
  void normalErrorsOfTheLogWeightCostTheirExponentialSquare() {
    for (double e : new double[] {0.3, 0.5, 1}) {
      Random random = new Random(8);
      double[] logWeights = new double[400_000];
      Arrays.setAll(logWeights, i -> e * random.nextGaussian());
      assertEquals(Math.exp(-e * e), EffectiveSampleSize.share(logWeights), 0.01);
    }
  }

  @Test
  void gridIntegratesTheNormalAndTheCheckerboard() {
    GridIntegral wide = new GridIntegral(-8, 9, -9, 8, 170, 340);
    double[] points = wide.points();
    double[] normal = new double[wide.size()];
    for (int i = 0; i < normal.length; i++) {
      double x = points[2 * i];
      double y = points[2 * i + 1] / 2;
      normal[i] = -0.5 * (x * x + y * y) - Math.log(2 * Math.PI * 2);
    }
    assertEquals(1, wide.integrate(normal), 1e-4); // ± 4 standard deviations along y
    GridIntegral board = new GridIntegral(-4, 4, -4, 4, 40, 80);
    points = board.points();
    double[] cells = new double[board.size()];
    for (int i = 0; i < cells.length; i++) {
      long column = (long) Math.floor(points[2 * i] / 2);
      long row = (long) Math.floor(points[2 * i + 1] / 2);
      cells[i] = (column + row) % 2 == 0 ? -Math.log(32) : Double.NEGATIVE_INFINITY;
    }
    assertEquals(1, board.integrate(cells), 1e-12);
  }

  @Test
  void gridPointsAreTheMiddlesOfTheCells() {
    GridIntegral grid = new GridIntegral(0, 1, 10, 14, 2, 2);
    assertTrue(Arrays.equals(new double[] {0.25, 11, 0.75, 11, 0.25, 13, 0.75, 13}, grid.points()));
    assertEquals(1, grid.cellArea());
    assertThrows(F2d2Exception.class, () -> new GridIntegral(1, 1, 0, 1, 2, 2));
    assertThrows(F2d2Exception.class, () -> new GridIntegral(0, 1, 0, 1, 0, 2));
    assertThrows(F2d2Exception.class, () -> grid.integrate(new double[3]));
    assertThrows(F2d2Exception.class, () -> grid.integrate(new double[] {0, 0, 0, 1 / 0.0}));
    assertThrows(F2d2Exception.class, () -> grid.integrate(new double[] {0, 0, 0, Double.NaN}));
  }
}
