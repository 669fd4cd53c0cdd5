package org.f2d2.energy;

import java.util.Optional;
import java.util.OptionalDouble;
import org.f2d2.error.F2d2Exception;

/**
 * An energy of particles in coordinates of the points whose centre of mass is at the origin.
 *
 * <p>The rows of the Helmert matrix are an orthonormal basis of these points: coordinate k holds by
 * how much particle k+1 is away from the mean of those before it,
 *
 * <pre>  y_k = (x_1 + … + x_k - k x_{k+1}) / √(k (k+1)),   k = 1 … n-1</pre>
 *
 * in each direction of the space. Lengths and volumes are those of the subspace, so a density here
 * is the density there; both ways cost a pass over the particles.
 */
public final class MeanFree implements Energy {

  private final Energy energy;
  private final Particles particles;

  /**
   * The energy without its centre of mass.
   *
   * @throws F2d2Exception when it is not of particles
   */
  public MeanFree(Energy energy) {
    this.energy = energy;
    this.particles =
        energy
            .particles()
            .orElseThrow(() -> new F2d2Exception(energy.name() + " is no energy of particles"));
  }

  /** The energy of a target as a density needs it: without a centre of mass where it has one. */
  public static Energy of(Energy energy) {
    return energy.particles().isPresent() ? new MeanFree(energy) : energy;
  }

  @Override
  public String name() {
    return energy.name();
  }

  @Override
  public int dimensions() {
    return particles.meanFree();
  }

  /** The energy of the places of the particles. */
  public Energy ofPlaces() {
    return energy;
  }

  @Override
  public OptionalDouble logNormaliser() {
    return energy.logNormaliser();
  }

  /** Empty: the coordinates are places no more. */
  @Override
  public Optional<Particles> particles() {
    return Optional.empty();
  }

  @Override
  public double value(double[] y) {
    return energy.value(places(particles, y));
  }

  @Override
  public double value(double[] y, double[] gradient) {
    double[] ofPlaces = new double[particles.coordinates()];
    double value = energy.value(places(particles, y), ofPlaces);
    System.arraycopy(coordinates(particles, ofPlaces), 0, gradient, 0, dimensions());
    return value;
  }

  /**
   * The places of particles.
   *
   * @param y mean-free coordinates
   * @return places, with their centre of mass at the origin
   */
  public static double[] places(Particles particles, double[] y) {
    int n = particles.count();
    int space = particles.space();
    if (y.length != particles.meanFree()) {
      throw new IllegalArgumentException(
          n + " particles have " + particles.meanFree() + " coordinates, not " + y.length);
    }
    double[] x = new double[particles.coordinates()];
    for (int c = 0; c < space; c++) {
      // What all particles up to k share of the rows after k.
      double shared = 0;
      for (int k = n - 1; k >= 1; k--) {
        double part = y[(k - 1) * space + c] / Math.sqrt((double) k * (k + 1));
        x[k * space + c] = shared - k * part;
        shared += part;
      }
      x[c] = shared;
    }
    return x;
  }

  /**
   * The mean-free coordinates of places; what their centre of mass is does not matter.
   *
   * @param x places
   */
  public static double[] coordinates(Particles particles, double[] x) {
    particles.require(x);
    int space = particles.space();
    double[] y = new double[particles.meanFree()];
    for (int c = 0; c < space; c++) {
      double sum = 0;
      for (int k = 1; k < particles.count(); k++) {
        sum += x[(k - 1) * space + c];
        y[(k - 1) * space + c] = (sum - k * x[k * space + c]) / Math.sqrt((double) k * (k + 1));
      }
    }
    return y;
  }
}
