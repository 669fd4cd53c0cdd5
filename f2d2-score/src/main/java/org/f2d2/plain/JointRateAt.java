package org.f2d2.plain;

import java.util.Arrays;

/**
 * The joint rate (u, D) of a learned flow map between two times: the flow of N(0, I) to itself plus
 * what a network says.
 *
 * <pre>
 *   u = a x + net_u,     D = d b + unit · net_D        a = u/x, b = D/d of {@link GaussianRate}
 * </pre>
 *
 * @param learned the network at the two times
 * @param gaussian the known part at the two times
 * @param moving how many columns move, d; those behind them are conditions, which stand still
 * @param conditions how many these are
 * @param hasDivergence whether there is a D
 * @param unit of the network's divergence
 */
public record JointRateAt(
    PointFunction learned,
    GaussianRate gaussian,
    int moving,
    int conditions,
    boolean hasDivergence,
    double unit)
    implements PointFunction {

  @Override
  public double[] at(double[] x) {
    double[] rate = learned.at(x);
    for (int i = 0; i < moving; i++) {
      rate[i] += gaussian.velocity() * x[i];
    }
    if (hasDivergence) {
      rate[moving] = moving * gaussian.divergence() + unit * rate[moving];
    }
    return still(rate, moving, conditions);
  }

  /** A rate of the moving columns as one of all: zeros for the conditions, before the D. */
  public static double[] still(double[] rate, int moving, int conditions) {
    if (conditions == 0) {
      return rate;
    }
    double[] all = Arrays.copyOf(rate, rate.length + conditions);
    Arrays.fill(all, moving, all.length, 0);
    System.arraycopy(rate, moving, all, all.length - (rate.length - moving), rate.length - moving);
    return all;
  }
}
