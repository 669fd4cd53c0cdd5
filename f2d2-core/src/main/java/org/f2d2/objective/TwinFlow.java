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

  private final RecursiveConsistency base;
  private final RectifiedLoss rectified;

  /**
   * The loss over a setting, as it is at the start of a run.
   *
   * @param diagonalShare share of rows with t = s among those of the base, in [0, 1]
   * @param delta see {@link RecursiveConsistency}
   * @param fake the second branch
   */
  public TwinFlow(Setting setting, double diagonalShare, double delta, VelocityField fake) {
    this(
        new RecursiveConsistency(setting, diagonalShare, delta, RecursiveConsistency.Weight.STEP),
        RectifiedLoss.of(setting, fake, RectifiedLoss.TWIN_FLOW));
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
