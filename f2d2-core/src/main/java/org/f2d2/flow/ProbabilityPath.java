package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * How noise z and data x₁ are mixed at time t: x_t = α(t) x₁ + σ(t) z, with α(0) = σ(1) = 0 and
 * α(1) = σ(0) = 1. The velocity of the pair is w = α'(t) x₁ + σ'(t) z.
 */
public interface ProbabilityPath {

  /** The path that the flows in closed form of this room have. */
  ProbabilityPath LINEAR = new Linear();

  /** Share of the data, α(t), in the shape of t. */
  Tensor alpha(Tensor t);

  /** Share of the noise, σ(t). */
  Tensor sigma(Tensor t);

  /** dα/dt. */
  Tensor alphaRate(Tensor t);

  /** dσ/dt. */
  Tensor sigmaRate(Tensor t);

  /** Points on the path: z and x₁ are [n, d], t is [n, 1]. */
  default Tensor point(Tensor z, Tensor x1, Tensor t) {
    return alpha(t).mul(x1).addProduct(sigma(t), z);
  }

  /** Velocities of the pairs, w. */
  default Tensor velocity(Tensor z, Tensor x1, Tensor t) {
    return alphaRate(t).mul(x1).addProduct(sigmaRate(t), z);
  }

  /** Straight lines: α = t, σ = 1 - t, w = x₁ - z. */
  record Linear() implements ProbabilityPath {
    @Override
    public Tensor alpha(Tensor t) {
      return t;
    }

    @Override
    public Tensor sigma(Tensor t) {
      return t.subtractFrom(1);
    }

    @Override
    public Tensor alphaRate(Tensor t) {
      return t.onesLike();
    }

    @Override
    public Tensor sigmaRate(Tensor t) {
      return t.onesLike().neg();
    }

    @Override
    public Tensor velocity(Tensor z, Tensor x1, Tensor t) {
      return x1.sub(z);
    }
  }

  /** Quarter circles, which preserve unit variance: α = sin(πt/2), σ = cos(πt/2). */
  record VariancePreserving() implements ProbabilityPath {
    private static final double HALF_PI = Math.PI / 2;

    @Override
    public Tensor alpha(Tensor t) {
      return t.mul(HALF_PI).sin();
    }

    @Override
    public Tensor sigma(Tensor t) {
      return t.mul(HALF_PI).cos();
    }

    @Override
    public Tensor alphaRate(Tensor t) {
      return t.mul(HALF_PI).cos().mul(HALF_PI);
    }

    @Override
    public Tensor sigmaRate(Tensor t) {
      return t.mul(HALF_PI).sin().mul(-HALF_PI);
    }
  }
}
