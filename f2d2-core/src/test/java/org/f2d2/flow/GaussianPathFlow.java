package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * For tests: the flow of N(0, σ₀² I) to N(0, diag c²) along the linear path, S_i(t)² = (1-t)² σ₀² +
 * t² c_i², X_i = S_i(t)/S_i(s) x_i and (t-s) D = Σ ln S_i(t)/S_i(s).
 */
public record GaussianPathFlow(double sigma0, double... c) implements VelocityField, JointFlowMap {

  @Override
  public int dimensions() {
    return c.length;
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return logSlope(t).mul(x);
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return Tensor.cat(1, velocity(x, t), logSlope(t).sumKeep(1));
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    Tensor ratio = scale(t).div(scale(s));
    Tensor h = t.sub(s);
    Tensor near = h.abs().lessThan(1e-12);
    Tensor safe = Tensor.where(near, h.onesLike(), h);
    Tensor u = ratio.sub(1).div(safe).mul(x);
    Tensor divergence = ratio.log().sumKeep(1).div(safe);
    return Tensor.where(near, joint(x, t), Tensor.cat(1, u, divergence));
  }

  private Tensor scale(Tensor t) {
    Tensor noise = t.subtractFrom(1).mul(sigma0).square();
    return noise.add(t.mul(sds(t.type())).square()).sqrt();
  }

  // S'/S
  private Tensor logSlope(Tensor t) {
    Tensor rate = t.mul(sds(t.type()).square()).add(t.sub(1).mul(sigma0 * sigma0));
    return rate.div(scale(t).square());
  }

  private Tensor sds(DType type) {
    return Tensor.of(c, type, 1, c.length);
  }
}
