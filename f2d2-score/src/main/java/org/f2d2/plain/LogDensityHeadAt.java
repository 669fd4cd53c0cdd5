package org.f2d2.plain;

import java.util.Arrays;

/**
 * A log-density head over a closed form at one time, φ(x,t) = log p_base(x,t) + factor · net(x,t),
 * in nats.
 *
 * @param base log p_base at the time, of the columns that move
 * @param learned the network at the time, of all columns
 * @param moving how many columns move; those behind them are conditions
 * @param factor the time and the unit of the network's output
 */
public record LogDensityHeadAt(PointFunction base, PointFunction learned, int moving, double factor)
    implements PointFunction {

  @Override
  public double[] at(double[] x) {
    double[] value = base.at(x.length == moving ? x : Arrays.copyOf(x, moving));
    value[0] += factor * learned.at(x)[0];
    return value;
  }
}
