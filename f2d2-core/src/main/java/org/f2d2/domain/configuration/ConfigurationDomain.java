package org.f2d2.domain.configuration;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.f2d2.data.Batch;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.energy.Particles;
import org.f2d2.error.F2d2Exception;

/**
 * Points of a target, in coordinates without a centre of mass.
 *
 * @param target name of the energy, with its convention
 * @param particles whose places the coordinates are; empty where they are none
 * @param dimensions coordinates of a point
 * @param coordinates the domain of {@link Configurations#table}
 */
public record ConfigurationDomain(
    String target, Optional<Particles> particles, int dimensions, TableDomain coordinates)
    implements Domain {

  /** What one row is called. */
  public static final String ONE = "configuration";

  @Override
  public String one() {
    return ONE;
  }

  @Override
  public String describe() {
    return "configurations of " + target;
  }

  @Override
  public int moving() {
    return coordinates.moving();
  }

  @Override
  public List<String> columns() {
    return Configurations.columns(particles, dimensions);
  }

  @Override
  public List<String> warnings() {
    return coordinates.warnings();
  }

  @Override
  public Points encode(Batch rows) {
    return coordinates.encode(own(rows).coordinates());
  }

  @Override
  public void requireSound(Batch rows) {
    for (double value : own(rows).values()) {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw new F2d2Exception("a coordinate is " + value);
      }
    }
  }

  private Configurations own(Batch rows) {
    if (rows instanceof Configurations own && own.dimensions() == dimensions) {
      return own;
    }
    throw new F2d2Exception("the model is of " + describe());
  }

  @Override
  public Configurations decode(double[] points) {
    return Configurations.places(particles, dimensions, coordinates.decode(points).values());
  }

  @Override
  public double[] drawConditions(int n, Optional<Double> only, RandomGenerator random) {
    return coordinates.drawConditions(n, only, random);
  }
}
