package org.f2d2.lab;

import java.util.random.RandomGenerator;

/**
 * The multivariate Student t distribution with unit scale matrix: heavy tails in every direction.
 *
 * @param dimensions d
 * @param degrees even number of degrees of freedom
 */
public record StudentDensity(int dimensions, int degrees) implements TestDensity {

  /** Checks the numbers. */
  public StudentDensity {
    if (dimensions < 1 || degrees < 2 || degrees % 2 != 0) {
      throw new IllegalArgumentException("needs dimensions >= 1 and even degrees >= 2");
    }
  }

  @Override
  public String name() {
    return "student" + degrees;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    // A chi-squared number with an even number of degrees is twice a sum of exponentials.
    double chi = 0;
    for (int k = 0; k < degrees / 2; k++) {
      chi += 2 * random.nextExponential();
    }
    double factor = Math.sqrt(degrees / chi);
    for (int i = 0; i < dimensions; i++) {
      row[i] = factor * random.nextGaussian();
    }
  }

  @Override
  public double logDensityAt(double[] row) {
    double constant =
        logGamma(degrees + dimensions)
            - logGamma(degrees)
            - 0.5 * dimensions * Math.log(degrees * Math.PI);
    double square = 0;
    for (double x : row) {
      square += x * x;
    }
    return constant - 0.5 * (degrees + dimensions) * Math.log1p(square / degrees);
  }

  // ln Γ(k/2) by Γ(x+1) = xΓ(x) from Γ(1) = 1 and Γ(1/2) = √π.
  private static double logGamma(int twice) {
    double log = twice % 2 == 0 ? 0 : 0.5 * Math.log(Math.PI);
    for (double x = twice % 2 == 0 ? 1 : 0.5; x < twice / 2.0; x++) {
      log += Math.log(x);
    }
    return log;
  }
}
