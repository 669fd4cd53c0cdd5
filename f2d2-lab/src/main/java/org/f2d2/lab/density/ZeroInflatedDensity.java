package org.f2d2.lab.density;

import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * Zero with some probability, else exp(scale · z) with z standard normal. At zero the logarithm is
 * that of the probability; elsewhere of the density: the two have different units.
 *
 * @param zeros probability of zero, in (0, 1)
 * @param scale standard deviation of the logarithm
 */
public record ZeroInflatedDensity(double zeros, double scale) implements TestDensity {

  @Override
  public String name() {
    return "zeros";
  }

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    row[0] = random.nextDouble() < zeros ? 0 : Math.exp(scale * random.nextGaussian());
  }

  @Override
  public double logDensityAt(double[] row) {
    double x = row[0];
    if (x == 0) {
      return Math.log(zeros);
    }
    if (x < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double z = Math.log(x) / scale;
    return Math.log1p(-zeros) - 0.5 * z * z - Math.log(scale * x) - 0.5 * Math.log(2 * Math.PI);
  }
}
