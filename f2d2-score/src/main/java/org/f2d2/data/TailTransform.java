package org.f2d2.data;

/**
 * The map {@code t = asinh(a z) / a}, which pulls in long tails; {@code a = 0} is {@code t = z}.
 *
 * <p>The strength {@code a} is chosen from {@code 0, 2^-6, …, 2^3} by the profile likelihood of a
 * normal law: for each {@code a}, the mean and the variance of {@code t} at their best, and the
 * log-determinant of the map included. A strength other than 0 must gain at least {@value
 * #LEAST_GAIN} nats and {@value #LEAST_GAIN_PER_ROW} nats per row over {@code a = 0}. The first
 * bound is statistics: on normal data twice the gain is zero half of the time and else a chi-square
 * draw with one degree of freedom, so that it exceeds twice 5 once in about 1,300 columns. The
 * second keeps the plain map for columns that are not normal because of several modes, which may
 * gain a few hundredths too (Student's t with 4 degrees of freedom gains 0.08): bending the modes
 * out of shape makes a density harder to learn, not easier.
 */
final class TailTransform {
  static final double LEAST_GAIN = 5;
  static final double LEAST_GAIN_PER_ROW = 0.05;
  private static final int LOWEST_POWER = -6;
  private static final int HIGHEST_POWER = 3;

  /** Past this size, {@code 1 + u^2} is {@code u^2} to the last digit. */
  private static final double LARGE = 1e8;

  private TailTransform() {}

  /** The strength for a column of robustly standardised finite values. */
  static double strength(double[] z) {
    double plain = logLikelihood(z, 0);
    double best = 0;
    double bestLikelihood = plain + Math.max(LEAST_GAIN, LEAST_GAIN_PER_ROW * z.length);
    for (int power = LOWEST_POWER; power <= HIGHEST_POWER; power++) {
      double a = Math.scalb(1.0, power);
      double likelihood = logLikelihood(z, a);
      if (likelihood > bestLikelihood) {
        best = a;
        bestLikelihood = likelihood;
      }
    }
    return best;
  }

  /**
   * Log-likelihood of the column in nats, but for a constant: {@code -n/2 ln var(t) + sum ln t'}.
   */
  static double logLikelihood(double[] z, double a) {
    double mean = 0;
    double squares = 0;
    double slopes = 0;
    for (int i = 0; i < z.length; i++) {
      double t = apply(z[i], a);
      double step = t - mean;
      mean += step / (i + 1);
      squares += step * (t - mean);
      slopes += logSlope(z[i], a);
    }
    return -0.5 * z.length * Math.log(squares / z.length) + slopes;
  }

  /** {@code asinh(a z) / a}, or z for a = 0. */
  static double apply(double z, double a) {
    if (a == 0) {
      return z;
    }
    double u = Math.abs(a * z);
    // log1p keeps the digits of a small u, where ln(u + sqrt(1 + u^2)) would lose them.
    double asinh =
        u > LARGE ? Math.log(2) + Math.log(u) : Math.log1p(u + u * u / (1 + Math.sqrt(1 + u * u)));
    return Math.copySign(asinh / a, z);
  }

  /** {@code sinh(a t) / a}, or t for a = 0; infinite where that exceeds a double. */
  static double invert(double t, double a) {
    return a == 0 ? t : Math.sinh(a * t) / a;
  }

  /** {@code ln dt/dz = -ln(1 + a^2 z^2) / 2}. */
  static double logSlope(double z, double a) {
    if (a == 0) {
      return Double.isNaN(z) ? z : 0;
    }
    double u = Math.abs(a * z);
    return u > LARGE ? -Math.log(u) : -0.5 * Math.log1p(u * u);
  }
}
