package org.f2d2.flow;

import java.util.List;
import org.f2d2.net.Direction;
import org.f2d2.net.PointByTensors;
import org.f2d2.net.Query;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * The joint rate f = (u, D): averages of the velocity and of its divergence along the path from
 * time s to time t.
 *
 * <pre>
 *   f(x,s,t) = 1/(t-s) ∫ₛᵗ g(X_{s,r}(x), r) dr,     f(x,t,t) = g(x,t) = (v, div v)
 * </pre>
 *
 * s and t come in any order. Neither output may divide by t-s, so the diagonal is an ordinary
 * point.
 */
public interface JointFlowMap extends StateSpace {

  /** Whether {@link #rate} has the column D; a map without it moves points only. */
  boolean hasDivergence();

  /**
   * The joint rate.
   *
   * @param x points at time s, [n, d]
   * @param s source times [n, 1]
   * @param t target times [n, 1]
   * @return [n, d + 1], or [n, d] without a divergence
   */
  Tensor rate(Tensor x, Tensor s, Tensor t);

  /** {@link #rate(Tensor, Tensor, Tensor)} where all points have the same two times. */
  default Tensor rate(Tensor x, double s, double t) {
    return rate(x, TimeGrid.column(x, s), TimeGrid.column(x, t));
  }

  /** {@link #rate(Tensor, double, double)} of one point, with the parameters as they are now. */
  default PointFunction rateAtPoint(double s, double t) {
    return new PointByTensors(x -> rate(x, s, t));
  }

  /**
   * The joint rate and its derivative in a direction.
   *
   * @return value and tangent, each in the shape of {@link #rate}
   */
  default Autograd.Jvp rateAlong(Tensor x, Tensor s, Tensor t, Direction direction) {
    Query.Answer answer = answer(List.of(Query.along(x, s, t, direction))).get(0);
    return new Autograd.Jvp(answer.value(), answer.derivative());
  }

  /**
   * The same map for losses whose gradients may pass through its points and not into its
   * parameters. One without parameters is that itself.
   */
  default JointFlowMap apart() {
    return this;
  }

  /**
   * The velocity field that a map learns beside its own, in the same parameters; see {@link
   * SecondBranch}.
   *
   * @throws IllegalArgumentException for a map that has none
   */
  default VelocityField secondBranch() {
    throw new IllegalArgumentException("only a network has a second branch");
  }

  /** Answers several queries about the rate, in one pass where the map can. */
  default List<Query.Answer> answer(List<Query> queries) {
    return queries.stream().map(q -> q.answer(this::rate)).toList();
  }

  /**
   * Where a jump with a given rate ends: X = x + (t-s) u.
   *
   * @param rate what {@link #rate} returned for x, s and t
   */
  static Tensor jump(Tensor x, Tensor s, Tensor t, Tensor rate) {
    return x.addProduct(t.sub(s), velocity(rate, x.size(1)));
  }

  /** The columns of u in a joint rate. */
  static Tensor velocity(Tensor rate, long dimensions) {
    return rate.narrow(1, 0, dimensions);
  }

  /** The column D of a joint rate, [n, 1]. */
  static Tensor divergence(Tensor rate, long dimensions) {
    return rate.narrow(1, dimensions, 1);
  }
}
