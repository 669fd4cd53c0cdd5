package org.f2d2.sampling;

import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * γ-sampling of Consistency Trajectory Models (arXiv 2310.02279), a chain of {@link GammaKernel}. γ
 * = 0 is {@link JumpSampler}. Points that were given fresh noise on the way are no function of the
 * first noise, so there is no log-density of the path.
 *
 * @param map with or without a divergence
 * @param grid where the jumps begin and end
 * @param gamma γ in [0, 1]
 * @param noise source of ε; the same again for the same points, of however many rows
 * @param chunks rows that jump together
 */
public record GammaSampler(
    JointFlowMap map, TimeGrid grid, double gamma, Rng noise, RowChunks chunks) implements Sampler {

  /** Checks γ. */
  public GammaSampler {
    new GammaKernel(map, gamma);
  }

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  /** The noise of the linear path. */
  @Override
  public GaussianPrior prior() {
    return GaussianPrior.standard(map.conditions());
  }

  @Override
  public Sample from(Tensor z) {
    return new KernelChain(new GammaKernel(map, gamma), prior(), grid, noise, chunks).from(z);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException always: see above
   */
  @Override
  public ScoredSample scoredFrom(Tensor z) {
    throw new UnsupportedOperationException(
        "points with fresh noise on their way have no log-density of the way; score them");
  }
}
