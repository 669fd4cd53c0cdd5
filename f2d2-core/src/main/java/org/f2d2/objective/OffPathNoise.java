package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * How far points are moved off the path, where a teacher can be asked anywhere and its student is
 * to learn what it says away from the data.
 */
final class OffPathNoise {

  /** Share of the points that are moved. */
  static final double SHARE = 0.15;

  private static final double LEAST = 0.03;
  private static final double MOST = 1;

  private OffPathNoise() {}

  /** Log-uniform standard deviations, one for each point: [n, 1]. */
  static Tensor sizes(Tensor x, Rng rng) {
    return rng.uniform(x.type(), x.size(0), 1).mul(Math.log(MOST / LEAST)).exp().mul(LEAST);
  }
}
