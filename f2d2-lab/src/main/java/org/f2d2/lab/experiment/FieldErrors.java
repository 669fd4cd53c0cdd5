package org.f2d2.lab.experiment;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * How far a field is from the exact one, on points of the path.
 *
 * @param velocity mean of |v̂ - v|², in squared units of the data per unit of time squared
 * @param divergence mean of (div v̂ - div v)², per unit of time squared
 */
record FieldErrors(double velocity, double divergence) {

  /**
   * Measures.
   *
   * @param points where
   * @param divergencePoints how many of the points, from the first, serve for the divergence
   */
  static FieldErrors of(
      MeasuredField field, ClosedFormFlow exact, PathPoints points, int divergencePoints) {
    int d = exact.dimensions();
    double velocity =
        mean(
            points.size(),
            (start, end) -> {
              PathPoints p = points.rows(start, end, DType.FLOAT64);
              return field.velocity(p.x(), p.t()).sub(exact.velocity(p.x(), p.t()));
            });
    double divergence =
        mean(
            divergencePoints,
            (start, end) -> {
              PathPoints p = points.rows(start, end, DType.FLOAT64);
              return field.joint(p.x(), p.t()).column(d).sub(exact.joint(p.x(), p.t()).column(d));
            });
    return new FieldErrors(velocity, divergence);
  }

  /** Values of some rows. */
  interface Values {
    /** Of rows {@code start} to {@code end}, without the last: one row of values each. */
    Tensor of(int start, int end);
  }

  /** The mean over rows of the sum of squares of their values. */
  static double mean(int rows, Values values) {
    double[] sum = {0};
    RowChunks.DEFAULT.forEach(
        rows, (start, end) -> sum[0] += values.of(start, end).square().sum().item());
    return sum[0] / rows;
  }
}
