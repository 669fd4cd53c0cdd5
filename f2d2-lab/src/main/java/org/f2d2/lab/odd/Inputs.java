package org.f2d2.lab.odd;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.f2d2.lab.TestDensity;

/**
 * A case with its rows.
 *
 * @param dimensions d
 * @param training rows to fit, row-major [n, d]
 * @param second rows of a second fit with the same options; empty for none
 * @param fresh rows of the same density that are not fitted; the best cheap density is the one
 *     under which they are likeliest
 * @param quantities what to measure
 */
record Inputs(
    int dimensions, double[] training, double[] second, double[] fresh, List<Quantity> quantities) {

  Inputs(int dimensions, double[] training, double[] fresh, List<Quantity> quantities) {
    this(dimensions, training, new double[0], fresh, quantities);
  }

  /**
   * Rows of one density.
   *
   * @param rows how many are fitted
   * @param count of fresh rows
   * @param quantities what to measure, given the fresh rows
   */
  static Inputs of(
      TestDensity density,
      int rows,
      int count,
      long seed,
      Function<double[], List<Quantity>> quantities) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] training = density.sample(rows, random);
    double[] fresh = density.sample(count, random);
    return new Inputs(density.dimensions(), training, fresh, quantities.apply(fresh));
  }
}
