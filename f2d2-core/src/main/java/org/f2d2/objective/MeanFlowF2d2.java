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

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s
   * @param weight of a row; a power of 0 weighs all alike, published 0.5 to 1
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, RowWeight.Adaptive weight) {
    /** From a teacher: the targets have no noise, and all rows count the same. */
    public static final Options F2D2 = new Options(0.25, new RowWeight.Adaptive(0, 1e-2));

    /** From the data: half of the rows are diagonal, the weight is published. */
    public static final Options MEANFLOW = new Options(0.5, new RowWeight.Adaptive(1, 1e-2));

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, weight);
    }
  }

  /** From a teacher. */
  public static final Method MEANFLOW_F2D2 =
      Method.of(
          new MethodInfo(
              "meanflow-f2d2",
              "arXiv 2512.02636, arXiv 2505.13447",
              "MeanFlow identity for velocity and divergence, tangent from a frozen teacher",
              "nothing",
              MethodInfo.Source.TEACHER),
          Options.F2D2,
          MeanFlowF2d2::new,
          ExactSolution.NoLoss.at(0));

  /** From the data. An adaptive weight of noisy targets moves the minimum off the exact map. */
  public static final Method MEANFLOW =
      Method.of(
          new MethodInfo(
              "meanflow",
              "arXiv 2505.13447",
              "MeanFlow identity from the data, adaptive weight",
              "the divergence; uniform times in both orders; the weight of a row",
              MethodInfo.Source.DATA),
          Options.MEANFLOW,
          MeanFlowF2d2::new,
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.with(0, "weight-power", "0"));

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

  /** The loss over a setting. */
  public MeanFlowF2d2(Setting setting, Options options) {
    this(setting, options.diagonalShare(), options.weight().simplest());
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
