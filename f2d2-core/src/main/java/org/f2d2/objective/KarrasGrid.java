package org.f2d2.objective;

import java.util.Arrays;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Times whose noise levels (1-t)/t lie as Karras et al. (arXiv 2206.00364) place them, with noise
 * and data themselves at the ends.
 *
 * @param nodes how many
 * @param mostSteps most steps of a way before it is free; k are drawn with a chance proportional to
 *     k
 */
record KarrasGrid(int nodes, int mostSteps) {

  private static final double SIGMA_MIN = 0.002;
  private static final double SIGMA_MAX = 80;
  private static final double RHO = 7;

  /** Times from 0 to 1: those of noise levels after Karras et al., and the ends. */
  double[] times() {
    double[] times = new double[nodes];
    double first = Math.pow(SIGMA_MAX, 1 / RHO);
    double last = Math.pow(SIGMA_MIN, 1 / RHO);
    Arrays.setAll(
        times, i -> 1 / (1 + Math.pow(first + (double) i / (nodes - 1) * (last - first), RHO)));
    times[0] = 0;
    times[nodes - 1] = 1;
    return times;
  }

  /** The times as a column [nodes, 1]. */
  Tensor table(DType type) {
    return Tensor.of(times(), type, nodes, 1);
  }

  /**
   * A way from node to node of each row.
   *
   * @param start index of s [n, 1]
   * @param middle index of r
   * @param end index of t
   * @param sign 1 towards the data, -1 towards the noise
   */
  record Way(Tensor start, Tensor middle, Tensor end, Tensor sign) {}

  /** Ways in either direction, of a whole number of steps and then any number more. */
  Way draw(int rows, DType type, Rng rng) {
    int last = nodes - 1;
    // The least k with ticket < 1 + ... + k, which k of all tickets have.
    Tensor ticket = rng.integers((long) mostSteps * (mostSteps + 1) / 2, rows, 1).to(type);
    Tensor count = Tensor.full(mostSteps, type, rows, 1);
    for (int k = 1; k < mostSteps; k++) {
      Tensor fewer = ticket.lessThan(k * (k + 1) / 2.0);
      count = Tensor.where(fewer, count.sub(1), count);
    }
    // Counted along the way: the start leaves room for the steps, the end is the middle or beyond.
    Tensor from = below(count.subtractFrom(last + 1), rng);
    Tensor middle = from.add(count);
    Tensor to = middle.add(below(middle.subtractFrom(last + 1), rng));
    Tensor back = rng.uniform(type, rows, 1).lessThan(0.5);
    return new Way(
        Tensor.where(back, from.subtractFrom(last), from),
        Tensor.where(back, middle.subtractFrom(last), middle),
        Tensor.where(back, to.subtractFrom(last), to),
        Tensor.where(back, from.onesLike().neg(), from.onesLike()));
  }

  /** Uniform whole numbers from 0 up to, and without, bounds of their own. */
  private static Tensor below(Tensor bound, Rng rng) {
    Tensor draw = rng.uniform(bound.type(), bound.shape()).mul(bound);
    // Rounding may reach the bound.
    return draw.to(DType.INT64).to(bound.type()).minimum(bound.sub(1));
  }

  /** The times of nodes. */
  static Tensor at(Tensor table, Tensor index) {
    return table.rows(index.reshape(-1).add(0.5).to(DType.INT64));
  }
}
