package org.f2d2.domain.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

/** Arrangements whose balls can be drawn by hand, and a plain count of all pairs. */
class ManifoldPrecisionTest {

  @Test
  void ballsReachToTheNeighbourThatIsAskedFor() {
    // On a line. Real balls for k = 1: radius 1 around 0 and 1, 2 around 3, 7 around 10.
    double[] real = {0, 1, 3, 10};
    double[] generated = {-1, -1.5, 17, 17.5};
    // -1 and 17 lie on surfaces. Generated balls: 0.5 around each, which hold no real row.
    assertEquals(
        new ManifoldPrecision(0.5, 0), ManifoldPrecision.of(real, generated, 1, 1), "k = 1");
    // k = 2: 3 around 0, 2 around 1, 3 around 3, 9 around 10; 18 and more around the generated.
    assertEquals(new ManifoldPrecision(1, 1), ManifoldPrecision.of(real, generated, 1, 2), "k = 2");
  }

  @Test
  void threeNeighboursAreTheDefault() {
    double[] real = {0, 1, 2, 4, 5};
    double[] generated = {-4, -4.1, -4.2, -4.3};
    // The ball around 0 reaches to 4. That around -4.3 reaches to -4.
    assertEquals(new ManifoldPrecision(0.25, 0), ManifoldPrecision.of(real, generated, 1));
  }

  @Test
  void aPartOfTheLawIsPreciseAndForgetsTheRest() {
    Random random = new Random(1);
    double[] real = new double[400 * 2];
    Arrays.setAll(real, i -> random.nextGaussian() + (i < 400 ? 0 : 100));
    double[] generated = new double[200 * 2];
    Arrays.setAll(generated, i -> 0.3 * random.nextGaussian());
    ManifoldPrecision one = ManifoldPrecision.of(real, generated, 2);
    assertEquals(1, one.precision(), 0.02);
    assertEquals(0.1, one.recall(), 0.1);
    ManifoldPrecision swapped = ManifoldPrecision.of(generated, real, 2);
    assertEquals(one, new ManifoldPrecision(swapped.recall(), swapped.precision()));
  }

  @Test
  void copiesAreInsideFarFromTheOrigin() {
    Random random = new Random(2);
    double[] rows = new double[700 * 3];
    Arrays.setAll(rows, i -> 1e4 + random.nextGaussian());
    assertEquals(new ManifoldPrecision(1, 1), ManifoldPrecision.of(rows, rows, 3));
    // Rows that each occur four times have balls of radius 0, which hold their copies alone.
    double[] fourfold = new double[600];
    Arrays.setAll(fourfold, i -> 1000 + Math.sqrt(Math.floorDiv(i, 4)));
    assertEquals(new ManifoldPrecision(1, 1), ManifoldPrecision.of(fourfold, fourfold, 1));
    double[] moved = Arrays.stream(fourfold).map(x -> x + 1e-3).toArray();
    assertEquals(new ManifoldPrecision(0, 0), ManifoldPrecision.of(fourfold, moved, 1));
  }

  @Test
  void blocksGiveWhatAPlainCountGives() {
    Random random = new Random(3);
    double[] real = new double[1100 * 5];
    double[] generated = new double[900 * 5];
    Arrays.setAll(real, i -> random.nextGaussian());
    Arrays.setAll(generated, i -> 1.4 * random.nextGaussian() + 0.2);
    assertEquals(
        new ManifoldPrecision(share(generated, real, 5, 3), share(real, generated, 5, 3)),
        ManifoldPrecision.of(real, generated, 5));
  }

  private static double share(double[] points, double[] centres, int d, int k) {
    int n = points.length / d;
    int m = centres.length / d;
    double[] radii = new double[m];
    for (int i = 0; i < m; i++) {
      double[] distances = new double[m];
      for (int j = 0; j < m; j++) {
        distances[j] = distance(centres, i, centres, j, d);
      }
      Arrays.sort(distances);
      radii[i] = distances[k];
    }
    int inside = 0;
    for (int p = 0; p < n; p++) {
      boolean any = false;
      for (int i = 0; i < m; i++) {
        any |= distance(points, p, centres, i, d) <= radii[i];
      }
      inside += any ? 1 : 0;
    }
    return inside / (double) n;
  }

  private static double distance(double[] x, int i, double[] y, int j, int d) {
    double sum = 0;
    for (int c = 0; c < d; c++) {
      sum += Math.pow(x[i * d + c] - y[j * d + c], 2);
    }
    return sum;
  }

  @Test
  void whatHasNoBallsIsRefused() {
    double[] four = {0, 1, 2, 3};
    double[] three = {0, 1, 2};
    double[] broken = {0, 1, Double.NaN, 3};
    assertThrows(F2d2Exception.class, () -> ManifoldPrecision.of(four, three, 1));
    assertThrows(F2d2Exception.class, () -> ManifoldPrecision.of(three, four, 1));
    assertThrows(F2d2Exception.class, () -> ManifoldPrecision.of(four, broken, 1));
    assertThrows(F2d2Exception.class, () -> ManifoldPrecision.of(four, four, 3));
    assertThrows(F2d2Exception.class, () -> ManifoldPrecision.of(four, four, 1, 0));
  }
}
