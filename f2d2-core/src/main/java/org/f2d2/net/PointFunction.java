package org.f2d2.net;

import java.util.function.UnaryOperator;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * A function of one point on plain arrays, for callers whose rows come one at a time: starting the
 * tensor operations for one row takes longer than the arithmetic.
 *
 * <p>It holds the numbers of the moment it was made, and any number of threads may use it.
 */
@FunctionalInterface
public interface PointFunction {

  /**
   * The value at a point.
   *
   * @param x coordinates, [d]
   * @return a new array
   */
  double[] at(double[] x);

  /** The same by tensors in 32 bits, for what has no other way: [1, d] to [1, outputs]. */
  static PointFunction of(UnaryOperator<Tensor> rows) {
    return x -> {
      try (Scope scope = Scope.open()) {
        return Autograd.noGrad(
            () -> rows.apply(Tensor.of(x, DType.FLOAT32, 1, x.length)).toDoubles());
      }
    };
  }
}
