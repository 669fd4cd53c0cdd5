package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * The flow of N(0, I) to N(0, I) along the linear path, in closed form: the part of a flow that is
 * subtracted before a network learns the rest, so that what it learns is of order one.
 *
 * <pre>
 *   c(t) = sqrt( (1-t)² + t² )
 *   u(x,s,t) = (c(t)/c(s) - 1)/(t-s) x = 2 (s+t-1) / ( (c(s)+c(t)) c(s) ) x
 *   D(x,s,t) = d ln( c(t)/c(s) ) / (t-s),     D(x,t,t) = d (2t-1)/c(t)²
 * </pre>
 *
 * With y = (c(t)² - c(s)²)/c(s)² = 2(t-s)(s+t-1)/c(s)², D = d ln(1+y)/(2(t-s)); near the diagonal
 * the logarithm is replaced by its series, so nothing divides by t-s.
 */
public final class StandardGaussianFlow {

  private static final double SERIES_BELOW = 1e-3;

  private StandardGaussianFlow() {}

  /** c(t), in the shape of t. */
  public static Tensor scale(Tensor t) {
    return t.square().add(t.subtractFrom(1).square()).sqrt();
  }

  /** The factor of x in u(x,s,t), in the shape of s. */
  public static Tensor velocityFactor(Tensor s, Tensor t) {
    Tensor cs = scale(s);
    return s.add(t).sub(1).mul(2).div(cs.add(scale(t)).mul(cs));
  }

  /** D(x,s,t)/d, which does not depend on x, in the shape of s. */
  public static Tensor divergencePerDimension(Tensor s, Tensor t) {
    Tensor h = t.sub(s);
    Tensor slope = s.add(t).sub(1).mul(2).div(s.square().add(s.subtractFrom(1).square()));
    Tensor y = slope.mul(h);
    // ln(1+y)/(2h) = slope/2 · (1 - y/2 + y²/3 - y³/4 + ...)
    Tensor series = y.mul(-0.25).add(1.0 / 3).mul(y).sub(0.5).mul(y).add(1).mul(slope).mul(0.5);
    Tensor near = h.abs().lessThan(SERIES_BELOW);
    Tensor safe = Tensor.where(near, h.onesLike(), h);
    Tensor exact = scale(t).div(scale(s)).log().div(safe);
    return Tensor.where(near, series, exact);
  }

  /** v(x,t)/x, in the shape of t. */
  public static Tensor velocityFactor(Tensor t) {
    return t.mul(2).sub(1).div(t.square().add(t.subtractFrom(1).square()));
  }
}
