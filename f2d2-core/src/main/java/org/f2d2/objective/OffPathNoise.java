package org.f2d2.objective;

import org.f2d2.flow.Coordinates;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * How far points are moved off the path, so that a map learns what its teacher says away from the
 * data, or agrees there with what it says itself.
 */
final class OffPathNoise {

  /** Share of the points that are moved. */
  static final double SHARE = 0.15;

  private static final double LEAST = 0.03;
  private static final double MOST = 1;

  private OffPathNoise() {}

  /** How many rows of so many are moved: the share, rounded at random. */
  static int count(long rows, Rng rng) {
    return (int) Math.floor(SHARE * rows + rng.uniform(DType.FLOAT64, 1).item());
  }

  /** The points, all of them moved. */
  static Tensor moved(Tensor x, Coordinates columns, Rng rng) {
    return x.addProduct(sizes(x, rng), columns.along(rng.normal(x.type(), x.shape())));
  }

  /** Log-uniform standard deviations, one for each point: [n, 1]. */
  private static Tensor sizes(Tensor x, Rng rng) {
    return rng.uniform(x.type(), x.size(0), 1).mul(Math.log(MOST / LEAST)).exp().mul(LEAST);
  }
}
