package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
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

  /**
   * The velocity and unbiased estimates of its divergence, each from one random direction
   * (Hutchinson, 1989): (v, eᵀ (∂v/∂x) e, ...), with E[e eᵀ] = I over the columns that move.
   *
   * <p>A field part of which is known in closed form overrides this and leaves that part exact: the
   * estimate then varies as much as the rest does.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @param probes each an e, [n, d], zero in the conditions; at least one
   * @return [n, d + probes]
   */
  default Tensor probed(Tensor x, Tensor t, List<Tensor> probes) {
    List<Tensor> columns = new ArrayList<>();
    for (Tensor e : probes) {
      Autograd.Jvp j = Autograd.jvp(y -> velocity(y, t), x, e);
      if (columns.isEmpty()) {
        columns.add(j.value());
      }
      columns.add(j.tangent().mul(e).sumKeep(1));
    }
    return Tensor.cat(1, columns);
  }

  /** {@link #probed(Tensor, Tensor, List)} of one direction: [n, d + 1]. */
  default Tensor probed(Tensor x, Tensor t, Tensor probe) {
    return probed(x, t, List.of(probe));
  }
}
