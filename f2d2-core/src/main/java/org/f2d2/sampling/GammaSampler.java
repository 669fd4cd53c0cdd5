package org.f2d2.sampling;

import org.f2d2.flow.Calls;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * γ-sampling of Consistency Trajectory Models (arXiv 2310.02279): each jump goes further than its
 * time, and fresh noise brings the point back to it. With σ_t = (1-t)/t,
 *
 * <pre>
 *   t' = 1/(1 + √(1-γ²) σ_t),   x = t ( X_{s,t'}(x)/t' + γ σ_t ε )
 * </pre>
 *
 * γ = 0 is {@link JumpSampler}; γ = 1 starts anew from the data at each time, as consistency models
 * sample. The true map keeps the law of x at every time, whatever γ is. Points that were given
 * fresh noise on the way are no function of the first noise, so there is no log-density of the
 * path.
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
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new IllegalArgumentException("γ must lie in [0, 1], got " + gamma);
    }
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
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          TimeGrid.State data =
              grid.upwards(
                  z.rows(start, end),
                  (state, from, to) ->
                      new TimeGrid.State(step(state.points(), from, to, start), state.total()));
          points.rows(start, end).copyInPlace(data.points());
        });
    return new Sample(points, new Calls(grid.jumps(), 0));
  }

  private Tensor step(Tensor x, double from, double to, int start) {
    double sigma = (1 - to) / to;
    double beyond = 1 / (1 + Math.sqrt(1 - gamma * gamma) * sigma);
    Tensor u = JointFlowMap.velocity(map.rate(x, from, beyond), dimensions());
    Tensor landed = x.addScaled(u, beyond - from);
    if (gamma == 0 || sigma == 0) {
      return landed;
    }
    Coordinates c = map.coordinates();
    // A source for each time, or the draws of the second would depend on the number of rows.
    Tensor fresh =
        noise.derive(start, Double.doubleToLongBits(to)).normalRows(x.type(), x.size(0), x.size(1));
    Tensor noisy = landed.mul(to / beyond).addScaled(fresh, to * gamma * sigma);
    return c.withConditions(c.moving(noisy), x);
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
