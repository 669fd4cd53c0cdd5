package org.f2d2.flow;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * What the columns of a point are. The first move with the flow; the last are conditions, such as a
 * class as zeros and a one, which stand still:
 *
 * <pre>  dx/dt = v(x, c, t),   dc/dt = 0</pre>
 *
 * So a conditional flow is a flow of the pair (x, c). Every identity of flow maps holds for it as
 * it is, its divergence is that of x alone, and what was log p(x) is log p(x | c).
 *
 * @param moving columns that move, d
 * @param conditions columns that stand still, c; 0 for a flow without conditions
 */
public record Coordinates(int moving, int conditions) {

  /** Checks the numbers. */
  public Coordinates {
    if (moving < 1 || conditions < 0) {
      throw new IllegalArgumentException(
          "a point needs a column that moves, got " + moving + " and " + conditions);
    }
  }

  /** All columns. */
  public int all() {
    return moving + conditions;
  }

  /** The moving columns of points [n, d + c]: [n, d]. */
  public Tensor moving(Tensor x) {
    return conditions == 0 ? x : x.narrow(1, 0, moving);
  }

  /** The conditions of points [n, d + c]: [n, c]. */
  public Tensor conditions(Tensor x) {
    return x.narrow(1, moving, conditions);
  }

  /** Moving columns [n, d] beside the conditions of points [n, d + c]. */
  public Tensor withConditions(Tensor columns, Tensor x) {
    return conditions == 0 ? columns : Tensor.cat(1, columns, conditions(x));
  }

  /**
   * A rate of the moving columns as one of all.
   *
   * @param rate [n, d], or [n, d + 1] with a divergence
   * @return the same with c columns of zeros after the first d
   */
  public Tensor still(Tensor rate) {
    if (conditions == 0) {
      return rate;
    }
    Tensor zeros = Tensor.zeros(rate.type(), rate.size(0), conditions);
    Tensor u = rate.narrow(1, 0, moving);
    long rest = rate.size(1) - moving;
    return rest == 0
        ? Tensor.cat(1, u, zeros)
        : Tensor.cat(1, u, zeros, rate.narrow(1, moving, rest));
  }

  /** A direction without its part along the conditions, which answer for nothing. */
  public Tensor along(Tensor direction) {
    return conditions == 0 ? direction : still(direction.narrow(1, 0, moving));
  }

  /** Standard normal noise in place of the moving columns of points, whose conditions stay. */
  public Tensor noise(Tensor x, Rng rng) {
    return withConditions(moving(rng.normal(x.type(), x.shape())), x);
  }
}
