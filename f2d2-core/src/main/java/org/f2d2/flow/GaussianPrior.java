package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The law of the noise at time 0, N(0, σ₀² I); stored with every model.
 *
 * @param standardDeviation σ₀ of each coordinate, positive and finite
 */
public record GaussianPrior(double standardDeviation) {

  /** N(0, I). */
  public static final GaussianPrior STANDARD = new GaussianPrior(1);

  /** Checks the standard deviation. */
  public GaussianPrior {
    if (!(standardDeviation > 0) || Double.isInfinite(standardDeviation)) {
      throw new IllegalArgumentException(
          "the standard deviation of the prior must be positive and finite, got "
              + standardDeviation);
    }
  }

  /**
   * The log-density in nats, -|z|²/(2σ₀²) - (d/2) ln(2πσ₀²).
   *
   * @param z points [n, d]
   * @return [n, 1] in 64 bits, whatever the type of z
   */
  public Tensor logDensity(Tensor z) {
    double variance = standardDeviation * standardDeviation;
    double constant = 0.5 * z.size(1) * Math.log(2 * Math.PI * variance);
    return z.to(DType.FLOAT64).square().sumKeep(1).mul(-0.5 / variance).sub(constant);
  }

  /** The log-density of one point in nats. */
  public double logDensity(double[] z) {
    double variance = standardDeviation * standardDeviation;
    double square = 0;
    for (double value : z) {
      square += value * value;
    }
    return -0.5 * (square / variance + z.length * Math.log(2 * Math.PI * variance));
  }

  /** Independent draws, [n, d]. */
  public Tensor draw(long n, int dimensions, DType type, Rng rng) {
    return rng.normal(type, n, dimensions).mul(standardDeviation);
  }
}
