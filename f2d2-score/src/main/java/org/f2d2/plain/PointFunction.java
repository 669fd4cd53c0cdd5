package org.f2d2.plain;

/**
 * A function of one point on plain arrays, for callers whose rows come one at a time: starting the
 * tensor operations for one row takes longer than the arithmetic.
 *
 * <p>It holds the numbers of the moment it was made, and any number of threads may use it.
 */
@FunctionalInterface
public interface PointFunction {

  /**
   * The value at a point.
   *
   * @param x coordinates, [d]
   * @return a new array
   */
  double[] at(double[] x);
}
