package org.f2d2.train;

import java.util.SplittableRandom;
import org.f2d2.data.Batch;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;

/** A fit of points of a target, by the table of their coordinates. */
public final class ConfigurationFitOptions extends ThroughAnother {

  /** Rows of particles are turned and exchanged anew until there are so many. */
  private static final int LEAST_ROWS = 50_000;

  private final Energy energy;

  /**
   * Such a fit.
   *
   * @param energy of the target
   * @param table of the table of coordinates
   */
  public ConfigurationFitOptions(Energy energy, FitChoices table) {
    super(ConfigurationDomain.ONE, table);
    this.energy = energy;
  }

  @Override
  protected Batch inner(Batch rows) {
    if (!(rows instanceof Configurations own) || own.dimensions() != energy.dimensions()) {
      throw new F2d2Exception("these are no configurations of " + energy.name());
    }
    // The same draws whatever the seed of the fit, so that a resumed one finds the same rows.
    return own.symmetrised(LEAST_ROWS, new SplittableRandom(0)).table();
  }

  @Override
  protected Domain outer(Domain other) {
    return new ConfigurationDomain(
        energy.name(), energy.particles(), energy.dimensions(), (TableDomain) other);
  }

  @Override
  protected ConfigurationFitOptions with(FitChoices other) {
    return new ConfigurationFitOptions(energy, other);
  }
}
