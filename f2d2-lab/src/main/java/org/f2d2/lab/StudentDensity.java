package org.f2d2.lab;

import java.util.Arrays;
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
  public double[] sample(int n, RandomGenerator random) {
    double[] rows = new double[n * dimensions];
    for (int r = 0; r < n; r++) {
      // A chi-squared number with an even number of degrees is twice a sum of exponentials.
      double chi = 0;
      for (int k = 0; k < degrees / 2; k++) {
        chi += 2 * random.nextExponential();
      }
      double factor = Math.sqrt(degrees / chi);
      for (int i = 0; i < dimensions; i++) {
        rows[r * dimensions + i] = factor * random.nextGaussian();
      }
    }
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    double half = 0.5 * (degrees + dimensions);
    double constant =
        logGamma(degrees + dimensions)
            - logGamma(degrees)
            - 0.5 * dimensions * Math.log(degrees * Math.PI);
    double[] out = new double[rows.length / dimensions];
    Arrays.setAll(
        out,
        r -> {
          double square = 0;
          for (int i = 0; i < dimensions; i++) {
            double x = rows[r * dimensions + i];
            square += x * x;
          }
          return constant - half * Math.log1p(square / degrees);
        });
    return out;
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
