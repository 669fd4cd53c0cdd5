package org.f2d2.plain;

/**
 * What a row's log-density is where no training row was: with the log-density {@code near} of a
 * closed form fitted to the same rows and a wide and rare component more,
 *
 * <pre>
 *   base(x) = (1 - β) near(x) + β N(x; 0, s² I),          β = 1e-3, s = 3
 *   w       = 1 where ln near >= edge, 0 where ln near <= edge - width, smooth in between
 *   log p   = w · min( log p_flow, ln base + most ) + (1 - w) ln base
 * </pre>
 *
 * <p>Values are nats in model space.
 *
 * @param dimensions coordinates that move, d
 * @param edge lowest {@code ln near} at which the flow alone is believed
 * @param width of the transition; positive
 * @param most greatest {@code log p_flow - ln base} that is believed
 */
public record SupportBlend(int dimensions, double edge, double width, double most) {

  /** β. */
  public static final double WIDE_SHARE = 1e-3;

  /** s, the standard deviation of the wide component, where data have unit scale. */
  public static final double WIDE_SCALE = 3;

  private static final double LOG_NARROW = Math.log1p(-WIDE_SHARE);

  /** Checks the numbers. */
  public SupportBlend {
    if (!(width > 0) || !Double.isFinite(edge + width + most)) {
      throw new IllegalArgumentException(
          "no support has edge " + edge + ", width " + width + " and most " + most);
    }
  }

  /** How far the flow is believed where {@code ln near} has a value: 0 to 1. */
  public double weight(double near) {
    double share = Math.max(0, Math.min(1, (near - (edge - width)) / width));
    return share * share * (3 - 2 * share);
  }

  /** The log-density of the row that begins at an index, from those of closed form and flow. */
  public double logDensity(double near, double flow, double[] rows, int start) {
    double w = weight(near);
    // Most rows lie where the wide component, which only adds to the base, changes nothing.
    if (w == 1 && flow <= near + LOG_NARROW + most) {
      return flow;
    }
    double base = base(near, rows, start);
    return w == 0 ? base : w * Math.min(flow, base + most) + (1 - w) * base;
  }

  /** {@code ln base} of the row that begins at an index. */
  public double base(double near, double[] rows, int start) {
    double square = 0;
    for (int i = 0; i < dimensions; i++) {
      square += rows[start + i] * rows[start + i];
    }
    double constant =
        Math.log(WIDE_SHARE) - dimensions * (0.5 * Math.log(2 * Math.PI) + Math.log(WIDE_SCALE));
    double wide = constant - 0.5 * square / (WIDE_SCALE * WIDE_SCALE);
    double narrow = near + LOG_NARROW;
    double larger = Math.max(narrow, wide);
    return larger + Math.log1p(Math.exp(-Math.abs(narrow - wide)));
  }
}
