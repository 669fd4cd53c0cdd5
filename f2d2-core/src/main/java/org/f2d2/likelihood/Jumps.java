package org.f2d2.likelihood;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.plain.JumpsAt;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * The log-density from K jumps of a joint flow map ("Joint Distillation for Fast Likelihood
 * Evaluation and Sampling in Flow-based Models", arXiv 2512.02636; its D has the other sign): for
 * each jump of the grid from time t down to s,
 *
 * <pre>
 *   (u, D) = f(y,t,s),   a += (s-t) D,   y += (s-t) u
 *   log p₁(x) = log N(y; 0, σ₀² I) + a                    y = x and a = 0 at the start
 * </pre>
 *
 * With a perfect map this is exact for every grid. With a learned one the result is as good as the
 * head that gives D, which nothing forces to agree with the map: see {@link
 * ChangeOfVariables#link}.
 *
 * @param map with a divergence
 * @param prior the law at time 0
 * @param grid where the jumps begin and end
 * @param query {@link BackwardQuery#DOWNWARDS} for every model of this project
 * @param chunks rows that jump together
 */
public record Jumps(
    JointFlowMap map, GaussianPrior prior, TimeGrid grid, BackwardQuery query, RowChunks chunks)
    implements LogDensity {

  /** Checks that the map has a divergence. */
  public Jumps {
    if (!map.hasDivergence()) {
      throw new IllegalArgumentException(
          "a flow map without a divergence has no log-density from its jumps");
    }
  }

  /** Asks the map for the jumps that are wanted. */
  public Jumps(JointFlowMap map, GaussianPrior prior, TimeGrid grid) {
    this(map, prior, grid, BackwardQuery.DOWNWARDS, RowChunks.DEFAULT);
  }

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
          TimeGrid.State noise = grid.downwards(x.rows(start, end), this::jump);
          rows.put(start, prior.logDensity(noise.points()).add(noise.total()));
          rows.spent(new Calls(grid.jumps(), 0));
        });
    return rows.estimate();
  }

  /** The log-density of one point, with the map's parameters as they are now. */
  public PointFunction atPoint() {
    List<JumpsAt.Jump> jumps = new ArrayList<>();
    for (int i = grid.jumps(); i > 0; i--) {
      double from = grid.time(i);
      double to = grid.time(i - 1);
      jumps.add(
          new JumpsAt.Jump(
              map.rateAtPoint(query.sourceTime(from, to), query.targetTime(from, to)), to - from));
    }
    return new JumpsAt(jumps, y -> new double[] {prior.logDensity(y)});
  }

  private TimeGrid.State jump(TimeGrid.State state, double from, double to) {
    Tensor y = state.points();
    Tensor rate = map.rate(y, query.sourceTime(from, to), query.targetTime(from, to));
    Tensor u = JointFlowMap.velocity(rate, dimensions());
    Tensor divergence = JointFlowMap.divergence(rate, dimensions()).to(DType.FLOAT64);
    return new TimeGrid.State(
        y.addScaled(u, to - from), state.total().addScaled(divergence, to - from));
  }
}
