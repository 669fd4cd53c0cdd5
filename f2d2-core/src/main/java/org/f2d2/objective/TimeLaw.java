package org.f2d2.objective;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** How training times in [0, 1] are drawn. */
public interface TimeLaw {

  /**
   * Draws times, one for each of {@code rows} equal slices of the shares [0, 1], so that every
   * batch covers the whole law.
   *
   * @return [rows, 1]
   */
  default Tensor draw(int rows, DType type, Rng rng) {
    Tensor u = Tensor.range(rows, type).add(rng.uniform(type, rows)).div(rows);
    return ofShare(u).reshape(rows, 1);
  }

  /**
   * Turns shares into times: uniform shares on [0, 1] give times of this law.
   *
   * <p>A law that mixes others gives each its own interval of shares, so the times need not grow
   * with the share.
   */
  Tensor ofShare(Tensor share);

  /** Every time equally likely. */
  record Uniform() implements TimeLaw {
    @Override
    public Tensor ofShare(Tensor share) {
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
    public Tensor ofShare(Tensor share) {
      Tensor twice = share.mul(2);
      Tensor late = twice.sub(1).mul(Math.log(closest)).exp().subtractFrom(1);
      return Tensor.where(share.lessThan(0.5), twice, late);
    }
  }
}
