package org.f2d2.flow;

import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/** A velocity v(x, t) that carries noise at time 0 to data at time 1. */
public interface VelocityField extends StateSpace {

  /**
   * The velocity.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @return [n, d]
   */
  Tensor velocity(Tensor x, Tensor t);

  /**
   * The joint field g = (v, div v), with the exact divergence.
   *
   * <p>This default takes a forward-mode derivative for each column that moves; a field that knows
   * better overrides it.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @return [n, d + 1]
   */
  default Tensor joint(Tensor x, Tensor t) {
    int d = dimensions();
    Tensor identity = Tensor.eye(d, x.type());
    Tensor divergence = null;
    Tensor v = null;
    for (int i = 0; i < coordinates().moving(); i++) {
      Tensor direction = identity.rows(i, i + 1).expand(x.size(0), d);
      Autograd.Jvp j = Autograd.jvp(y -> velocity(y, t), x, direction);
      v = j.value();
      Tensor own = j.tangent().column(i);
      divergence = divergence == null ? own : divergence.add(own);
    }
    if (v == null || divergence == null) {
      throw new IllegalStateException("a field needs at least one dimension");
    }
    return Tensor.cat(1, v, divergence);
  }
}
