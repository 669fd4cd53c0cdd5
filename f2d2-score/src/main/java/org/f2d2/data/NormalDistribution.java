package org.f2d2.data;

/**
 * The standard normal distribution function, on plain numbers; the inverse of {@link
 * NormalQuantile}.
 *
 * <p>Near the centre by the series of Marsaglia, "Evaluating the normal distribution", Journal of
 * Statistical Software 11 (2004); in the tails by Laplace's continued fraction for Mills' ratio.
 */
final class NormalDistribution {

  /** Beyond, the series would leave a tail without digits. */
  private static final double CENTRE = 3;

  /** Terms of the continued fraction; at the edge of the centre they leave 1e-15. */
  private static final int TERMS = 60;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private NormalDistribution() {}

  /** The probability below x; NaN for NaN. A lower tail keeps its digits. */
  static double below(double x) {
    if (x < -CENTRE) {
      return Math.exp(logDensity(x)) * millsRatio(-x);
    }
    if (x > CENTRE) {
      return 1 - Math.exp(logDensity(x)) * millsRatio(x);
    }
    double sum = x;
    double term = x;
    for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + Math.exp(logDensity(x)) * sum;
  }

  static double logDensity(double x) {
    return -0.5 * x * x - HALF_LOG_TWO_PI;
  }

  /** (1 - Φ(x))/φ(x) for x of at least {@link #CENTRE}. */
  private static double millsRatio(double x) {
    double fraction = x;
    for (int i = TERMS; i >= 1; i--) {
      fraction = x + i / fraction;
    }
    return 1 / fraction;
  }
}
