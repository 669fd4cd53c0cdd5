package org.f2d2.net;

import java.util.function.UnaryOperator;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * A function of one point by tensors in 32 bits, for what has no other way.
 *
 * @param rows [1, d] to [1, outputs]
 */
public record PointByTensors(UnaryOperator<Tensor> rows) implements PointFunction {

  @Override
  public double[] at(double[] x) {
    try (Scope scope = Scope.open()) {
      return Autograd.noGrad(
          () -> rows.apply(Tensor.of(x, DType.FLOAT32, 1, x.length)).toDoubles());
    }
  }
}
