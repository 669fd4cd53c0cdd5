package com.example;

import java.util.List;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * A network of one layer: outputs that are linear in the point and its times.
 *
 * @param dimensions columns of a point
 * @param outputs columns of the answer
 * @param parameters as {@link #zeros} lays them out
 */
public record LinearNetwork(int dimensions, int outputs, Parameters parameters) implements Network {

  /** A network that answers zero, from which training starts. */
  public static LinearNetwork zeros(int dimensions, int outputs, DType type) {
    List<Parameters.Entry> entries =
        List.of(
            Parameters.Entry.of("output.weight", outputs, dimensions + 2),
            Parameters.Entry.of("output.bias", outputs));
    return new LinearNetwork(dimensions, outputs, Parameters.zeros(entries, type));
  }

  @Override
  public Tensor forward(Tensor x, Tensor s, Tensor t) {
    Tensor weight = parameters.get("output.weight");
    return Tensor.cat(1, x, s, t).linear(weight, parameters.get("output.bias"));
  }

  @Override
  public LinearNetwork with(Parameters other) {
    return new LinearNetwork(dimensions, outputs, other);
  }
}
