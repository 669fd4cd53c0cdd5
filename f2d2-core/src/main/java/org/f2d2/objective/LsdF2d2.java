package org.f2d2.objective;

import org.f2d2.net.Query;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * LSD-F2D2: Lagrangian self-distillation (Boffi et al., arXiv 2505.18825) of the joint rate, as
 * "Joint Distillation for Fast Likelihood Evaluation and Sampling in Flow-based Models" (arXiv
 * 2512.02636) adds the divergence to it.
 *
 * <pre>
 *   diagonal      | f(x_t,t,t) - sg g(x_t,t) |²
 *   off-diagonal  | u + (t-s) ∂ₜu - sg v(X,t) |² + | D + (t-s) sg ∂ₜD - sg div v(X,t) |²,
 *                 X = sg X_{s,t}(x_s),  s and t independent and uniform
 * </pre>
 *
 * The paper's divergence is the negative of ours. Taking the exact trace where the paper takes one
 * Gaussian probe is ours.
 */
public final class LsdF2d2 implements Objective {

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s; of F2D2 a half, of self-distillation 0.75
   */
  public record Options(@Interval("[0, 1]") double diagonalShare) {
    /** Half of the rows are diagonal. */
    public static final Options DEFAULT = new Options(0.5);

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare);
    }
  }

  /** From a teacher. */
  public static final Method LSD_F2D2 =
      Method.of(
          new MethodInfo(
              "lsd-f2d2",
              "arXiv 2512.02636, arXiv 2505.18825",
              "Lagrangian identity for velocity and divergence, targets from a frozen teacher",
              "nothing",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          LsdF2d2::new,
          ExactSolution.NoLoss.at(0));

  /** From the data. */
  public static final Method LSD =
      Method.of(
          new MethodInfo(
              "lsd",
              "arXiv 2505.18825",
              "Lagrangian self-distillation from the data",
              "times in both orders",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          LsdF2d2::new,
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.at(0));

  private final Setting setting;
  private final IdentityLoss loss;

  /** The loss over a setting, half of the rows diagonal. */
  public LsdF2d2(Setting setting) {
    this(setting, Options.DEFAULT);
  }

  /** The loss over a setting. */
  public LsdF2d2(Setting setting, Options options) {
    this.setting = setting;
    this.loss = new IdentityLoss(setting, options.diagonalShare());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(
        rows,
        rng,
        (b, t, r) -> BatchRows.lagrangian(setting, b, t, Query.Gradients.VALUE_AND_TANGENT, r));
  }
}
