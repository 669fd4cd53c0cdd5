package org.f2d2.net;

import java.util.List;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A function of a point and two times with trainable parameters.
 *
 * <p>The output has one column per quantity the owner asked for; a joint network has the d columns
 * of the average velocity followed by one column for the average divergence. Implementations are
 * differentiable in all three inputs, in forward and in reverse mode, and answer at the end points
 * 0 and 1 of time.
 */
public interface Network {

  /** Number of columns of a point, conditions included. */
  int dimensions();

  /**
   * How many of the last columns of a point are conditions: what the answer depends on, and what no
   * answer is about.
   */
  default int conditions() {
    return 0;
  }

  /** Number of output columns. */
  int outputs();

  /** The trainable numbers. */
  Parameters parameters();

  /**
   * Evaluates the network.
   *
   * @param x points [n, d]
   * @param s source times [n, 1]
   * @param t target times [n, 1]
   * @return outputs [n, {@link #outputs}]
   */
  Tensor forward(Tensor x, Tensor s, Tensor t);

  /** {@link #forward(Tensor, Tensor, Tensor)} where all points have the same two times. */
  default Tensor forward(Tensor x, double s, double t) {
    long n = x.size(0);
    return forward(x, Tensor.full(s, x.type(), n, 1), Tensor.full(t, x.type(), n, 1));
  }

  /** {@link #forward(Tensor, double, double)} of one point, with the parameters as they are now. */
  default PointFunction atPoint(double s, double t) {
    return new PointByTensors(x -> forward(x, s, t));
  }

  /**
   * Outputs and the trace of the Jacobian of the first d of them with respect to the d columns of x
   * that are not conditions.
   *
   * <p>This default takes a forward-mode derivative for each of the d columns: right, and for large
   * d slow.
   *
   * @return outputs with one more column, Σᵢ ∂outputᵢ/∂xᵢ: [n, outputs + 1]
   */
  default Tensor forwardWithTrace(Tensor x, Tensor s, Tensor t) {
    int columns = dimensions();
    Tensor identity = Tensor.eye(columns, x.type());
    Tensor trace = Tensor.zeros(x.type(), x.size(0), 1);
    for (int i = 0; i < columns - conditions(); i++) {
      Tensor direction = identity.rows(i, i + 1).expand(x.size(0), columns);
      trace = trace.add(forwardAlong(x, s, t, Direction.ofPoint(direction)).tangent().column(i));
    }
    return Tensor.cat(1, forward(x, s, t), trace);
  }

  /**
   * Outputs and their derivatives in several directions, all differentiable in reverse mode.
   *
   * <p>This default lets libtorch differentiate once for each direction, which one thread of the
   * process at a time can do.
   *
   * @param directions at least one
   */
  default Along forwardAlong(Tensor x, Tensor s, Tensor t, List<Direction> directions) {
    List<Query.Answer> answers =
        answer(directions.stream().map(d -> Query.along(x, s, t, d)).toList());
    return new Along(
        answers.get(0).value(),
        Tensor.stack(0, answers.stream().map(Query.Answer::derivative).toList()));
  }

  /** {@link #forwardAlong(Tensor, Tensor, Tensor, List)} in one direction. */
  default Autograd.Jvp forwardAlong(Tensor x, Tensor s, Tensor t, Direction direction) {
    Query.Answer answer = answer(List.of(Query.along(x, s, t, direction))).get(0);
    return new Autograd.Jvp(answer.value(), answer.derivative());
  }

  /** Answers several queries, in one pass where the network can. */
  default List<Query.Answer> answer(List<Query> queries) {
    return queries.stream().map(q -> q.answer(this::forward)).toList();
  }

  /**
   * The same network over the same numbers, which must not change any more: it may keep them in
   * whatever order is fastest.
   */
  default Network frozen() {
    return this;
  }

  /**
   * How many rows are best evaluated at a time: enough to make light of starting an operation, few
   * enough that what a layer leaves behind stays in the processor's cache.
   */
  default int rowsAtATime() {
    return 512;
  }

  /** The same architecture over other numbers. */
  Network with(Parameters parameters);
}
