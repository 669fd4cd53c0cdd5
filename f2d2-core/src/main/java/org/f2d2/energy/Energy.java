package org.f2d2.energy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.f2d2.plain.Particles;

/**
 * An unnormalised density ρ(x) = exp(-E(x)), with E in units of kT.
 *
 * <p>Whoever writes one tests it with {@link EnergyCheck}. Implementations are immutable and may be
 * asked by many threads at once.
 */
public interface Energy {

  /** The name with its convention, such as {@code DW4-once}; models and results carry it. */
  String name();

  /** Number of coordinates of a point, d. */
  int dimensions();

  /**
   * The energy.
   *
   * @param x a point, d coordinates; not changed
   * @return E(x) in kT; positive infinity where the density is zero; never NaN for finite x
   */
  double value(double[] x);

  /**
   * The energy and its gradient.
   *
   * @param x a point, d coordinates; not changed
   * @param gradient where ∂E/∂x is written, d values; finite, zeros where the energy is infinite
   * @return {@link #value(double[])}
   */
  double value(double[] x, double[] gradient);

  /**
   * The energies of many points.
   *
   * @param points row-major, as many rows as {@code values} is long; not changed
   * @param values where E of each row is written
   */
  default void values(double[] points, double[] values) {
    int d = dimensions();
    for (int row = 0; row < values.length; row++) {
      values[row] = value(Arrays.copyOfRange(points, row * d, (row + 1) * d));
    }
  }

  /**
   * The energies of many points and their gradients.
   *
   * @param points row-major, as many rows as {@code values} is long; not changed
   * @param values where E of each row is written
   * @param gradients where ∂E/∂x of each row is written, row-major
   */
  default void values(double[] points, double[] values, double[] gradients) {
    int d = dimensions();
    double[] gradient = new double[d];
    for (int row = 0; row < values.length; row++) {
      values[row] = value(Arrays.copyOfRange(points, row * d, (row + 1) * d), gradient);
      System.arraycopy(gradient, 0, gradients, row * d, d);
    }
  }

  /** The particles whose places the coordinates are; empty where they are none. */
  default Optional<Particles> particles() {
    return Optional.empty();
  }

  /**
   * Numbers that say which of its shapes a point has, by name: chains are watched in them beside
   * what is watched of any energy. Each takes d coordinates and is smooth.
   */
  default Map<String, ToDoubleFunction<double[]>> collectiveVariables() {
    return Map.of();
  }

  /** log ∫ exp(-E), where it is known. */
  default OptionalDouble logNormaliser() {
    return OptionalDouble.empty();
  }
}
