package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Where the rows of a training batch come from. */
@FunctionalInterface
public interface TrainingRows {

  /**
   * Draws rows, each equally likely, with replacement.
   *
   * @return [rows, d], in model space
   */
  Tensor draw(int rows, Rng rng);

  /**
   * Rows of one table.
   *
   * @param table [n, d]
   */
  static TrainingRows of(Tensor table) {
    return (rows, rng) -> table.rows(rng.integers(table.size(0), rows));
  }
}
