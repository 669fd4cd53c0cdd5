package org.f2d2.net;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * What is asked about some rows. Several queries can be answered in one pass through a network,
 * which costs less than a pass for each.
 *
 * @param x points [n, d]
 * @param s source times [n, 1]
 * @param t target times [n, 1]
 * @param direction along which a derivative is wanted beside the value, if any
 * @param gradients what of the answer a loss will be differentiated through
 */
public record Query(
    Tensor x, Tensor s, Tensor t, Optional<Direction> direction, Gradients gradients) {

  /** What of an answer carries gradients into the parameters; the rest is detached. */
  public enum Gradients {
    /** Nothing. */
    NONE,
    /** The value, not the derivative. */
    VALUE,
    /** Both. */
    VALUE_AND_TANGENT
  }

  /**
   * An answer.
   *
   * @param value [n, outputs]
   * @param tangent the derivative in the direction, if one was asked for, [n, outputs]
   */
  public record Answer(Tensor value, Optional<Tensor> tangent) {

    /** The derivative, of a query that had a direction. */
    public Tensor derivative() {
      return tangent.orElseThrow();
    }
  }

  /** A function of a point and two times, as a query is answered without sharing. */
  @FunctionalInterface
  public interface Rows {
    /** The value. */
    Tensor at(Tensor x, Tensor s, Tensor t);
  }

  /** Asks for the value and its derivative, and lets gradients pass through both. */
  public static Query along(Tensor x, Tensor s, Tensor t, Direction direction) {
    return new Query(x, s, t, Optional.of(direction), Gradients.VALUE_AND_TANGENT);
  }

  /** Number of rows, n. */
  public long rows() {
    return x.size(0);
  }

  /** Whether any input already carries derivatives. */
  public boolean carriesDerivatives() {
    return Autograd.isDifferentiated(x)
        || Autograd.isDifferentiated(s)
        || Autograd.isDifferentiated(t);
  }

  /** Answers one query by itself, by general differentiation. */
  public Answer answer(Rows f) {
    return limited(withDerivative(f));
  }

  /** Answers one query by a network that knows its own derivatives. */
  Answer answer(Network network) {
    if (direction.isEmpty() || carriesDerivatives()) {
      return answer(network::forward);
    }
    Along along = network.forwardAlong(x, s, t, List.of(direction.get()));
    return limited(new Answer(along.value(), Optional.of(along.tangent(0))));
  }

  /** An answer that carries the gradients which were asked for. */
  private Answer limited(Answer answer) {
    return switch (gradients) {
      case NONE -> new Answer(answer.value.detach(), answer.tangent.map(Tensor::detach));
      case VALUE -> new Answer(answer.value, answer.tangent.map(Tensor::detach));
      case VALUE_AND_TANGENT -> answer;
    };
  }

  private Answer withDerivative(Rows f) {
    if (direction.isEmpty()) {
      return new Answer(f.at(x, s, t), Optional.empty());
    }
    Direction d = direction.get();
    Autograd.Jvp jvp =
        Autograd.jvp(
            in -> f.at(in.get(0), in.get(1), in.get(2)),
            List.of(x, s, t),
            List.of(
                d.x().orElseGet(x::zerosLike),
                d.s().orElseGet(s::zerosLike),
                d.t().orElseGet(t::zerosLike)));
    return new Answer(jvp.value(), Optional.of(jvp.tangent()));
  }

  /** One column of the inputs of several queries below each other. */
  static Tensor stacked(List<Query> queries, Function<Query, Tensor> column) {
    List<Tensor> parts = queries.stream().map(column).toList();
    return parts.size() == 1 ? parts.get(0) : Tensor.cat(0, parts);
  }
}
