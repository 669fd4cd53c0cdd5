package org.f2d2.objective;

import java.util.List;
import java.util.Optional;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * ESD: Eulerian self-distillation (Boffi et al., arXiv 2505.18825) of the joint rate.
 *
 * <pre>  | f(x,s,t) - (t-s) ∂ₛf - sg( g(x,s) + (t-s) ∇f·v(x,s) ) |²,     v the velocity part of g
 * </pre>
 *
 * Gradients pass through ∂ₛf; that is all that sets it apart from {@link MeanFlowF2d2} with the
 * model's own diagonal for a tangent. With {@link Instantaneous.Teacher} it is Eulerian map
 * distillation (EMD, "Flow map matching with stochastic interpolants", arXiv 2406.07507). The part
 * of D is ours.
 *
 * <p>The target of a row at two times holds a derivative of the model in space, and the few rows
 * where that is steep can drive the network until its velocity runs away off the data. A weight
 * that falls with the error of such a row makes that rarer, ours too. The target is no noisy
 * number, so the fixed point stays; diagonal rows, whose velocities are noisy, all count the same.
 */
public final class EulerianSelfDistillation implements Objective {

  private final Setting setting;
  private final IdentityLoss loss;

  /**
   * The loss over a setting.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]; published 0.75
   * @param weight of a row at two times; published equal
   */
  public EulerianSelfDistillation(Setting setting, double diagonalShare, RowWeight weight) {
    this.setting = setting;
    this.loss = new IdentityLoss(setting, diagonalShare, 1, weight, RowWeight.EQUAL);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Tensor g = Autograd.noGrad(() -> setting.field().anywhere(b.x(), b.s(), rng));
    Tensor v = JointFlowMap.velocity(g, setting.model().dimensions());
    Direction inTime =
        new Direction(Optional.empty(), Optional.of(b.s().onesLike()), Optional.empty());
    Query own = Query.along(b.x(), b.s(), t, inTime);
    Query inSpace = new Query(b.x(), b.s(), t, Optional.of(Direction.ofPoint(v)), Gradients.NONE);
    return BatchRows.of(
        List.of(own, inSpace),
        a -> {
          Tensor step = t.sub(b.s());
          Tensor left = a.get(0).value().addProduct(step.neg(), a.get(0).derivative());
          Tensor source = g.narrow(1, 0, left.size(1));
          return new Sides(left, source.addProduct(step, a.get(1).derivative()));
        });
  }
}
