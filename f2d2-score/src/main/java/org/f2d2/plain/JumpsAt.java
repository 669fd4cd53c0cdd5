package org.f2d2.plain;

import java.util.List;

/**
 * The log-density from the jumps of a joint flow map, from data at time 1 down to noise at time 0,
 *
 * <pre>
 *   (u, D) = f(y,t,s),   a += (s-t) D,   y += (s-t) u
 *   log p₁(x) = log p₀(y) + a                         y = x and a = 0 at the start
 * </pre>
 *
 * <p>in nats, of one point on plain arrays.
 */
public final class JumpsAt implements PointFunction {

  /**
   * One jump.
   *
   * @param rate the joint rate for it, [d + 1]
   * @param step s - t, negative
   */
  public record Jump(PointFunction rate, double step) {}

  private final List<Jump> jumps;
  private final PointFunction noise;

  /**
   * Jumps in the order in which they are made.
   *
   * @param jumps from data to noise
   * @param noise log p₀
   */
  public JumpsAt(List<Jump> jumps, PointFunction noise) {
    this.jumps = List.copyOf(jumps);
    this.noise = noise;
  }

  @Override
  public double[] at(double[] x) {
    double[] y = x.clone();
    double total = 0;
    for (Jump jump : jumps) {
      double[] rate = jump.rate().at(y);
      for (int j = 0; j < y.length; j++) {
        y[j] += jump.step() * rate[j];
      }
      total += jump.step() * rate[y.length];
    }
    return new double[] {noise.at(y)[0] + total};
  }
}
