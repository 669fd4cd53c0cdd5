package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The law of the noise at time 0, N(0, σ₀² I); stored with every model.
 *
 * @param standardDeviation σ₀ of each coordinate, positive and finite
 * @param conditions how many of the last columns of a point are conditions, which have no law here:
 *     densities are those of the others given them; see {@link Coordinates}
 */
public record GaussianPrior(double standardDeviation, int conditions) {

  /** N(0, I). */
  public static final GaussianPrior STANDARD = new GaussianPrior(1);

  /** Of points without conditions. */
  public GaussianPrior(double standardDeviation) {
    this(standardDeviation, 0);
  }

  /** N(0, I) of points whose last columns are conditions. */
  public static GaussianPrior standard(int conditions) {
    return new GaussianPrior(1, conditions);
  }

  /** Checks the standard deviation. */
  public GaussianPrior {
    if (conditions < 0) {
      throw new IllegalArgumentException("conditions must be at least 0, got " + conditions);
    }
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
    long d = z.size(1) - conditions;
    double constant = 0.5 * d * Math.log(2 * Math.PI * variance);
    return z.narrow(1, 0, d)
        .to(DType.FLOAT64)
        .square()
        .sumKeep(1)
        .mul(-0.5 / variance)
        .sub(constant);
  }

  /** The log-density of one point in nats. */
  public double logDensity(double[] z) {
    double variance = standardDeviation * standardDeviation;
    double square = 0;
    int d = z.length - conditions;
    for (int i = 0; i < d; i++) {
      square += z[i] * z[i];
    }
    return -0.5 * (square / variance + d * Math.log(2 * Math.PI * variance));
  }

  /**
   * Independent draws, of which the first are the same whatever their number.
   *
   * @param dimensions all columns of a point
   * @return [n, dimensions]; the conditions are 0
   */
  public Tensor draw(long n, int dimensions, DType type, Rng rng) {
    Tensor noise = rng.normalRows(type, n, dimensions - conditions).mul(standardDeviation);
    return new Coordinates(dimensions - conditions, conditions).still(noise);
  }
}
