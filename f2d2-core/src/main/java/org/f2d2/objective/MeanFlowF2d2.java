package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * MeanFlow-F2D2: the MeanFlow identity (Geng et al., arXiv 2505.13447) for the joint rate (arXiv
 * 2512.02636).
 *
 * <pre>  | f(x_s,s,t) - sg( g(x_s,s) + (t-s) JVP[f](v, 1, 0) ) |²,     v the velocity part of g
 * </pre>
 *
 * A share of the rows has t = s, where this is plain regression on g; in the others s and t come in
 * either order, so that jumps from data to noise are trained too. The source enters linearly, so a
 * noisy but unbiased g leaves the target unbiased. MeanFlow's own weight is {@link
 * RowWeight.Adaptive}; without a head for D and with data for a field this is MeanFlow itself.
 */
public final class MeanFlowF2d2 implements Objective {

  private final Setting setting;
  private final IdentityLoss loss;

  /**
   * The loss over a setting.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   * @param weight of a row
   */
  public MeanFlowF2d2(Setting setting, double diagonalShare, RowWeight weight) {
    this.setting = setting;
    this.loss = new IdentityLoss(setting, diagonalShare, 1, weight);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
    return BatchRows.eulerian(setting, b, t, source, source.velocity(), 1);
  }
}
