package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * PSD: progressive self-distillation (Boffi et al., arXiv 2505.18825) of the joint rate.
 *
 * <pre>
 *   | f(x,s,t) - sg( (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t) ) |²,     r = c s + (1-c) t
 * </pre>
 *
 * PSD-M takes the middle, c = 1/2; PSD-U draws c uniformly. The part of D is ours.
 *
 * <p>With {@link Instantaneous.Teacher} and rounds this is progressive flow map matching (PFMM,
 * arXiv 2406.07507): a jump is learned from two jumps of half its length, and the longest jump
 * doubles from round to round. Taking the halves from the model of the moment in place of a copy
 * from the end of the last round is ours.
 *
 * <p>The identity holds at any point, and a share of the points is off the path, ours too: D is
 * otherwise free where no data lie, and the density may grow there.
 */
public final class ProgressiveSelfDistillation implements Objective {

  /** Where a jump is cut in two. */
  public enum Cut {
    /** In the middle: PSD-M. */
    MIDDLE,
    /** Anywhere, uniformly: PSD-U. */
    UNIFORM
  }

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s; published 0.75
   * @param rounds how often the longest jump doubles over the run, until it is 1; 0 for jumps of
   *     any length all along
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, @Interval("[0, 20]") int rounds) {
    /** Self-distillation. */
    public static final Options PSD = new Options(0.75, 0);

    /** Progressive flow map matching: the shortest jumps are 2^-6. */
    public static final Options PFMM = new Options(0.5, 6);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, rounds);
    }

    /** The longest jump when a share of the run is done; the last round has one share more. */
    double reach(double share) {
      int round = (int) Math.min(rounds, Math.floor(share * (rounds + 2)));
      return Math.scalb(1.0, round - rounds);
    }
  }

  /** From a teacher. */
  public static final Method PFMM =
      Method.of(
          new MethodInfo(
              "pfmm",
              "arXiv 2406.07507",
              "progressive flow map matching: one jump from two, the longest jump doubles by"
                  + " rounds",
              "the divergence; halves by the model of the moment",
              MethodInfo.Source.TEACHER),
          Options.PFMM,
          (setting, options) -> new ProgressiveSelfDistillation(setting, Cut.MIDDLE, options),
          ExactSolution.NoLoss.at(0.5),
          ExactSolution.NoLoss.at(1));

  /** From the data, jumps cut in the middle. */
  public static final Method PSD_M =
      Method.of(
          new MethodInfo(
              "psd-m",
              "arXiv 2505.18825",
              "progressive self-distillation from the data, jumps cut in the middle",
              "the divergence; times in both orders",
              MethodInfo.Source.DATA),
          Options.PSD,
          (setting, options) -> new ProgressiveSelfDistillation(setting, Cut.MIDDLE, options),
          ExactSolution.NoLoss.at(1),
          ExactSolution.NoGradient.at(1));

  /** From the data, jumps cut anywhere. */
  public static final Method PSD_U =
      Method.of(
          new MethodInfo(
              "psd-u",
              "arXiv 2505.18825",
              "progressive self-distillation from the data, jumps cut anywhere",
              "the divergence; times in both orders",
              MethodInfo.Source.DATA),
          Options.PSD,
          (setting, options) -> new ProgressiveSelfDistillation(setting, Cut.UNIFORM, options),
          ExactSolution.NoLoss.at(1),
          ExactSolution.NoGradient.at(1));

  private final Setting setting;
  private final Cut cut;
  private final Options options;
  private final IdentityLoss loss;

  /** The loss over a setting, as it is at the start of a run. */
  public ProgressiveSelfDistillation(Setting setting, Cut cut, Options options) {
    this(
        setting.offPath(),
        cut,
        options,
        new IdentityLoss(setting.offPath(), options.diagonalShare()));
  }

  private ProgressiveSelfDistillation(
      Setting setting, Cut cut, Options options, IdentityLoss loss) {
    this.setting = setting;
    this.cut = cut;
    this.options = options;
    this.loss = loss;
  }

  @Override
  public Objective at(double share) {
    IdentityLoss now =
        new IdentityLoss(setting, loss.diagonalShare(), options.reach(share), loss.weight());
    return new ProgressiveSelfDistillation(setting, cut, options, now);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Tensor c =
        switch (cut) {
          case MIDDLE -> Tensor.full(0.5, t.type(), t.size(0), 1);
          case UNIFORM -> rng.uniform(t.type(), t.size(0), 1);
        };
    return BatchRows.semigroup(setting, b, t, t.addProduct(c, b.s().sub(t)));
  }
}
