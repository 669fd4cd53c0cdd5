package org.f2d2.lab;

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
  public void draw(double[] row, RandomGenerator random) {
    double x = random.nextGaussian();
    row[0] = x;
    row[1] = x * x + noise * random.nextGaussian();
  }

  @Override
  public double logDensityAt(double[] row) {
    double x = row[0];
    double e = (row[1] - x * x) / noise;
    return -0.5 * (x * x + e * e) - Math.log(2 * Math.PI * noise);
  }

  @Override
  public double[] box() {
    return new double[] {-4.5, 4.5, -1.5, 18};
  }
}
