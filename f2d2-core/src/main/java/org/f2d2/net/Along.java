package org.f2d2.net;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.tensor.Tensor;

/**
 * Outputs of a network and their derivatives in several directions.
 *
 * @param value [n, outputs]
 * @param tangents one for each direction: [directions, n, outputs]
 */
public record Along(Tensor value, Tensor tangents) {

  /** The derivative in one of the directions, [n, outputs]. */
  public Tensor tangent(int direction) {
    return tangents.rows(direction, direction + 1).reshape(value.shape());
  }

  /** A network over numbers with derivatives. */
  @FunctionalInterface
  interface OfTangents {
    OnTangents.Dual forward(
        OnTangents operations, OnTangents.Dual x, OnTangents.Dual s, OnTangents.Dual t);
  }

  /** What a network makes of points and times that move in some directions. */
  static Along of(List<Direction> directions, Tensor x, Tensor s, Tensor t, OfTangents network) {
    OnTangents.Dual out =
        network.forward(
            new OnTangents(),
            moving(x, directions, Direction::x),
            moving(s, directions, Direction::s),
            moving(t, directions, Direction::t));
    return new Along(out.value(), out.tangent());
  }

  private static OnTangents.Dual moving(
      Tensor value, List<Direction> directions, Function<Direction, Optional<Tensor>> part) {
    List<Tensor> tangents =
        directions.stream().map(d -> part.apply(d).orElseGet(value::zerosLike)).toList();
    return new OnTangents.Dual(value, Tensor.stack(0, tangents));
  }
}
