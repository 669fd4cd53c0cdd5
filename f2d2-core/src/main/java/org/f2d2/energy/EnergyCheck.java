package org.f2d2.energy;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;

/**
 * What an energy must keep to for weights and samplers to be right: values that are numbers, and
 * gradients that are those of the values.
 */
public final class EnergyCheck {

  /** Step of a central difference, relative to the size of a coordinate. */
  private static final double STEP = 1e-5;

  /** Room for rounding at coordinates of about ten. */
  private static final double SYMMETRY = 1e-9;

  private EnergyCheck() {}

  /**
   * The largest error of a gradient against central differences.
   *
   * @param x a finite point where the energy is finite
   * @return max |∂E/∂x - difference| / (1 + max |∂E/∂x|)
   */
  public static double gradientError(Energy energy, double[] x) {
    double[] gradient = new double[energy.dimensions()];
    energy.value(x, gradient);
    double largest = 0;
    for (double g : gradient) {
      largest = Math.max(largest, Math.abs(g));
    }
    double worst = 0;
    double[] at = x.clone();
    for (int i = 0; i < x.length; i++) {
      double h = STEP * (1 + Math.abs(x[i]));
      at[i] = x[i] + h;
      double above = energy.value(at);
      at[i] = x[i] - h;
      double below = energy.value(at);
      at[i] = x[i];
      double error = Math.abs(gradient[i] - (above - below) / (2 * h)) / (1 + largest);
      // A NaN is the worst of all.
      worst = error <= worst ? worst : error;
    }
    return worst;
  }

  /**
   * By how much an energy of particles changes when nothing that matters does: all are moved or
   * turned together, or two of a kind change places.
   *
   * @param x a point where the energy is finite
   * @param random draws how they are moved
   * @return max |E(x') - E(x)| / (1 + |E(x)|); 0 for an energy that is not of particles
   */
  public static double symmetryError(Energy energy, double[] x, SplittableRandom random) {
    if (energy.particles().isEmpty()) {
      return 0;
    }
    Particles particles = energy.particles().get();
    double value = energy.value(x);
    double worst = 0;
    for (double[] same :
        List.of(
            particles.moved(x, random),
            particles.turned(x, random),
            particles.exchanged(x, random))) {
      double error = Math.abs(energy.value(same) - value) / (1 + Math.abs(value));
      worst = error <= worst ? worst : error;
    }
    return worst;
  }

  /**
   * Refuses an energy that at a point is not a number, or whose gradient is not its own, or that
   * has not the symmetries of its particles.
   *
   * @param tolerance of {@link #gradientError}
   * @throws F2d2Exception with one line that names the energy and what is wrong
   */
  public static void require(Energy energy, double[] x, double tolerance) {
    if (x.length != energy.dimensions()) {
      throw new IllegalArgumentException(
          energy.name() + " has " + energy.dimensions() + " coordinates, not " + x.length);
    }
    double[] gradient = new double[energy.dimensions()];
    double value = energy.value(x, gradient);
    requireNumber(energy, value);
    if (value == Double.POSITIVE_INFINITY) {
      return;
    }
    double alone = energy.value(x);
    if (Math.abs(alone - value) > 1e-9 * (1 + Math.abs(value))) {
      throw new F2d2Exception(
          String.format(
              Locale.ROOT,
              "%s says two energies of one point: %.9g alone and %.9g with its gradient",
              energy.name(),
              alone,
              value));
    }
    double error = gradientError(energy, x);
    if (!(error <= tolerance)) {
      throw new F2d2Exception(
          String.format(
              Locale.ROOT,
              "the gradient of %s is not that of its energy: off by %.3g of its size",
              energy.name(),
              error));
    }
    double change = symmetryError(energy, x, new SplittableRandom(0));
    if (!(change <= SYMMETRY)) {
      throw new F2d2Exception(
          String.format(
              Locale.ROOT,
              "%s changes by %.3g of itself when its particles are moved, turned or exchanged",
              energy.name(),
              change));
    }
  }

  /**
   * A value that can be an energy.
   *
   * @throws F2d2Exception when it is NaN or negative infinity
   */
  public static double requireNumber(Energy energy, double value) {
    if (Double.isNaN(value) || value == Double.NEGATIVE_INFINITY) {
      throw new F2d2Exception("the energy of " + energy.name() + " is " + value + " at a point");
    }
    return value;
  }
}
