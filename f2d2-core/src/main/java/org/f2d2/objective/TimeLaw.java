package org.f2d2.objective;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** How training times in [0, 1] are drawn. */
public sealed interface TimeLaw {

  /**
   * Draws times, one in each of {@code rows} equal slices of probability, so that every batch
   * covers the whole law.
   *
   * @return [rows, 1]
   */
  default Tensor draw(int rows, DType type, Rng rng) {
    Tensor u = Tensor.range(rows, type).add(rng.uniform(type, rows)).div(rows);
    return quantile(u).reshape(rows, 1);
  }

  /** The time below which a given share of the law lies. */
  Tensor quantile(Tensor share);

  /** Every time equally likely. */
  record Uniform() implements TimeLaw {
    @Override
    public Tensor quantile(Tensor share) {
      return share;
    }
  }

  /**
   * Half of the rows uniform, half with log(1-t) uniform down to {@code closest}: more rows where
   * the data's fine structure is decided.
   *
   * @param closest smallest distance from time 1, in (0, 1)
   */
  record TowardData(double closest) implements TimeLaw {
    /** Checks the distance. */
    public TowardData {
      if (!(closest > 0 && closest < 1)) {
        throw new IllegalArgumentException("closest must lie in (0, 1), got " + closest);
      }
    }

    @Override
    public Tensor quantile(Tensor share) {
      Tensor twice = share.mul(2);
      Tensor late = twice.sub(1).mul(Math.log(closest)).exp().subtractFrom(1);
      return Tensor.where(share.lessThan(0.5), twice, late);
    }
  }
}
