package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to a Gaussian law of any covariance Q diag(c²) Qᵀ: that of {@link GaussianFlow} along
 * the columns of an orthogonal matrix Q, since noise looks the same along any.
 *
 * <pre>
 *   x = Q y:   u(x,s,t) = Q u_axes(y,s,t),   D(x,s,t) = D_axes(y,s,t),   log p_t(x) = log p_axes,t(y)
 * </pre>
 *
 * @param axes the law along the columns of Q, its mean included
 * @param basis Q, [d, d] in 64 bits, which outlives every scope
 */
public record RotatedGaussianFlow(GaussianFlow axes, Tensor basis)
    implements ClosedFormFlow, JointFlowMap {

  /** Checks the size of the basis. */
  public RotatedGaussianFlow {
    int d = axes.dimensions();
    if (basis.rank() != 2 || basis.size(0) != d || basis.size(1) != d) {
      throw new IllegalArgumentException("a basis of " + d + " axes cannot be " + basis);
    }
  }

  @Override
  public int dimensions() {
    return axes.dimensions();
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public double noiseScale() {
    return axes.noiseScale();
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return back(axes.joint(along(x), t));
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return back(axes.rate(along(x), s, t));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return axes.logDensity(along(x), t);
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return axes.sample(n, rng).matmul(basis.transpose());
  }

  private Tensor along(Tensor x) {
    return x.matmul(in(x.type()));
  }

  private Tensor back(Tensor joint) {
    int d = dimensions();
    Tensor velocity = joint.narrow(1, 0, d).matmul(in(joint.type()).transpose());
    return Tensor.cat(1, velocity, joint.narrow(1, d, 1));
  }

  private Tensor in(DType type) {
    return basis.type() == type ? basis : basis.to(type);
  }
}
