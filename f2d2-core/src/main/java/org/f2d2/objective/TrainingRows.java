package org.f2d2.objective;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Where the rows of a training batch come from. */
public interface TrainingRows {

  /**
   * Draws rows, each equally likely, with replacement.
   *
   * @return [rows, d], in model space
   */
  Tensor draw(int rows, Rng rng);

  /** Element type of the rows. */
  DType type();

  /**
   * Rows of one table.
   *
   * @param table [n, d]
   */
  static TrainingRows of(Tensor table) {
    return new TrainingRows() {
      @Override
      public Tensor draw(int rows, Rng rng) {
        return table.rows(rng.integers(table.size(0), rows));
      }

      @Override
      public DType type() {
        return table.type();
      }
    };
  }
}
