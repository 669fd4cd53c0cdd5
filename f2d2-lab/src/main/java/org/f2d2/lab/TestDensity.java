package org.f2d2.lab;

import java.util.random.RandomGenerator;

/** A density that rows can be drawn from and whose logarithm is known exactly. */
public interface TestDensity {

  /** Short name for tables and options. */
  String name();

  /** Number of coordinates, d. */
  int dimensions();

  /** Draws n rows, row-major [n, d]. */
  double[] sample(int n, RandomGenerator random);

  /**
   * Exact log-density of rows, in nats.
   *
   * @param rows row-major [n, d]
   * @return [n]; negative infinity outside the support
   */
  double[] logDensity(double[] rows);

  /**
   * In two dimensions, a box that holds practically all of the density.
   *
   * @return lower and upper end of the first coordinate, then of the second
   */
  default double[] box() {
    return new double[] {-5, 5, -5, 5};
  }

  /** Whether a row counts in the error figure; false next to a jump of the density. */
  default boolean counts(double[] row) {
    return true;
  }
}
