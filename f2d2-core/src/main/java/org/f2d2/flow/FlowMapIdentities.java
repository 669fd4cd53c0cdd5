package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * The identities that make a joint rate f = (u, D) the average of a joint field g = (v, div v),
 * each stated once.
 *
 * <pre>
 *   semigroup    f(x,s,t) = (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t),      c = (t-r)/(t-s)
 *   Eulerian     f(x,s,t) = g(x,s) + (t-s) JVP[f](v(x,s), 1, 0)
 *   Lagrangian   f(x,s,t) + (t-s) ∂ₜf(x,s,t) = g(X_{s,t}(x), t)
 *   cycle        f(x,s,t) = f(X_{s,t}(x), t, s)
 * </pre>
 *
 * The first three characterise f for all x, s and t, each by itself, once f(x,t,t) = g(x,t); the
 * last follows from them. They hold for s &lt; t and s &gt; t alike and say nothing on the diagonal
 * beyond f = g. Every training objective is one of them with a choice of what g is, of times, of
 * weights, and of where the gradient stops.
 *
 * <p>Shapes: points [n, d]; times [n, 1]; f, g and every result [n, d + 1], or [n, d] for a flow
 * map without a divergence, in which case the last column of g is ignored.
 *
 * <p>Nothing here stops a gradient. The usual rule is that whatever stands on the right of an
 * identity, and any point X that a rate has moved, is detached; each method says which of its parts
 * that means.
 */
public final class FlowMapIdentities {

  /** Steps shorter than this are taken for none when the semigroup weight is worked out. */
  private static final double NO_STEP = 1e-12;

  private FlowMapIdentities() {}

  /**
   * The two sides of an identity, equal for the true flow map.
   *
   * @param left what is trained
   * @param right what it is compared with
   */
  public record Sides(Tensor left, Tensor right) {
    /** left - right. */
    public Tensor residual() {
      return left.sub(right);
    }
  }

  /**
   * A rate and the left side of the Lagrangian identity.
   *
   * @param rate f(x,s,t), which says where the right side is evaluated
   * @param left f + (t-s) ∂ₜf
   * @param timeDerivative ∂ₜf, for callers that detach it for some of the columns
   */
  public record Lagrangian(Tensor rate, Tensor left, Tensor timeDerivative) {}

  /**
   * The right side of the semigroup identity: (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t).
   *
   * <p>The two halves are averaged, not added, since D is a rate. r need not lie between s and t.
   * Where t = s the value is the mean of the two halves, which is right for r = s only. Callers
   * detach the whole result.
   *
   * @param r times in between [n, 1]
   */
  public static Tensor semigroupTarget(JointFlowMap f, Tensor x, Tensor s, Tensor t, Tensor r) {
    return semigroupTarget(f, x, s, t, r, f.rate(x, s, r));
  }

  /**
   * The same from the first half.
   *
   * @param first f(x,s,r)
   */
  public static Tensor semigroupTarget(
      JointFlowMap f, Tensor x, Tensor s, Tensor t, Tensor r, Tensor first) {
    Tensor second = f.rate(JointFlowMap.jump(x, s, r, first), r, t);
    return first.addProduct(secondShare(s, t, r), second.sub(first));
  }

  /** Both sides of the semigroup identity. Callers detach the right one. */
  public static Sides semigroup(JointFlowMap f, Tensor x, Tensor s, Tensor t, Tensor r) {
    return new Sides(f.rate(x, s, t), semigroupTarget(f, x, s, t, r));
  }

  private static Tensor secondShare(Tensor s, Tensor t, Tensor r) {
    Tensor step = t.sub(s);
    Tensor none = step.abs().lessThan(NO_STEP);
    Tensor safe = Tensor.where(none, step.onesLike(), step);
    return Tensor.where(none, step.onesLike().mul(0.5), t.sub(r).div(safe));
  }

  /**
   * Both sides of the Eulerian identity with a source of the caller's: left f(x,s,t), right source
   * + (t-s) JVP[f](w, 1, 0), where w is the velocity part of the source.
   *
   * <p>The source may be g(x,s) or any unbiased estimate of it, such as the velocity of the pair
   * and a divergence target: the right side is linear in it. f is evaluated once, for its value and
   * its derivative together. Callers detach the right side; the left keeps its graph.
   *
   * @param source [n, d + 1], or [n, d] for a flow map without a divergence
   */
  public static Sides eulerian(JointFlowMap f, Tensor source, Tensor x, Tensor s, Tensor t) {
    Tensor g = columns(f, source);
    Tensor w = JointFlowMap.velocity(g, f.dimensions());
    Query query = Query.along(x, s, t, Direction.ofPath(w, s.onesLike()));
    return eulerian(f, g, f.answer(List.of(query)).get(0), s, t);
  }

  /**
   * The same from the rate and its derivative along (w, 1, 0).
   *
   * @param along f(x,s,t) and JVP[f](w, 1, 0)
   */
  public static Sides eulerian(
      JointFlowMap f, Tensor source, Query.Answer along, Tensor s, Tensor t) {
    return new Sides(along.value(), columns(f, source).addProduct(t.sub(s), along.derivative()));
  }

  /** Both sides of the Eulerian identity, the source being g(x,s). Callers detach the right one. */
  public static Sides eulerian(JointFlowMap f, VelocityField g, Tensor x, Tensor s, Tensor t) {
    return eulerian(f, field(f, g, x, s), x, s, t);
  }

  /**
   * The left side of the Lagrangian identity, f + (t-s) ∂ₜf.
   *
   * <p>Gradients of training pass through f and, for the velocity, through ∂ₜf; callers that detach
   * ∂ₜf for D put the two together themselves.
   */
  public static Lagrangian lagrangianLeft(JointFlowMap f, Tensor x, Tensor s, Tensor t) {
    Query query = Query.along(x, s, t, Direction.ofTarget(t.onesLike()));
    return lagrangianLeft(f.answer(List.of(query)).get(0), s, t);
  }

  /**
   * The same from the rate and its derivative in t.
   *
   * @param inTime f(x,s,t) and ∂ₜf(x,s,t)
   */
  public static Lagrangian lagrangianLeft(Query.Answer inTime, Tensor s, Tensor t) {
    Tensor left = inTime.value().addProduct(t.sub(s), inTime.derivative());
    return new Lagrangian(inTime.value(), left, inTime.derivative());
  }

  /**
   * The right side of the Lagrangian identity, g(X, t) at X = x + (t-s) u.
   *
   * <p>Callers detach {@code rate} before the call, so that X carries no gradient, and the result.
   *
   * @param rate f(x,s,t)
   */
  public static Tensor lagrangianRight(
      JointFlowMap f, VelocityField g, Tensor x, Tensor s, Tensor t, Tensor rate) {
    return field(f, g, JointFlowMap.jump(x, s, t, rate), t);
  }

  /** Both sides of the Lagrangian identity. Callers detach the right one and X within it. */
  public static Sides lagrangian(JointFlowMap f, VelocityField g, Tensor x, Tensor s, Tensor t) {
    Lagrangian left = lagrangianLeft(f, x, s, t);
    return new Sides(left.left(), lagrangianRight(f, g, x, s, t, left.rate()));
  }

  /**
   * Both sides of the cycle identity: the rate of a jump, and that of the jump back from where it
   * ends. Neither side is a target of its own; callers choose which to detach, and whether X is.
   */
  public static Sides cycle(JointFlowMap f, Tensor x, Tensor s, Tensor t) {
    Tensor there = f.rate(x, s, t);
    return new Sides(there, f.rate(JointFlowMap.jump(x, s, t, there), t, s));
  }

  /**
   * A rate and the derivative of its jump.
   *
   * @param rate f(x,s,t)
   * @param jacobian I + (t-s) ∇ₓu(x,s,t) over the moving columns, [n, d, d] in 64 bits
   */
  public record Linearised(Tensor rate, Tensor jacobian) {

    /**
     * How much the jump stretches space: log |det|, [n, 1] in 64 bits; (t-s) D(x,s,t) of the true
     * map.
     */
    public Tensor logDeterminant() {
      return jacobian.logAbsDeterminant().unsqueeze(1);
    }
  }

  /** A jump and its Jacobian, by a directional derivative for each of the d moving columns. */
  public static Linearised linearised(JointFlowMap f, Tensor x, Tensor s, Tensor t) {
    int d = f.coordinates().moving();
    Tensor identity = Tensor.eye(f.dimensions(), x.type());
    List<Tensor> directions = new ArrayList<>(d);
    List<Query> queries = new ArrayList<>(d);
    for (int i = 0; i < d; i++) {
      Tensor direction = identity.rows(i, i + 1).expand(x.size(0), f.dimensions());
      directions.add(direction);
      Optional<Direction> along = Optional.of(Direction.ofPoint(direction));
      queries.add(new Query(x, s, t, along, Query.Gradients.NONE));
    }
    List<Query.Answer> answers = f.answer(queries);
    List<Tensor> columns = new ArrayList<>(d);
    for (int i = 0; i < d; i++) {
      Tensor change = JointFlowMap.velocity(answers.get(i).derivative(), d);
      columns.add(directions.get(i).narrow(1, 0, d).addProduct(t.sub(s), change));
    }
    return new Linearised(answers.get(0).value(), Tensor.stack(2, columns).to(DType.FLOAT64));
  }

  private static Tensor field(JointFlowMap f, VelocityField g, Tensor x, Tensor t) {
    return f.hasDivergence() ? g.joint(x, t) : g.velocity(x, t);
  }

  private static Tensor columns(JointFlowMap f, Tensor joint) {
    return f.hasDivergence() ? joint : JointFlowMap.velocity(joint, f.dimensions());
  }
}
