package org.f2d2.lab;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A curve with noise: x standard normal, y = x² + noise.
 *
 * @param noise standard deviation of the noise
 */
public record CurveDensity(double noise) implements TestDensity {

  /** Checks the noise. */
  public CurveDensity {
    if (!(noise > 0)) {
      throw new IllegalArgumentException("the noise must be positive, got " + noise);
    }
  }

  @Override
  public String name() {
    return "curve";
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public double[] sample(int n, RandomGenerator random) {
    double[] rows = new double[2 * n];
    for (int r = 0; r < n; r++) {
      double x = random.nextGaussian();
      rows[2 * r] = x;
      rows[2 * r + 1] = x * x + noise * random.nextGaussian();
    }
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    double[] out = new double[rows.length / 2];
    Arrays.setAll(
        out,
        r -> {
          double x = rows[2 * r];
          double e = (rows[2 * r + 1] - x * x) / noise;
          return -0.5 * (x * x + e * e) - Math.log(2 * Math.PI * noise);
        });
    return out;
  }

  @Override
  public double[] box() {
    return new double[] {-4.5, 4.5, -1.5, 18};
  }
}
