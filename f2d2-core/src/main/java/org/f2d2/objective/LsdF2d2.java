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
 * Half of the rows are diagonal. The paper's divergence is the negative of ours. Taking the exact
 * trace where the paper takes one Gaussian probe is ours.
 */
public final class LsdF2d2 implements Objective {

  private static final double DIAGONAL_SHARE = 0.5;

  private final Setting setting;
  private final IdentityLoss loss;

  /** The loss over a setting. */
  public LsdF2d2(Setting setting) {
    this.setting = setting;
    this.loss = new IdentityLoss(setting, DIAGONAL_SHARE);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(
        rows,
        rng,
        (b, t, r) -> BatchRows.lagrangian(setting, b, t, Query.Gradients.VALUE_AND_TANGENT, r));
  }
}
