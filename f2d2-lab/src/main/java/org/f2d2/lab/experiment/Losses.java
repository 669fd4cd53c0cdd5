package org.f2d2.lab.experiment;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Mean of |v̂(x_t, t) - w|², the conditional loss of flow matching, on the rows that a network was
 * trained on and on others, with the same noise and times for both; beside it the loss of the exact
 * velocity, which no field undercuts on average over all data.
 *
 * @param train of v̂ on training rows
 * @param test of v̂ on fresh rows
 * @param exactTrain of the exact velocity on the training rows
 * @param exactTest of the exact velocity on the fresh rows: an estimate of the least possible
 */
record Losses(double train, double test, double exactTrain, double exactTest) {

  /**
   * Measures.
   *
   * @param rows training rows [m, d], one for each draw
   * @param fresh as many fresh ones
   * @param lastTime times are uniform up to here
   * @param rng draws noise and times
   */
  static Losses of(
      MeasuredField field,
      ClosedFormFlow exact,
      Tensor rows,
      Tensor fresh,
      double lastTime,
      Rng rng) {
    int n = Math.toIntExact(rows.size(0));
    Tensor t = rng.uniform(DType.FLOAT64, n, 1).mul(lastTime);
    Tensor z = PathPoints.noise(exact, n, rng);
    PathPoints train = PathPoints.between(z, rows, t);
    PathPoints test = PathPoints.between(z, fresh, t);
    MeasuredField truth = new MeasuredField(exact, DType.FLOAT64);
    return new Losses(loss(field, train), loss(field, test), loss(truth, train), loss(truth, test));
  }

  private static double loss(MeasuredField field, PathPoints points) {
    return FieldErrors.mean(
        points.size(),
        (start, end) -> {
          PathPoints p = points.rows(start, end, DType.FLOAT64);
          return field.velocity(p.x(), p.t()).sub(p.w());
        });
  }

  /** How much worse fresh rows are than training rows. */
  double gap() {
    return test - train;
  }
}
