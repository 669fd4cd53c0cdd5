package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * One coordinate of noisy uniform data: y is uniform on an interval of half-width 1, x = t y + τ ε,
 * ε ~ N(0, 1), τ = (1-t) σ₀. Gives the density of x and the mean and variance of y given x.
 *
 * <p>With y = centre + r, the law of r given x is ∝ φ(ζ + ηr) on [-1, 1], ζ = (t·centre - x)/τ, η =
 * t/τ: a normal law cut off at both ends. Two ways to its moments are needed:
 *
 * <ul>
 *   <li>Wide intervals (η ≥ 0.3), or far ones: differences of the normal distribution function. The
 *       sign is chosen so that ζ ≥ 0; beyond the near end α = ζ - η > 0 everything is divided by
 *       φ(α), which leaves Mills' ratios E(α) = Q(α)/φ(α) and cannot underflow.
 *   <li>Narrow intervals: those differences cancel, but φ(ζ + ηr)/φ(ζ) is then so smooth that Gauss
 *       and Legendre's rule with ten nodes is exact to 1e-15.
 * </ul>
 *
 * @param logMass ln ½∫ φ(ζ + ηr) dr; the log-density of x is logMass - ln τ
 * @param mean E[y|x]
 * @param variance Var[y|x]
 */
record UniformInterval(Tensor logMass, Tensor mean, Tensor variance) {

  private static final double NARROW = 0.3;
  private static final double MOST_TILT = 3;
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_HALF_PI = Math.sqrt(0.5 * Math.PI);

  // Abramowitz and Stegun, table 25.4, n = 10: positive nodes and their weights.
  private static final double[] NODES = {
    0.14887433898163122,
    0.4333953941292472,
    0.6794095682990244,
    0.8650633666889845,
    0.9739065285171717
  };
  private static final double[] WEIGHTS = {
    0.29552422471475287,
    0.26926671930999635,
    0.21908636251598204,
    0.1494513491505806,
    0.06667134430868814
  };

  /**
   * Works out all three.
   *
   * @param x coordinates [n, 1]
   * @param t times in [0, 1), [n, 1]
   * @param centres centres of the intervals [1, m]
   * @param noiseScale σ₀
   * @return entries [n, m]
   */
  static UniformInterval of(Tensor x, Tensor t, Tensor centres, double noiseScale) {
    Tensor tau = t.subtractFrom(1).mul(noiseScale);
    Tensor signed = t.mul(centres).sub(x).div(tau);
    Tensor one = signed.detach().onesLike();
    Tensor sign = Tensor.where(signed.detach().lessThan(0), one.neg(), one);
    Tensor zeta = signed.mul(sign);
    Tensor eta = t.div(tau).mul(one);
    // Tilt is ζη; it is set out of range where the interval is wide.
    Tensor wide = Tensor.where(eta.detach().lessThan(NARROW), one.zerosLike(), one.mul(2));
    Tensor narrow = zeta.mul(eta).detach().addScaled(wide, MOST_TILT).lessThan(MOST_TILT);
    UniformInterval cut =
        bySmoothIntegral(
            Tensor.where(narrow, zeta, one), Tensor.where(narrow, eta, one.mul(NARROW)));
    UniformInterval tails =
        byTails(Tensor.where(narrow, one, zeta), Tensor.where(narrow, one, eta));
    Tensor mean = Tensor.where(narrow, cut.mean, tails.mean).mul(sign).add(centres);
    return new UniformInterval(
        Tensor.where(narrow, cut.logMass, tails.logMass),
        mean,
        Tensor.where(narrow, cut.variance, tails.variance));
  }

  private static UniformInterval bySmoothIntegral(Tensor zeta, Tensor eta) {
    Tensor r = nodes(zeta.type());
    Tensor tilt = zeta.mul(eta).unsqueeze(2).mul(r);
    Tensor bend = eta.square().mul(0.5).unsqueeze(2).mul(r.square());
    Tensor mass = tilt.add(bend).neg().exp().mul(weights(zeta.type()));
    Tensor total = mass.sum(2);
    Tensor mean = mass.mul(r).sum(2).div(total);
    Tensor spread = r.sub(mean.unsqueeze(2)).square();
    Tensor variance = mass.mul(spread).sum(2).div(total);
    Tensor log = total.log().sub(zeta.square().mul(0.5)).sub(HALF_LOG_TWO_PI);
    return new UniformInterval(log, mean, variance);
  }

  private static UniformInterval byTails(Tensor zeta, Tensor eta) {
    Tensor near = zeta.sub(eta);
    Tensor far = zeta.add(eta);
    Tensor inside = near.lessThan(0);
    Tensor size = Tensor.where(inside, near.neg(), near);
    Tensor millsNear = mills(size);
    Tensor millsFar = mills(far);
    // Inside the interval: Z = 1 - Q(|α|) - Q(β).
    Tensor densityNear = density(size);
    Tensor densityFar = density(far);
    Tensor whole = millsNear.mul(densityNear).add(millsFar.mul(densityFar)).subtractFrom(1);
    Tensor safeWhole = Tensor.where(inside, whole, whole.onesLike());
    // Outside it: Z/φ(α) = E(α) - φ(β)/φ(α) E(β), φ(β)/φ(α) = exp(-2ζη).
    Tensor decay = zeta.mul(eta).mul(-2).exp();
    Tensor scaled = millsNear.sub(decay.mul(millsFar));
    Tensor safeScaled = Tensor.where(inside, scaled.onesLike(), scaled);
    Tensor lambdaNear = Tensor.where(inside, densityNear.div(safeWhole), safeScaled.reciprocal());
    Tensor lambdaFar = Tensor.where(inside, densityFar.div(safeWhole), decay.div(safeScaled));
    Tensor outsideLog = safeScaled.log().sub(near.square().mul(0.5)).sub(HALF_LOG_TWO_PI);
    Tensor logMass = Tensor.where(inside, safeWhole.log(), outsideLog).sub(eta.mul(2).log());
    Tensor mean = lambdaNear.sub(lambdaFar);
    // Var = 1 + αλ_α - βλ_β - mean²; in this order α² is never subtracted from itself.
    Tensor variance =
        lambdaNear.mul(mean.sub(near)).add(lambdaFar.mul(far.sub(mean))).subtractFrom(1);
    return new UniformInterval(logMass, mean.sub(zeta).div(eta), variance.div(eta.square()));
  }

  // Q(z)/φ(z) for z >= 0
  private static Tensor mills(Tensor z) {
    return z.mul(SQRT_HALF).erfcx().mul(SQRT_HALF_PI);
  }

  private static Tensor density(Tensor z) {
    return z.square().mul(-0.5).sub(HALF_LOG_TWO_PI).exp();
  }

  private static Tensor nodes(DType type) {
    double[] both = new double[2 * NODES.length];
    for (int i = 0; i < NODES.length; i++) {
      both[2 * i] = -NODES[i];
      both[2 * i + 1] = NODES[i];
    }
    return Tensor.of(both, type, 1, 1, both.length);
  }

  // Halved, so that they sum to 1 over [-1, 1].
  private static Tensor weights(DType type) {
    double[] both = new double[2 * WEIGHTS.length];
    for (int i = 0; i < WEIGHTS.length; i++) {
      both[2 * i] = 0.5 * WEIGHTS[i];
      both[2 * i + 1] = 0.5 * WEIGHTS[i];
    }
    return Tensor.of(both, type, 1, 1, both.length);
  }
}
