package org.f2d2.verify;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.objective.TrainingRows;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Endless training rows of a flow whose law is known.
 *
 * @param flow draws the rows
 */
record ClosedFormRows(ClosedFormFlow flow) implements TrainingRows {

  @Override
  public Tensor draw(int rows, Rng rng) {
    return flow.sample(rows, rng);
  }

  @Override
  public DType type() {
    return DType.FLOAT64;
  }
}
