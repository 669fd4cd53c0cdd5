package org.f2d2.net;

import java.util.Optional;
import org.f2d2.tensor.Tensor;

/**
 * A direction in which a function of a point and two times is differentiated; what is empty stands
 * still.
 *
 * @param x of the point, [n, d]
 * @param s of the source time, [n, 1]
 * @param t of the target time, [n, 1]
 */
public record Direction(Optional<Tensor> x, Optional<Tensor> s, Optional<Tensor> t) {

  /** The point alone. */
  public static Direction ofPoint(Tensor x) {
    return new Direction(Optional.of(x), Optional.empty(), Optional.empty());
  }

  /** The point and its own time: along a path. */
  public static Direction ofPath(Tensor x, Tensor s) {
    return new Direction(Optional.of(x), Optional.of(s), Optional.empty());
  }

  /** The target time alone. */
  public static Direction ofTarget(Tensor t) {
    return new Direction(Optional.empty(), Optional.empty(), Optional.of(t));
  }
}
