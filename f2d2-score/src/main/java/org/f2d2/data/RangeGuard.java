package org.f2d2.data;

/**
 * The identity up to {@value #EDGE}, and logarithmic growth beyond: {@code EDGE (1 +
 * ln(|y|/EDGE))}.
 *
 * <p>It is smooth to first order, strictly increasing and invertible, and takes every finite double
 * to within ±4e5, so that the arithmetic of a network in single precision stays finite.
 * Standardised values of real columns lie far inside the edge.
 */
final class RangeGuard {
  static final double EDGE = 512;

  private RangeGuard() {}

  static double apply(double y) {
    double size = Math.abs(y);
    return size <= EDGE ? y : Math.copySign(EDGE * (1 + Math.log(size / EDGE)), y);
  }

  static double invert(double g) {
    double size = Math.abs(g);
    return size <= EDGE ? g : Math.copySign(EDGE * Math.exp(size / EDGE - 1), g);
  }

  /** {@code ln dg/dy}: 0 inside the edge, {@code ln(EDGE/|y|)} beyond. */
  static double logSlope(double y) {
    double size = Math.abs(y);
    return size <= EDGE ? 0 : Math.log(EDGE / size);
  }
}
