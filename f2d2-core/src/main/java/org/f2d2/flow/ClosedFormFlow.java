package org.f2d2.flow;

import org.f2d2.net.PointByTensors;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A flow along the linear path x_t = (1-t) z + t x₁, z ~ N(0, σ₀² I), whose velocity, divergence
 * and log-density are known without approximation.
 *
 * <p>Tests, {@code f2d2 verify} and benchmarks measure everything else against these. All three
 * functions can be differentiated in x and t, in forward and in reverse mode; they take one time
 * per row and work in the element type of x, in 64 bits unless only few digits are needed.
 *
 * <p>The three are tied together by the continuity equation, which every implementation is tested
 * on: ∂ₜ log p_t + v · ∇ log p_t = -div v.
 */
public interface ClosedFormFlow extends VelocityField {

  /** Standard deviation of the noise in each coordinate, σ₀. */
  double noiseScale();

  /** The joint field g = (v, div v) in closed form, [n, d + 1]. */
  @Override
  Tensor joint(Tensor x, Tensor t);

  @Override
  default Tensor velocity(Tensor x, Tensor t) {
    return joint(x, t).narrow(1, 0, dimensions());
  }

  /**
   * log p_t(x), in nats.
   *
   * @param x points [n, d]
   * @param t times in [0, 1], [n, 1]
   * @return [n, 1]; -infinity outside the support
   */
  Tensor logDensity(Tensor x, Tensor t);

  /** {@link #logDensity(Tensor, Tensor)} where all points have the same time. */
  default Tensor logDensity(Tensor x, double t) {
    return logDensity(x, TimeGrid.column(x, t));
  }

  /** {@link #logDensity(Tensor, double)} of one point: one number. */
  default PointFunction logDensityAtPoint(double t) {
    return new PointByTensors(x -> logDensity(x, t));
  }

  /**
   * Independent draws of the data, x₁.
   *
   * @return [n, d], 64-bit
   */
  Tensor sample(int n, Rng rng);

  /** Throws unless a flow has the given number of coordinates. */
  static void requireDimensions(ClosedFormFlow flow, int dimensions) {
    if (flow.dimensions() != dimensions) {
      throw new IllegalArgumentException(
          "a flow in " + flow.dimensions() + " dimensions where " + dimensions + " are needed");
    }
  }

  /** Throws unless a scale is positive and finite. */
  static double requireScale(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be positive and finite, got " + value);
    }
    return value;
  }
}
