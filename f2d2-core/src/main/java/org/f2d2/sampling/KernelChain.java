package org.f2d2.sampling;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Transitions one after the other from noise to data, over the intervals of a grid of times. Where
 * all of them know their divergence,
 *
 * <pre>  log p₁(x) = log N(z; 0, σ₀² I) - Σ ∫ div v</pre>
 *
 * @param kernel of every interval
 * @param prior the law at time 0
 * @param grid where the transitions begin and end
 * @param noise source of what transitions draw; the same again for the same points, of however many
 *     rows
 * @param chunks rows that go together
 */
public record KernelChain(
    TransitionKernel kernel, GaussianPrior prior, TimeGrid grid, Rng noise, RowChunks chunks)
    implements Sampler {

  @Override
  public int dimensions() {
    return kernel.dimensions();
  }

  @Override
  public Sample from(Tensor z) {
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    Calls[] calls = {Calls.NONE};
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          Calls[] own = {Calls.NONE};
          TimeGrid.State data =
              grid.upwards(
                  z.rows(start, end),
                  (state, from, to) -> {
                    TransitionKernel.Step step =
                        kernel.step(state.points(), from, to, draws(start, to));
                    own[0] = own[0].plus(step.info().calls());
                    return new TimeGrid.State(step.points(), state.total());
                  });
          points.rows(start, end).copyInPlace(data.points());
          calls[0] = calls[0].max(own[0]);
        });
    return new Sample(points, calls[0]);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException if the transitions know no divergence: points that were
   *     given fresh noise on their way are no function of the first noise
   */
  @Override
  public ScoredSample scoredFrom(Tensor z) {
    if (!kernel.hasDivergence()) {
      throw new UnsupportedOperationException(
          "transitions without a divergence have no log-density of the way; score the points");
    }
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    double[] logDensity = new double[Math.toIntExact(z.size(0))];
    Calls[] calls = {Calls.NONE};
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          Calls[] own = {Calls.NONE};
          Tensor first = z.rows(start, end);
          TimeGrid.State data =
              grid.upwards(
                  first,
                  (state, from, to) -> {
                    TransitionKernel.Step step =
                        kernel.step(state.points(), from, to, draws(start, to));
                    own[0] = own[0].plus(step.info().calls());
                    return new TimeGrid.State(
                        step.points(), state.total().add(step.info().divergence().orElseThrow()));
                  });
          points.rows(start, end).copyInPlace(data.points());
          double[] values = prior.logDensity(first).sub(data.total()).toDoubles();
          System.arraycopy(values, 0, logDensity, start, values.length);
          calls[0] = calls[0].max(own[0]);
        });
    return new ScoredSample(points, logDensity, calls[0]);
  }

  // A source for each time, or the draws of the second would depend on the number of rows.
  private Rng draws(int start, double to) {
    return noise.derive(start, Double.doubleToLongBits(to));
  }
}
