package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * Coordinates that move with the flow to a Gaussian law, so that its points stand still in them:
 * with m and S(t) mean and standard deviations along the columns of Q,
 *
 * <pre>  ξ = S(t)⁻¹ ( Qᵀ x - t m ),     x = Q ( t m + S(t) ξ )</pre>
 *
 * At time 0 the two are the same up to the rotation Q, if the noise has unit scale; at time 1 the
 * coordinates ξ of data with the same mean and covariance are white.
 *
 * @param base the flow that stands still
 */
public record GaussianFrame(RotatedGaussianFlow base) {

  /** ξ of points x [n, d] at times t [n, 1]. */
  public Tensor in(Tensor x, Tensor t) {
    Tensor along = x.matmul(base.basis().to(x.type()));
    return along.sub(t.mul(base.axes().meanRow(x.type()))).div(base.axes().spread(t));
  }

  /** x of coordinates ξ [n, d] at times t [n, 1]. */
  public Tensor out(Tensor xi, Tensor t) {
    Tensor along = t.mul(base.axes().meanRow(xi.type())).addProduct(base.axes().spread(t), xi);
    return along.matmul(base.basis().to(xi.type()).transpose());
  }

  /**
   * dx/dt of points that move in the frame.
   *
   * @param xi coordinates [n, d]
   * @param rate dξ/dt [n, d]
   */
  public Tensor velocityOut(Tensor xi, Tensor rate, Tensor t) {
    Tensor along =
        base.axes()
            .meanRow(xi.type())
            .addProduct(base.axes().spreadRate(t), xi)
            .addProduct(base.axes().spread(t), rate);
    return along.matmul(base.basis().to(xi.type()).transpose());
  }

  /** dξ/dt that a velocity beside that of the base, [n, d], makes. */
  Tensor rateIn(Tensor velocity, Tensor t) {
    return velocity.matmul(base.basis().to(velocity.type())).div(base.axes().spread(t));
  }

  /**
   * The quadratic form of the second derivative of the base's log-density at times t: -|S(t)⁻¹ Qᵀ
   * move|².
   *
   * @param move [n, d]
   * @return [n, 1]
   */
  public Tensor curvature(Tensor move, Tensor t) {
    return rateIn(move, t).square().sumKeep(1).neg();
  }

  /** ln |det ∂x/∂ξ| at times t: [n, 1]. */
  public Tensor logDeterminant(Tensor t) {
    return base.axes().spread(t).log().sumKeep(1);
  }
}
