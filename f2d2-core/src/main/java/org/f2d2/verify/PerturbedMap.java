package org.f2d2.verify;

import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Tensor;

/**
 * A student that is wrong in a known way: f(x,s,t) + e b(x,s,t) with a smooth b of order one in
 * every output.
 *
 * @param exact f, with a divergence
 * @param size e, a tensor of one element; gradients can be asked for it
 */
record PerturbedMap(JointFlowMap exact, Tensor size) implements JointFlowMap {

  @Override
  public int dimensions() {
    return exact.dimensions();
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return exact.rate(x, s, t).addProduct(size, bump(x, s, t));
  }

  /** The flow to the map's own samples is its diagonal: both are the data's when e is 0. */
  @Override
  public VelocityField secondBranch() {
    return new DiagonalVelocity(this);
  }

  /** b, [n, d + 1]. */
  static Tensor bump(Tensor x, Tensor s, Tensor t) {
    Tensor phase = x.sumKeep(1).add(s.mul(2)).sub(t);
    Tensor[] columns = new Tensor[(int) x.size(1) + 1];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = phase.add(k + 0.5).sin();
    }
    return Tensor.cat(1, columns);
  }
}
