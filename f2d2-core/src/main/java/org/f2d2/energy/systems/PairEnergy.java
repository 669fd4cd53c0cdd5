package org.f2d2.energy.systems;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.f2d2.energy.Energy;
import org.f2d2.plain.Particles;
import org.jspecify.annotations.Nullable;

/**
 * Particles of one kind whose energy is a sum over pairs, held together by springs if need be,
 *
 * <pre>  E(x) = f Σ_{i&lt;j} e(|x_i - x_j|) + κ/2 Σ_i |x_i - x̄|²</pre>
 *
 * <p>Papers differ in the factor f: a sum over ordered pairs counts each pair twice.
 */
public final class PairEnergy implements Energy {

  /** The energy of two particles at a distance. */
  public interface Pair {
    /**
     * e(r).
     *
     * @param squared r², at least 0
     */
    double value(double squared);

    /**
     * e'(r)/r, which times the difference of two places is the gradient for the first of them.
     *
     * @param squared r², positive
     */
    double slope(double squared);
  }

  private final String name;
  private final Particles particles;
  private final Pair pair;
  private final double factor;
  private final double spring;

  /**
   * A system.
   *
   * @param factor f; 1 counts each pair once
   * @param spring κ of the spring to the centre of mass; 0 for none
   */
  public PairEnergy(String name, Particles particles, Pair pair, double factor, double spring) {
    if (!(factor > 0) || !(spring >= 0)) {
      throw new IllegalArgumentException(
          "factors must be positive, springs at least 0, got " + factor + " and " + spring);
    }
    this.name = name;
    this.particles = particles;
    this.pair = pair;
    this.factor = factor;
    this.spring = spring;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimensions() {
    return particles.coordinates();
  }

  @Override
  public Optional<Particles> particles() {
    return Optional.of(particles);
  }

  @Override
  public OptionalDouble logNormaliser() {
    return OptionalDouble.empty();
  }

  @Override
  public double value(double[] x) {
    int space = particles.space();
    double sum = 0;
    for (int i = 0; i < x.length; i += space) {
      for (int j = 0; j < i; j += space) {
        double squared = 0;
        for (int c = 0; c < space; c++) {
          double apart = x[i + c] - x[j + c];
          squared += apart * apart;
        }
        sum += pair.value(squared);
      }
    }
    return factor * sum + springs(x, null);
  }

  @Override
  public double value(double[] x, double[] gradient) {
    Arrays.fill(gradient, 0);
    int space = particles.space();
    double sum = 0;
    for (int i = 0; i < x.length; i += space) {
      for (int j = 0; j < i; j += space) {
        double squared = 0;
        for (int c = 0; c < space; c++) {
          double apart = x[i + c] - x[j + c];
          squared += apart * apart;
        }
        sum += pair.value(squared);
        // Two at one place push each other in no direction.
        double slope = squared == 0 ? 0 : factor * pair.slope(squared);
        for (int c = 0; c < space; c++) {
          double push = slope * (x[i + c] - x[j + c]);
          gradient[i + c] += push;
          gradient[j + c] -= push;
        }
      }
    }
    double energy = factor * sum + springs(x, gradient);
    if (energy == Double.POSITIVE_INFINITY) {
      Arrays.fill(gradient, 0);
    }
    return energy;
  }

  private double springs(double[] x, double @Nullable [] gradient) {
    if (spring == 0) {
      return 0;
    }
    double[] centred = x.clone();
    particles.centre(centred);
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += centred[i] * centred[i];
      if (gradient != null) {
        gradient[i] += spring * centred[i];
      }
    }
    return 0.5 * spring * squares;
  }
}
