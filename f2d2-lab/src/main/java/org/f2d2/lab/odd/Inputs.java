package org.f2d2.lab.odd;

import java.util.List;

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
}
