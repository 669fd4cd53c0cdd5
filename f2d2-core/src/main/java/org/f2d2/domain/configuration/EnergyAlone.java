package org.f2d2.domain.configuration;

import java.util.Collections;
import org.f2d2.data.Batch;
import org.f2d2.energy.Energy;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.MeanFree;
import org.f2d2.energy.Rescaled;
import org.f2d2.error.OptionException;

/**
 * A target of which there are no rows: what is fitted to it learns from its energy.
 *
 * @param energy of the target
 * @param scale standard deviation of the noise in each coordinate, in their unit; wide enough to
 *     reach all of the target
 */
public record EnergyAlone(Energy energy, double scale) implements Batch {

  /** Energies are huge where the noise is: the path begins slowly. */
  private static final double POWER = 2;

  /** Checks the scale. */
  public EnergyAlone {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new OptionException("scale", "must be positive and finite, got " + scale);
    }
  }

  @Override
  public int count() {
    return 0;
  }

  @Override
  public EnergyAlone range(int from, int to) {
    if (from != 0 || to != 0) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of no rows");
    }
    return this;
  }

  /** The configurations that a model of it is of: around the origin, in units of the noise. */
  public ConfigurationDomain domain() {
    int d = MeanFree.of(energy).dimensions();
    return new ConfigurationDomain(
        energy.name(),
        energy.particles(),
        Collections.nCopies(d, 0.0),
        Collections.nCopies(d, scale));
  }

  /** The path from noise to the target, in the coordinates of that domain. */
  public GeometricPath path() {
    ConfigurationDomain domain = domain();
    return new GeometricPath(
        new Rescaled(MeanFree.of(energy), domain.shift(), domain.scale()), POWER);
  }
}
