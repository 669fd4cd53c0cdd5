package org.f2d2.sampling;

import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * K jumps of a flow map from noise to data, a chain of {@link JumpKernel}: for each jump of the
 * grid from time s up to t,
 *
 * <pre>
 *   (u, D) = f(y,s,t),   L -= (t-s) D,   y += (t-s) u
 * </pre>
 *
 * from y = z and L = log N(z; 0, σ₀² I). Points and log-densities come from the same K calls. With
 * a perfect map both are exact for every grid; with a learned one, L and a {@link
 * org.f2d2.likelihood.Jumps} of the point are two different estimates, and their gap is a check of
 * the model that costs K more calls.
 *
 * @param map with a divergence if log-densities are wanted
 * @param prior the law at time 0
 * @param grid where the jumps begin and end
 * @param chunks rows that jump together
 */
public record JumpSampler(JointFlowMap map, GaussianPrior prior, TimeGrid grid, RowChunks chunks)
    implements Sampler {

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public Sample from(Tensor z) {
    return chain().from(z);
  }

  @Override
  public ScoredSample scoredFrom(Tensor z) {
    if (!map.hasDivergence()) {
      throw new UnsupportedOperationException(
          "a flow map without a divergence samples points, but not their log-density");
    }
    return chain().scoredFrom(z);
  }

  /** Jumps draw nothing, so any source does. */
  private KernelChain chain() {
    return new KernelChain(new JumpKernel(map), prior, grid, new Rng(0), chunks);
  }
}
