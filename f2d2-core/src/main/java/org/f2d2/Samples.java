package org.f2d2;

import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;

/**
 * Rows drawn from a model.
 *
 * @param batch in the units of the training rows
 * @param logDensity nats per row; empty if it was not asked for
 * @param forwardEvaluations network evaluations forward, per row
 * @param backwardEvaluations network evaluations backward, per row
 */
public record Samples(
    Batch batch, double[] logDensity, int forwardEvaluations, int backwardEvaluations) {

  /** Rows of a table, row-major, in the order of the model's columns. */
  public double[] rows() {
    if (batch instanceof Table table) {
      return table.values();
    }
    throw new F2d2Exception("these samples are no rows of a table");
  }

  /** Images, with the class that each was drawn for if the model is of images given their class. */
  public ImageSet images() {
    if (batch instanceof ImageSet images) {
      return images;
    }
    throw new F2d2Exception("these samples are no images");
  }
}
