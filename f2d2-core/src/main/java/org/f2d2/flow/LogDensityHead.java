package org.f2d2.flow;

import org.f2d2.net.PointByTensors;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Tensor;

/**
 * The log-density φ(x, t) of a flow at any time as one scalar function. With it
 *
 * <pre>  (t-s) D(x,s,t) = φ(x,s) - φ(X_{s,t}(x), t)</pre>
 *
 * so the jumps of any path telescope and log p₁(x) = φ(x,1) costs one evaluation.
 */
public interface LogDensityHead {

  /** Number of coordinates, d. */
  int dimensions();

  /**
   * The log-density.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @return nats, [n, 1]
   */
  Tensor logDensity(Tensor x, Tensor t);

  /** {@link #logDensity(Tensor, Tensor)} where all points have the same time. */
  default Tensor logDensity(Tensor x, double t) {
    return logDensity(x, TimeGrid.column(x, t));
  }

  /** {@link #logDensity(Tensor, double)} of one point, with the parameters as they are now. */
  default PointFunction logDensityAtPoint(double t) {
    return new PointByTensors(x -> logDensity(x, t));
  }
}
