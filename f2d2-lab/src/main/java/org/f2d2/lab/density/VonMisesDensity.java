package org.f2d2.lab.density;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * The von Mises distribution on [0, 2π): exp(κ cos(x - centre)) / (2π I₀(κ)).
 *
 * @param centre radians
 * @param kappa concentration, at least 0 and at most about 20
 */
public record VonMisesDensity(double centre, double kappa) implements TestDensity {

  @Override
  public String name() {
    return "angle";
  }

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public double[] sample(int n, RandomGenerator random) {
    double[] rows = new double[n];
    for (int r = 0; r < n; r++) {
      // The uniform distribution under a constant is good enough for a small concentration.
      do {
        rows[r] = 2 * Math.PI * random.nextDouble();
      } while (random.nextDouble() > Math.exp(kappa * (Math.cos(rows[r] - centre) - 1)));
    }
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    double constant = -Math.log(2 * Math.PI * bessel());
    return Arrays.stream(rows).map(x -> constant + kappa * Math.cos(x - centre)).toArray();
  }

  // I₀(κ) = Σ (κ/2)^(2k) / (k!)², until a term no longer counts.
  private double bessel() {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= kappa * kappa / 4 / k / k;
      sum += term;
    }
    return sum;
  }
}
