package org.f2d2.domain.configuration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.f2d2.data.Batch;
import org.f2d2.data.Table;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;

/**
 * Points of a target.
 *
 * @param particles whose places the coordinates are; empty where they are none
 * @param dimensions coordinates of a point
 * @param values row-major
 */
public record Configurations(Optional<Particles> particles, int dimensions, double[] values)
    implements Batch {

  /** Checks the sizes. */
  public Configurations {
    if (dimensions < 1 || values.length % dimensions != 0) {
      throw new F2d2Exception(
          values.length + " values do not fill points of " + dimensions + " coordinates");
    }
    if (particles.isPresent() && particles.get().coordinates() != dimensions) {
      throw new F2d2Exception(
          particles.get().count()
              + " particles have "
              + particles.get().coordinates()
              + " coordinates, not "
              + dimensions);
    }
  }

  /** Points of an energy. */
  public static Configurations of(Energy energy, double[] values) {
    return new Configurations(energy.particles(), energy.dimensions(), values);
  }

  @Override
  public int count() {
    return values.length / dimensions;
  }

  @Override
  public Configurations range(int from, int to) {
    if (from < 0 || from > to || to > count()) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + count());
    }
    return new Configurations(
        particles, dimensions, Arrays.copyOfRange(values, from * dimensions, to * dimensions));
  }

  /** A point. */
  public double[] row(int index) {
    return Arrays.copyOfRange(values, index * dimensions, (index + 1) * dimensions);
  }

  /** Names of the coordinates: x1, y1, z1, x2, … of particles, x1, x2, … of others. */
  public static List<String> columns(Optional<Particles> particles, int dimensions) {
    int space = particles.map(Particles::space).orElse(1);
    List<String> names = new ArrayList<>();
    for (int c = 0; c < dimensions; c++) {
      names.add("xyz".charAt(c % space) + "" + (c / space + 1));
    }
    return names;
  }

  /** The coordinates in which the points have an ordinary density: without a centre of mass. */
  double[] coordinates() {
    if (particles.isEmpty()) {
      return values;
    }
    int d = particles.get().meanFree();
    double[] all = new double[count() * d];
    for (int row = 0; row < count(); row++) {
      System.arraycopy(particles.get().toMeanFree(row(row)), 0, all, row * d, d);
    }
    return all;
  }

  /** The points of {@link #coordinates}. */
  static Configurations places(
      Optional<Particles> particles, int dimensions, double[] coordinates) {
    if (particles.isEmpty()) {
      return new Configurations(particles, dimensions, coordinates);
    }
    int d = particles.get().meanFree();
    int n = coordinates.length / d;
    double[] values = new double[n * dimensions];
    for (int row = 0; row < n; row++) {
      double[] y = Arrays.copyOfRange(coordinates, row * d, (row + 1) * d);
      System.arraycopy(particles.get().toPlaces(y), 0, values, row * dimensions, dimensions);
    }
    return new Configurations(particles, dimensions, values);
  }

  /** {@link #coordinates} as a table. */
  public Table table() {
    double[] all = coordinates();
    int d = count() == 0 ? 1 : all.length / count();
    return Table.of(IntStream.rangeClosed(1, d).mapToObj(c -> "c" + c).toList(), all);
  }
}
