package org.f2d2.metric;

import org.f2d2.error.F2d2Exception;

/**
 * How many equally weighted draws a weighted sample is worth (Kish): {@code (sum w)^2 / sum w^2}.
 */
public final class EffectiveSampleSize {
  private EffectiveSampleSize() {}

  /**
   * The size for weights {@code exp(logWeight)}, known up to a common factor.
   *
   * @param logWeights at least one; negative infinity is a weight of zero
   * @return in [1, n]; n for equal weights
   * @throws F2d2Exception when there is no weight, one is NaN or positive infinity, or all are zero
   */
  public static double of(double[] logWeights) {
    Requirement.notNaN("log-weight", logWeights);
    double largest = Double.NEGATIVE_INFINITY;
    for (double logWeight : logWeights) {
      largest = Math.max(largest, logWeight);
    }
    if (Double.isInfinite(largest)) {
      throw new F2d2Exception(largest > 0 ? "a log-weight is infinite" : "every weight is zero");
    }
    double sum = 0;
    double squares = 0;
    for (double logWeight : logWeights) {
      double weight = Math.exp(logWeight - largest);
      sum += weight;
      squares += weight * weight;
    }
    return sum * sum / squares;
  }

  /**
   * The size as a share of the number of draws.
   *
   * @param logWeights at least one; negative infinity is a weight of zero
   * @return in (0, 1]
   * @throws F2d2Exception as {@link #of} does
   */
  public static double share(double[] logWeights) {
    return of(logWeights) / logWeights.length;
  }
}
