package org.f2d2.energy;

import org.f2d2.error.F2d2Exception;

/**
 * Densities between a standard Gaussian η and a target ρ = exp(-E), by their weighted geometric
 * mean:
 *
 * <pre>
 *   log r_t(x) = (1-β) log η(x) + β log ρ(x),   β = t^power,   log η(x) = -|x|²/2 - (d/2) ln 2π
 * </pre>
 *
 * <p>η is normalised, so that the normaliser of r₁ is that of the target. Published annealed
 * samplers take β = t. A power above one begins slowly, which targets need whose energy is huge
 * where the Gaussian is.
 *
 * @param target E, in coordinates in which the Gaussian reaches all of it
 * @param power at least 1
 */
public record GeometricPath(Energy target, double power) {

  /** Checks the power. */
  public GeometricPath {
    if (!(power >= 1) || Double.isInfinite(power)) {
      throw new F2d2Exception("the power of a path must be finite and at least 1, got " + power);
    }
  }

  /** The target's share β of the density at a time. */
  public double share(double t) {
    return Math.pow(t, power);
  }

  /** dβ/dt. */
  public double shareRate(double t) {
    return power == 1 ? 1 : power * Math.pow(t, power - 1);
  }

  /**
   * log η.
   *
   * @param square |x|²
   */
  public double logPrior(double square) {
    return -0.5 * (square + target.dimensions() * Math.log(2 * Math.PI));
  }

  /**
   * log r_t.
   *
   * @param square |x|²
   * @param energy E(x); where it is infinite, so is the density's logarithm at every t but 0
   */
  public double logDensity(double square, double energy, double t) {
    double share = share(t);
    double prior = (1 - share) * logPrior(square);
    return share == 0 ? prior : prior - share * energy;
  }

  /** ∂ log r_t / ∂t = β' (log ρ - log η). */
  public double rate(double square, double energy, double t) {
    return shareRate(t) * (-energy - logPrior(square));
  }

  /** -log r_t as an energy of its own. */
  public Energy at(double t) {
    double share = share(t);
    return new Energy() {
      @Override
      public String name() {
        return target.name();
      }

      @Override
      public int dimensions() {
        return target.dimensions();
      }

      @Override
      public double value(double[] x) {
        return -logDensity(square(x), target.value(x), t);
      }

      @Override
      public double value(double[] x, double[] gradient) {
        double energy = target.value(x, gradient);
        for (int i = 0; i < x.length; i++) {
          gradient[i] = (1 - share) * x[i] + share * gradient[i];
        }
        return -logDensity(square(x), energy, t);
      }
    };
  }

  /** |x|². */
  public static double square(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return sum;
  }
}
