package org.f2d2.lab.density;

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
  public void draw(double[] row, RandomGenerator random) {
    // The uniform distribution under a constant is good enough for a small concentration.
    do {
      row[0] = 2 * Math.PI * random.nextDouble();
    } while (random.nextDouble() > Math.exp(kappa * (Math.cos(row[0] - centre) - 1)));
  }

  @Override
  public double logDensityAt(double[] row) {
    return -Math.log(2 * Math.PI * bessel()) + kappa * Math.cos(row[0] - centre);
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
