package org.f2d2.likelihood;

/**
 * What a flow map is asked for a jump from time t down to t-h, at the point y of time t. With (u,
 * D) the answer, the jump is y - h u, and -h D is added to the log-density.
 *
 * <p>Only {@link #DOWNWARDS} is right. The other two are for checkpoints that were trained on jumps
 * towards data alone: they stand in for an answer that such a map never learned, and cost accuracy
 * that shrinks only in proportion to h, even where the map is perfect. A new model is trained on
 * both directions and never needs them. On the mixture of two normal laws that the tests use, a
 * perfect map is off by this much in nats per row, for 1, 2, 4, 8 and 16 jumps: {@link #DOWNWARDS}
 * 0; {@link #UPWARDS_FROM_SOURCE} .66, .46, .35, .22, .13; {@link #UPWARDS_FROM_TARGET} .33, .26,
 * .20, .12, .06.
 */
public enum BackwardQuery {
  /** f(y, t, t-h): the jump that is wanted. */
  DOWNWARDS,
  /** f(y, t, t+h): the jump in the other direction, reversed; leaves [0, 1] at t = 1. */
  UPWARDS_FROM_SOURCE,
  /** f(y, t-h, t): the jump that should have led to y, asked as if it started at y. */
  UPWARDS_FROM_TARGET;

  /** Whether a perfect map gives the true log-density. */
  public boolean isExact() {
    return this == DOWNWARDS;
  }

  double sourceTime(double from, double to) {
    return this == UPWARDS_FROM_TARGET ? to : from;
  }

  double targetTime(double from, double to) {
    return switch (this) {
      case DOWNWARDS -> to;
      case UPWARDS_FROM_SOURCE -> from + (from - to);
      case UPWARDS_FROM_TARGET -> from;
    };
  }
}
