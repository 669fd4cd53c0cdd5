package org.f2d2.objective;

import org.f2d2.flow.Coordinates;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Where the rows of a training batch come from. */
public interface TrainingRows {

  /**
   * Draws rows, each equally likely, with replacement.
   *
   * @return [rows, d], in model space; conditions last
   */
  Tensor draw(int rows, Rng rng);

  /** How many of the last columns are conditions; see {@link org.f2d2.flow.Coordinates}. */
  default int conditions() {
    return 0;
  }

  /**
   * Rows of which a share has no condition: zeros in its place. They teach the model the law of all
   * rows together, beside that of each class.
   *
   * @param table [n, d]
   * @param conditions how many of the last columns are conditions
   * @param dropped the share, in [0, 1]; published 0.1
   */
  static TrainingRows conditional(Tensor table, int conditions, double dropped) {
    if (conditions < 1 || !(dropped >= 0 && dropped <= 1)) {
      throw new IllegalArgumentException(
          "need a condition and a share in [0, 1], got " + conditions + " and " + dropped);
    }
    TrainingRows all = of(table);
    int d = Math.toIntExact(table.size(1)) - conditions;
    return new TrainingRows() {
      @Override
      public Tensor draw(int rows, Rng rng) {
        Tensor drawn = all.draw(rows, rng);
        Tensor c = drawn.narrow(1, d, conditions);
        Tensor none = rng.uniform(table.type(), rows, 1).lessThan(dropped);
        return Tensor.cat(1, drawn.narrow(1, 0, d), Tensor.where(none, c.zerosLike(), c));
      }

      @Override
      public int conditions() {
        return conditions;
      }

      @Override
      public DType type() {
        return table.type();
      }
    };
  }

  /**
   * Rows with one more condition, a strength of guidance drawn evenly for each.
   *
   * @param from the least strength
   * @param to the greatest
   */
  static TrainingRows withStrengths(TrainingRows rows, double from, double to) {
    return new TrainingRows() {
      @Override
      public Tensor draw(int count, Rng rng) {
        Tensor strength = rng.uniform(type(), count, 1).mul(to - from).add(from);
        return Tensor.cat(1, rows.draw(count, rng), strength);
      }

      @Override
      public int conditions() {
        return rows.conditions() + 1;
      }

      @Override
      public DType type() {
        return rows.type();
      }
    };
  }

  /**
   * Rows with Gaussian noise on the columns that move: the law that they are drawn from is then
   * that of a kernel density, which a network cannot learn by heart.
   *
   * @param standardDeviation of the noise; 0 leaves the rows as they are
   */
  static TrainingRows blurred(TrainingRows rows, double standardDeviation) {
    if (standardDeviation == 0) {
      return rows;
    }
    return new TrainingRows() {
      @Override
      public Tensor draw(int count, Rng rng) {
        Tensor drawn = rows.draw(count, rng);
        int moving = Math.toIntExact(drawn.size(1)) - conditions();
        Coordinates columns = new Coordinates(moving, conditions());
        return drawn.addScaled(columns.along(rng.normal(type(), drawn.shape())), standardDeviation);
      }

      @Override
      public int conditions() {
        return rows.conditions();
      }

      @Override
      public DType type() {
        return rows.type();
      }
    };
  }

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
