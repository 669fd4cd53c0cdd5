package org.f2d2.flow;

import org.f2d2.plain.GaussianRate;
import org.f2d2.plain.IsotropicLogDensity;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
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
 * With q = 2 (s+t-1) and y = (c(t)-c(s))/(c(t)+c(s)) = (t-s) q/(c(s)+c(t))², the logarithm is 2
 * artanh(y), so D = d · 2q/(c(s)+c(t))² · artanh(y)/y and nothing divides by t-s. It is {@link
 * GaussianFlow} of a standard normal law, without the tensors for mean and scale.
 *
 * @param dimensions number of coordinates, d
 */
public record StandardGaussianFlow(int dimensions) implements ClosedFormFlow {

  @Override
  public double noiseScale() {
    return 1;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return velocityFactor(t).mul(x);
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor factor = velocityFactor(t);
    return Tensor.cat(1, factor.mul(x), factor.mul(dimensions));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Tensor variance = scale(t).square();
    return x.square()
        .sumKeep(1)
        .div(variance)
        .addScaled(variance.mul(2 * Math.PI).log(), dimensions)
        .mul(-0.5);
  }

  @Override
  public Tensor logDensity(Tensor x, double t) {
    double variance = t * t + (1 - t) * (1 - t);
    return x.square()
        .sumKeep(1)
        .mul(-0.5 / variance)
        .sub(0.5 * dimensions * Math.log(2 * Math.PI * variance));
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    return new IsotropicLogDensity(dimensions, t * t + (1 - t) * (1 - t));
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return rng.normal(DType.FLOAT64, n, dimensions);
  }

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
    Tensor slope = s.add(t).sub(1).mul(2).div(scale(s).add(scale(t)).square());
    return slope.mul(GaussianFlow.artanhRatio(slope.mul(t.sub(s)))).mul(2);
  }

  /**
   * u/x and D/d of many pairs of times, and their derivatives in a direction, worked out number by
   * number: a few hundred numbers are sooner done than twenty tensor operations are started.
   *
   * @param velocity u(x,s,t)/x, [n]
   * @param divergence D(x,s,t)/d, [n]
   * @param velocityDot derivative of the velocity in the direction (ds, dt), [n]
   * @param divergenceDot derivative of the divergence, [n]
   */
  record Factors(
      double[] velocity, double[] divergence, double[] velocityDot, double[] divergenceDot) {

    /** At one pair of times, at rest. */
    static Factors of(double s, double t) {
      double[] still = {0};
      return of(new double[] {s}, new double[] {t}, still, still);
    }

    /** At times s and t in the direction (ds, dt); see {@link GaussianRate}. */
    static Factors of(double[] s, double[] t, double[] ds, double[] dt) {
      int n = s.length;
      Factors f = new Factors(new double[n], new double[n], new double[n], new double[n]);
      for (int i = 0; i < n; i++) {
        GaussianRate rate = GaussianRate.of(s[i], t[i], ds[i], dt[i]);
        f.velocity[i] = rate.velocity();
        f.divergence[i] = rate.divergence();
        f.velocityDot[i] = rate.velocityDot();
        f.divergenceDot[i] = rate.divergenceDot();
      }
      return f;
    }
  }

  /** v(x,t)/x, in the shape of t. */
  public static Tensor velocityFactor(Tensor t) {
    return t.mul(2).sub(1).div(t.square().add(t.subtractFrom(1).square()));
  }
}
