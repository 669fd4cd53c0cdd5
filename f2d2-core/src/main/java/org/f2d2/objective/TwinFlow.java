package org.f2d2.objective;

import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * TwinFlow (arXiv 2512.05150): {@link RecursiveConsistency} and, after a part of the run, {@link
 * Rectification} against a second branch of the same network, which learns the flow to the map's
 * own samples.
 *
 * <p>The rows of the two, the weights and the start of the rectification are ours.
 */
public final class TwinFlow implements Objective {

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s among those of the base
   * @param delta see {@link RecursiveConsistency}; published 0.01
   * @param weight of a row of the base
   * @param rectification of the samples
   */
  public record Options(
      @Interval("[0, 1]") double diagonalShare,
      @Interval("[0.0001, 1)") double delta,
      RecursiveConsistency.Weight weight,
      Rectification.Options rectification) {
    /** The paper's numbers where they are known, and our weight. */
    public static final Options DEFAULT =
        new Options(0.75, 0.01, RecursiveConsistency.Weight.STEP, Rectification.Options.TWIN_FLOW);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, delta, weight, rectification);
    }

    private RecursiveConsistency.Options base() {
      return new RecursiveConsistency.Options(
          diagonalShare, delta, RecursiveConsistency.Options.DEFAULT.jumps(), weight);
    }
  }

  /** From the data. See {@link FlowConsist#METHOD} for the rectification at the exact map. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "twinflow",
              "arXiv 2512.05150",
              "rcgm, and samples rectified against a second branch that learns their flow",
              "the divergence; shares, weights and start of the rectification; times in both"
                  + " orders; the weight of a row",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          (setting, options) -> new TwinFlow(setting, options, setting.model().secondBranch()),
          RecursiveConsistency.STEP_ERROR.with(
              "weight", "published", "diagonal-share", "0", "rectification-fake-weight", "0"));

  private final RecursiveConsistency base;
  private final RectifiedLoss rectified;

  /**
   * The loss over a setting, as it is at the start of a run.
   *
   * @param fake the second branch
   */
  public TwinFlow(Setting setting, Options options, VelocityField fake) {
    this(
        new RecursiveConsistency(setting, options.base()),
        RectifiedLoss.of(setting, fake, options.rectification()));
  }

  private TwinFlow(RecursiveConsistency base, RectifiedLoss rectified) {
    this.base = base;
    this.rectified = rectified;
  }

  @Override
  public Objective at(double share) {
    return new TwinFlow(base, rectified.at(share));
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return rectified.of(rows, rng, base);
  }
}
