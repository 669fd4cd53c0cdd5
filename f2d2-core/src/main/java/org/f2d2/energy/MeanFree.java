package org.f2d2.energy;

import java.util.Optional;
import java.util.OptionalDouble;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;

/**
 * An energy of particles in coordinates of the points whose centre of mass is at the origin.
 *
 * <p>{@link Particles#toMeanFree} has the coordinates. Lengths and volumes are those of the
 * subspace, so a density here is the density there; both ways cost a pass over the particles.
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
    return energy.value(particles.toPlaces(y));
  }

  @Override
  public double value(double[] y, double[] gradient) {
    double[] ofPlaces = new double[particles.coordinates()];
    double value = energy.value(particles.toPlaces(y), ofPlaces);
    System.arraycopy(particles.toMeanFree(ofPlaces), 0, gradient, 0, dimensions());
    return value;
  }
}
