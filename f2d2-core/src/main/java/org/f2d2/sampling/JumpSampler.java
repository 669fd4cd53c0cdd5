package org.f2d2.sampling;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * K jumps of a flow map from noise to data: for each jump of the grid from time s up to t,
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
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          TimeGrid.State data =
              grid.upwards(
                  z.rows(start, end),
                  (state, from, to) ->
                      new TimeGrid.State(
                          moved(state, rate(state, from, to), to - from), state.total()));
          points.rows(start, end).copyInPlace(data.points());
        });
    return new Sample(points, new Calls(grid.jumps(), 0));
  }

  @Override
  public ScoredSample scoredFrom(Tensor z) {
    if (!map.hasDivergence()) {
      throw new UnsupportedOperationException(
          "a flow map without a divergence samples points, but not their log-density");
    }
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    double[] logDensity = new double[Math.toIntExact(z.size(0))];
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          Tensor noise = z.rows(start, end);
          TimeGrid.State data =
              grid.upwards(
                  noise,
                  (state, from, to) -> {
                    Tensor rate = rate(state, from, to);
                    Tensor divergence =
                        JointFlowMap.divergence(rate, dimensions()).to(DType.FLOAT64);
                    return new TimeGrid.State(
                        moved(state, rate, to - from),
                        state.total().addScaled(divergence, to - from));
                  });
          points.rows(start, end).copyInPlace(data.points());
          double[] values = prior.logDensity(noise).sub(data.total()).toDoubles();
          System.arraycopy(values, 0, logDensity, start, values.length);
        });
    return new ScoredSample(points, logDensity, new Calls(grid.jumps(), 0));
  }

  private Tensor rate(TimeGrid.State state, double from, double to) {
    return map.rate(state.points(), from, to);
  }

  private Tensor moved(TimeGrid.State state, Tensor rate, double step) {
    return state.points().addScaled(JointFlowMap.velocity(rate, dimensions()), step);
  }
}
