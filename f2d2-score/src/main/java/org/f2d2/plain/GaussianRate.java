package org.f2d2.plain;

/**
 * The flow of N(0, I) to N(0, I) along the linear path between two times, number by number.
 *
 * <p>With c(t)² = t² + (1-t)², σ = c(s) + c(t), q = 2 (s+t-1), a = q/(σ c(s)), m = q/σ², y = m
 * (t-s) and R = artanh(y)/y: u/x = a and D/d = 2 m R. Nothing divides by t-s.
 *
 * @param velocity u(x,s,t)/x
 * @param divergence D(x,s,t)/d
 * @param velocityDot derivative of the velocity in the direction (ds, dt)
 * @param divergenceDot derivative of the divergence in that direction
 */
public record GaussianRate(
    double velocity, double divergence, double velocityDot, double divergenceDot) {

  private static final int LAST_TERM = 10;

  /** At rest. */
  public static GaussianRate of(double s, double t) {
    return of(s, t, 0, 0);
  }

  /** At times s and t that move by ds and dt. */
  public static GaussianRate of(double s, double t, double ds, double dt) {
    double cs = scale(s);
    double ct = scale(t);
    double sum = cs + ct;
    double q = 2 * (s + t - 1);
    double a = q / (sum * cs);
    double m = q / (sum * sum);
    double h = t - s;
    double y = m * h;
    double r = artanhRatio(y);
    double csDot = (2 * s - 1) / cs * ds;
    double sumDot = csDot + (2 * t - 1) / ct * dt;
    double qDot = 2 * (ds + dt);
    double mDot = qDot / (sum * sum) - 2 * m * sumDot / sum;
    double yDot = mDot * h + m * (dt - ds);
    return new GaussianRate(
        a,
        2 * m * r,
        qDot / (sum * cs) - a * (sumDot / sum + csDot / cs),
        2 * (mDot * r + m * artanhRatioSlope(y) * yDot));
  }

  private static double scale(double t) {
    return Math.sqrt(t * t + (1 - t) * (1 - t));
  }

  /** Σ y^(2k)/(2k+1); |y| is at most 3 - √8 = 0.17 between the times 0 and 1. */
  private static double artanhRatio(double y) {
    double q = y * y;
    double sum = 0;
    for (int k = LAST_TERM; k >= 0; k--) {
      sum = sum * q + 1.0 / (2 * k + 1);
    }
    return sum;
  }

  /** The derivative of that, Σ 2k y^(2k-1)/(2k+1). */
  private static double artanhRatioSlope(double y) {
    double q = y * y;
    double sum = 0;
    for (int k = LAST_TERM; k >= 1; k--) {
      sum = sum * q + 2.0 * k / (2 * k + 1);
    }
    return sum * y;
  }
}
