package org.f2d2.domain.configuration;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.domain.Domain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;

/**
 * Configurations of a target, shifted and scaled: plain coordinates each by itself, particles in
 * mean-free coordinates of one scale, which turn as they do. Nothing else is done to them, as
 * weights need a density that is smooth.
 *
 * @param target name of the energy, with its convention
 * @param particles whose places the coordinates are; empty where they are none
 * @param shift of each coordinate that moves
 * @param scale what one unit of each is, in the unit of the configurations
 */
public record ConfigurationDomain(
    String target, Optional<Particles> particles, List<Double> shift, List<Double> scale)
    implements Domain {

  /** What one row is called. */
  public static final String ONE = "configuration";

  /** Copies and checks the lists. */
  public ConfigurationDomain {
    shift = List.copyOf(shift);
    scale = List.copyOf(scale);
    int moving = particles.map(Particles::meanFree).orElse(scale.size());
    if (scale.isEmpty() || shift.size() != moving || scale.size() != moving) {
      throw new F2d2Exception("a shift and a scale are needed for each of the coordinates");
    }
    for (double each : scale) {
      if (!(each > 0) || Double.isInfinite(each)) {
        throw new F2d2Exception("a scale must be positive and finite, got " + each);
      }
    }
  }

  /**
   * That of some configurations.
   *
   * @throws F2d2Exception when a coordinate is the same in all of them
   */
  public static ConfigurationDomain of(String target, Configurations rows) {
    double[] values = rows.coordinates();
    int d = values.length / rows.count();
    double[] mean = new double[d];
    double[] square = new double[d];
    for (int i = 0; i < values.length; i++) {
      mean[i % d] += values[i] / rows.count();
    }
    for (int i = 0; i < values.length; i++) {
      double away = values[i] - mean[i % d];
      square[i % d] += away * away / rows.count();
    }
    if (rows.particles().isPresent()) {
      // Where all of them stand, and which way they are turned, is not to be known.
      double scale = Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElseThrow());
      if (!(scale > 0)) {
        throw new F2d2Exception("all particles are at one place");
      }
      return new ConfigurationDomain(
          target, rows.particles(), Collections.nCopies(d, 0.0), Collections.nCopies(d, scale));
    }
    for (int c = 0; c < d; c++) {
      if (!(square[c] > 0)) {
        throw new F2d2Exception(
            "coordinate " + (c + 1) + " is the same in all rows, which no row of a target is");
      }
    }
    return new ConfigurationDomain(
        target,
        Optional.empty(),
        Arrays.stream(mean).boxed().toList(),
        Arrays.stream(square).map(Math::sqrt).boxed().toList());
  }

  /** Coordinates of a configuration. */
  public int dimensions() {
    return particles.map(Particles::coordinates).orElse(scale.size());
  }

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
    return scale.size();
  }

  @Override
  public List<String> columns() {
    return Configurations.columns(particles, dimensions());
  }

  @Override
  public Points encode(Batch rows) {
    double[] values = own(rows).coordinates().clone();
    double volume = 0;
    for (double each : scale) {
      volume -= Math.log(each);
    }
    int d = moving();
    Arrays.setAll(values, i -> (values[i] - shift.get(i % d)) / scale.get(i % d));
    double[] volumes = new double[rows.count()];
    Arrays.fill(volumes, volume);
    return new Points(values, volumes, Map.of());
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
    if (rows instanceof Configurations own && own.dimensions() == dimensions()) {
      return own;
    }
    throw new F2d2Exception("the model is of " + describe());
  }

  @Override
  public Configurations decode(double[] points) {
    double[] values = points.clone();
    int d = moving();
    Arrays.setAll(values, i -> points[i] * scale.get(i % d) + shift.get(i % d));
    return Configurations.places(particles, dimensions(), values);
  }
}
