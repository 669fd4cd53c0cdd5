package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * For tests: a flow that is not linear, whose divergence depends on the point and whose Jacobian is
 * not diagonal, in closed form and differentiable in every mode. In the coordinates q = x R, each
 * coordinate with a rate b flows by itself:
 *
 * <pre>
 *   dq/dt = 2 b t asinh(q) √(1+q²)
 *   Q_{s,t}(q) = sinh(r asinh q),   ln Q' = ln r + ln cosh(r asinh q) - ln cosh(asinh q)
 *   with r = exp( b (t² - s²) )
 * </pre>
 */
public record SinhFlow(double angle, double b1, double b2) implements VelocityField, JointFlowMap {

  /** A rotation by .7 and rates of both signs. */
  public static final SinhFlow DEFAULT = new SinhFlow(0.7, 0.5, -0.4);

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    Tensor q = x.matmul(rotation(x.type()));
    Tensor speed = q.asinh().mul(root(q)).mul(rates(x.type())).mul(t).mul(2);
    return speed.matmul(rotation(x.type()).transpose());
  }

  /** div v, [n, 1]. */
  public Tensor divergence(Tensor x, Tensor t) {
    Tensor q = x.matmul(rotation(x.type()));
    Tensor terms = q.asinh().mul(q).div(root(q)).add(1).mul(rates(x.type())).mul(t).mul(2);
    return terms.sumKeep(1);
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    Tensor q = x.matmul(rotation(x.type()));
    Tensor exponent = t.square().sub(s.square()).mul(rates(x.type()));
    Tensor a = q.asinh();
    Tensor b = exponent.exp().mul(a);
    Tensor end = b.exp().sub(b.neg().exp()).div(2).matmul(rotation(x.type()).transpose());
    Tensor logSlope = exponent.add(logCosh(b)).sub(logCosh(a)).sumKeep(1);
    Tensor h = t.sub(s);
    Tensor near = h.abs().lessThan(1e-12);
    Tensor safe = Tensor.where(near, h.onesLike(), h);
    Tensor jump = Tensor.cat(1, end.sub(x), logSlope).div(safe);
    return Tensor.where(near, Tensor.cat(1, velocity(x, t), divergence(x, t)), jump);
  }

  /** log p₁(x) with a prior at time 0, [n]. */
  public double[] logDensity(Tensor x, GaussianPrior prior) {
    Tensor one = TimeGrid.column(x, 1);
    Tensor rate = rate(x, one, one.zerosLike());
    Tensor z = x.sub(JointFlowMap.velocity(rate, 2));
    return prior.logDensity(z).sub(JointFlowMap.divergence(rate, 2)).toDoubles();
  }

  private static Tensor root(Tensor q) {
    return q.square().add(1).sqrt();
  }

  private static Tensor logCosh(Tensor y) {
    return y.exp().add(y.neg().exp()).div(2).log();
  }

  private Tensor rotation(DType type) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return Tensor.of(new double[] {cos, sin, -sin, cos}, type, 2, 2);
  }

  private Tensor rates(DType type) {
    return Tensor.of(new double[] {b1, b2}, type, 1, 2);
  }
}
