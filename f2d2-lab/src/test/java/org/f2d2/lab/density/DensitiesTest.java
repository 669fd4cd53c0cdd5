package org.f2d2.lab.density;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.lab.MixtureDensity;
import org.f2d2.lab.TestDensity;
import org.junit.jupiter.api.Test;

/** Sums and integrals of the closed forms, and draws against them. */
class DensitiesTest {

  private static final int CELLS = 200_000;

  @Test
  void oneColumnDensitiesIntegrateToOne() {
    assertEquals(1, integral(new VonMisesDensity(Math.PI, 2), 0, 2 * Math.PI), 1e-9);
    assertEquals(1, integral(new UniformDensity(1, 4, 2), 0, 10), 1e-6);
    assertEquals(1, integral(GaussianDensities.normal("", 3, 2), -20, 30), 1e-9);
    // In z = ln x / 2, so that the long tail is short.
    ZeroInflatedDensity zeros = new ZeroInflatedDensity(0.7, 2);
    double[] z = line(-10, 10);
    double[] x = Arrays.stream(z).map(v -> Math.exp(2 * v)).toArray();
    double[] log = zeros.logDensity(x);
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += Math.exp(log[i]) * 2 * x[i] * 20 / CELLS;
    }
    assertEquals(1, sum + Math.exp(zeros.logDensity(new double[1])[0]), 1e-9);
    // In u = (2/π) asin √x the density is 1.
    double[] places = Arrays.stream(line(0, 1)).map(ArcsineDensity::place).toArray();
    double inU = 0;
    double[] arcsine = new ArcsineDensity(1).logDensity(places);
    for (int i = 0; i < CELLS; i++) {
      double slope = Math.PI * Math.sqrt(places[i] * (1 - places[i]));
      inU += Math.exp(arcsine[i]) * slope / CELLS;
    }
    assertEquals(1, inU, 1e-9);
  }

  @Test
  void probabilitiesSumToOne() {
    double[] counts = IntStream.range(0, 60).mapToDouble(k -> k).toArray();
    assertEquals(1, sum(new PoissonDensity(3), counts, 1), 1e-12);
    double[] tenths = IntStream.range(-100, 500).mapToDouble(k -> k / 10.0).toArray();
    assertEquals(1, sum(new RoundedDensity(20, 2), tenths, 0.1), 1e-9);
    double[] rows = new double[8];
    for (int i = 0; i < 4; i++) {
      rows[2 * i] = i & 1;
      rows[2 * i + 1] = i >> 1;
    }
    assertEquals(1, sum(new FlagDensity("", 2, 0.3, 0, 0), rows, 1), 1e-12);
  }

  /** The mean of minus the log-density over draws is the entropy, known for each. */
  @Test
  void drawsFollowTheirDensity() {
    double normal = 0.5 + 0.5 * Math.log(2 * Math.PI);
    assertEquals(1.931, entropy(new PoissonDensity(3)), 0.02);
    assertEquals(1.266, entropy(new VonMisesDensity(Math.PI, 2)), 0.02);
    assertEquals(normal + Math.log(2), entropy(new RoundedDensity(20, 2)), 0.02);
    assertEquals(2 * Math.log(Math.PI / 4), entropy(new ArcsineDensity(2)), 0.05);
    double flag = -0.3 * Math.log(0.3) - 0.7 * Math.log(0.7);
    assertEquals(2 * flag + normal, entropy(new FlagDensity("", 2, 0.3, 1, 1)), 0.02);
    assertEquals(
        flag + 0.3 * (normal + Math.log(2)), entropy(new ZeroInflatedDensity(0.7, 2)), 0.03);
    assertEquals(2 * normal - 13.815511, entropy(GaussianDensities.dependent("", 1, 1e-6)), 0.03);
    assertEquals(
        normal + Math.log(2), entropy(GaussianDensities.twoClusters("", 1, 1e6, 0.5)), 0.02);
    double chain = 60 * normal + 59 * 0.5 * Math.log(1 - 0.36);
    assertEquals(chain, entropy(GaussianDensities.chain("", 60, 0.6)), 0.2);
  }

  @Test
  void scalesAndCorrelationsAreThoseAskedFor() {
    int d = 5;
    MixtureDensity density = GaussianDensities.equicorrelated("", d, 0.95, -3, 5);
    double[] rows = density.sample(100_000, new SplittableRandom(3));
    for (int i = 0; i < d; i++) {
      double scale = Math.pow(10, -3 + 2 * i);
      assertEquals(1, moment(rows, d, i, i) / scale / scale, 0.03);
      for (int j = 0; j < i; j++) {
        double other = Math.pow(10, -3 + 2 * j);
        assertEquals(0.95, moment(rows, d, i, j) / scale / other, 0.03);
      }
    }
  }

  @Test
  void oneRowInAHundredIsFarOff() {
    double[] rows =
        GaussianDensities.contaminated("", 3, 0.01, 1e4, 1e8)
            .sample(20_000, new SplittableRandom(4));
    double far = 0;
    for (int r = 0; r < 20_000; r++) {
      far += Math.abs(rows[3 * r]) > 10 ? 1 : 0;
    }
    assertTrue(far > 140 && far < 260, "far rows: " + far);
  }

  private static double moment(double[] rows, int d, int i, int j) {
    int n = rows.length / d;
    return IntStream.range(0, n).mapToDouble(r -> rows[r * d + i] * rows[r * d + j]).sum() / n;
  }

  private static double entropy(TestDensity density) {
    double[] rows = density.sample(40_000, new SplittableRandom(2));
    return -Arrays.stream(density.logDensity(rows)).average().orElseThrow();
  }

  private static double sum(TestDensity density, double[] rows, double cell) {
    return Arrays.stream(density.logDensity(rows)).map(x -> Math.exp(x) * cell).sum();
  }

  private static double integral(TestDensity density, double from, double to) {
    return sum(density, line(from, to), (to - from) / CELLS);
  }

  private static double[] line(double from, double to) {
    double[] points = new double[CELLS];
    Arrays.setAll(points, i -> from + (to - from) * (i + 0.5) / CELLS);
    return points;
  }
}
