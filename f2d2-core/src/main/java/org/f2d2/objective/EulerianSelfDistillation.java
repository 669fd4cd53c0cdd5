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

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s; published 0.75
   * @param weight of a row at two times; published equal, a power of 0
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, RowWeight.Adaptive weight) {
    /** Self-distillation. */
    public static final Options ESD = new Options(0.75, new RowWeight.Adaptive(1, 1));

    /** Distillation of a teacher. */
    public static final Options EMD = new Options(0.5, new RowWeight.Adaptive(0, 1));

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, weight);
    }
  }

  /** From a teacher. */
  public static final Method EMD =
      Method.of(
          new MethodInfo(
              "emd",
              "arXiv 2406.07507",
              "Eulerian map distillation of a frozen teacher, gradient through the time derivative",
              "the divergence",
              MethodInfo.Source.TEACHER),
          Options.EMD,
          EulerianSelfDistillation::new,
          ExactSolution.NoLoss.at(0));

  /** From the data. */
  public static final Method ESD =
      Method.of(
          new MethodInfo(
              "esd",
              "arXiv 2505.18825",
              "Eulerian self-distillation from the data",
              "the divergence; times in both orders; the weight of a row",
              MethodInfo.Source.DATA),
          Options.ESD,
          EulerianSelfDistillation::new,
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.at(0));

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

  /** The loss over a setting. */
  public EulerianSelfDistillation(Setting setting, Options options) {
    this(setting, options.diagonalShare(), options.weight().simplest());
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
