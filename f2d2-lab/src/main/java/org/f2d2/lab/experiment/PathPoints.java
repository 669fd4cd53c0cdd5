package org.f2d2.lab.experiment;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Points on the linear path from noise to data, x_t = (1-t) z + t x₁.
 *
 * @param x points [n, d], 64-bit
 * @param t their times [n, 1]
 * @param w velocities of the pairs, x₁ - z [n, d]
 */
record PathPoints(Tensor x, Tensor t, Tensor w) {

  private static final ProbabilityPath PATH = ProbabilityPath.LINEAR;

  /** Fresh points at times uniform on [0, lastTime). */
  static PathPoints fresh(ClosedFormFlow flow, int n, double lastTime, Rng rng) {
    Tensor t = rng.uniform(DType.FLOAT64, n, 1).mul(lastTime);
    return between(noise(flow, n, rng), flow.sample(n, rng), t);
  }

  /** Fresh points of one time. */
  static PathPoints at(ClosedFormFlow flow, int n, double time, Rng rng) {
    Tensor z = noise(flow, n, rng);
    return between(z, flow.sample(n, rng), TimeGrid.column(z, time));
  }

  /** Points of given pairs of noise and data. */
  static PathPoints between(Tensor z, Tensor x1, Tensor t) {
    return new PathPoints(PATH.point(z, x1, t), t, PATH.velocity(z, x1, t));
  }

  /** Draws of the law at time 0, [n, d]. */
  static Tensor noise(ClosedFormFlow flow, int n, Rng rng) {
    return rng.normal(DType.FLOAT64, n, flow.dimensions()).mul(flow.noiseScale());
  }

  /** Rows {@code start} to {@code end}, without the last, in another element type. */
  PathPoints rows(int start, int end, DType type) {
    return new PathPoints(
        x.rows(start, end).to(type), t.rows(start, end).to(type), w.rows(start, end).to(type));
  }

  int size() {
    return Math.toIntExact(x.size(0));
  }
}
