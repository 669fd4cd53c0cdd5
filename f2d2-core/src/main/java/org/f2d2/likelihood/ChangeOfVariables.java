package org.f2d2.likelihood;

import org.f2d2.flow.Calls;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * The log-density that the jumps of a flow map have by themselves, from the determinant of their
 * Jacobian: for each jump of the grid from time t down to s,
 *
 * <pre>
 *   a += log |det( I + (s-t) ∇ₓu(y,t,s) )|,   y += (s-t) u(y,t,s)
 *   log p₁(x) = log N(y; 0, σ₀² I) + a                    y = x and a = 0 at the start
 * </pre>
 *
 * No divergence head is asked. Where the jumps are injective the result is a density that
 * integrates to at most one, however badly the map was trained; where they fold it is not. Costs d
 * directional derivatives a jump and d² numbers a row: for small d.
 *
 * @param map with or without a divergence
 * @param prior the law at time 0
 * @param grid where the jumps begin and end
 * @param chunks rows that jump together
 */
public record ChangeOfVariables(
    JointFlowMap map, GaussianPrior prior, TimeGrid grid, RowChunks chunks) implements LogDensity {

  /**
   * How far the divergence head is from the map it belongs to: |D - log|det|/(t-s)| in nats per
   * unit of time, over all rows and jumps.
   *
   * @param meanAbsolute the mean; NaN without rows
   * @param maxAbsolute the largest; NaN if one is NaN
   */
  public record Link(double meanAbsolute, double maxAbsolute) {}

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    return estimate(x);
  }

  /** {@link #estimate(Tensor, long[])}, which draws nothing. */
  public Estimate estimate(Tensor x) {
    Rows rows = new Rows(x.requireColumns(dimensions()));
    chunks.forEach(
        x.size(0),
        (start, end) -> {
          TimeGrid.State noise =
              grid.downwards(
                  x.rows(start, end),
                  (state, from, to) -> {
                    FlowMapIdentities.Linearised jump = linearise(state.points(), from, to);
                    return new TimeGrid.State(
                        state.points().addScaled(velocity(jump.rate()), to - from),
                        state.total().add(jump.logDeterminant()));
                  });
          rows.put(start, prior.logDensity(noise.points()).add(noise.total()));
          rows.spent(new Calls(grid.jumps() * map.coordinates().moving(), 0));
        });
    return rows.estimate();
  }

  /**
   * Compares the map's divergence with its Jacobian, at the points that rows pass on their way to
   * noise.
   *
   * @param x points at time 1, [n, d]
   * @throws IllegalArgumentException if the map has no divergence
   */
  public Link link(Tensor x) {
    if (!map.hasDivergence()) {
      throw new IllegalArgumentException("a flow map without a divergence has nothing to compare");
    }
    x.requireColumns(dimensions());
    double[] sumAndMax = new double[2];
    chunks.forEach(
        x.size(0),
        (start, end) ->
            grid.downwards(
                x.rows(start, end),
                (state, from, to) -> {
                  FlowMapIdentities.Linearised jump = linearise(state.points(), from, to);
                  Tensor head = JointFlowMap.divergence(jump.rate(), dimensions());
                  Tensor gap =
                      head.to(DType.FLOAT64)
                          .addScaled(jump.logDeterminant(), -1 / (to - from))
                          .abs();
                  sumAndMax[0] += gap.sum().item();
                  sumAndMax[1] = Math.max(sumAndMax[1], gap.max().item());
                  return new TimeGrid.State(
                      state.points().addScaled(velocity(jump.rate()), to - from), state.total());
                }));
    return new Link(sumAndMax[0] / (x.size(0) * grid.jumps()), sumAndMax[1]);
  }

  private FlowMapIdentities.Linearised linearise(Tensor y, double from, double to) {
    return FlowMapIdentities.linearised(map, y, TimeGrid.column(y, from), TimeGrid.column(y, to));
  }

  private Tensor velocity(Tensor rate) {
    return JointFlowMap.velocity(rate, dimensions());
  }
}
