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
 * The density that the K-jump samples of a map have, at given points: each jump is undone by
 * Newton's method, which begins at the map's own jump back,
 *
 * <pre>
 *   y ← x + (s-t) u(x,t,s),   y ← y - J(y)⁻¹ ( y + (t-s) u(y,s,t) - x ),   J = I + (t-s) ∇u
 *   log q(x) = log N(y₀; 0, σ₀² I) - Σ log |det J(y_k)|
 * </pre>
 *
 * <p>{@link ChangeOfVariables} asks the map's jumps back for another density, which is this one
 * only as far as the two ways are each other's inverse; samples and weights need this one.
 *
 * @param map with or without a divergence, which is not asked
 * @param prior the law at time 0
 * @param grid where the jumps begin and end
 * @param iterations most Newton steps of a jump; two are usual
 * @param chunks rows that are undone together
 */
public record InverseJumps(
    JointFlowMap map, GaussianPrior prior, TimeGrid grid, int iterations, RowChunks chunks)
    implements LogDensity {

  /** Relative to the size of a point; what single precision leaves is above it. */
  private static final double TOLERANCE = 1e-7;

  /** Ten Newton steps at most. */
  public InverseJumps(JointFlowMap map, GaussianPrior prior, TimeGrid grid) {
    this(map, prior, grid, 10, RowChunks.DEFAULT);
  }

  /** Checks the number. */
  public InverseJumps {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, got " + iterations);
    }
  }

  /**
   * Points that were led back.
   *
   * @param estimate their log-densities
   * @param residual of each row, the largest |X_{s,t}(y) - x| of its jumps: where it is not small,
   *     the map has no such sample, or Newton's method did not find what makes it
   */
  public record Inverted(Estimate estimate, double[] residual) {}

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    return invert(x).estimate();
  }

  /** {@link #estimate}, and how far the points that were found are from where they should lead. */
  public Inverted invert(Tensor x) {
    Rows rows = new Rows(x.requireColumns(dimensions()));
    double[] residual = new double[Math.toIntExact(x.size(0))];
    chunks.forEach(
        x.size(0),
        (start, end) -> {
          int[] passes = {0};
          double[] worst = new double[end - start];
          TimeGrid.State noise =
              grid.downwards(
                  x.rows(start, end), (state, from, to) -> undo(state, from, to, worst, passes));
          rows.put(start, prior.logDensity(noise.points()).sub(noise.total()));
          rows.spent(new Calls(passes[0], 0));
          System.arraycopy(worst, 0, residual, start, worst.length);
        });
    return new Inverted(rows.estimate(), residual);
  }

  /** The state before the jump from {@code to} up to {@code from}. */
  private TimeGrid.State undo(
      TimeGrid.State state, double from, double to, double[] worst, int[] passes) {
    Tensor x = state.points();
    Tensor t = TimeGrid.column(x, from);
    Tensor s = TimeGrid.column(x, to);
    int d = map.coordinates().moving();
    Tensor y = JointFlowMap.jump(x, t, s, map.rate(x, t, s));
    passes[0]++;
    double close = TOLERANCE * (1 + x.abs().max().item());
    for (int i = 0; ; i++) {
      FlowMapIdentities.Linearised jump = FlowMapIdentities.linearised(map, y, s, t);
      passes[0] += d;
      Tensor miss =
          JointFlowMap.jump(y, s, t, jump.rate()).sub(x).narrow(1, 0, d).to(DType.FLOAT64);
      double[] lengths = miss.square().sum(1).sqrt().toDoubles();
      double largest = 0;
      for (double length : lengths) {
        largest = length <= largest ? largest : length;
      }
      if (largest <= close || i == iterations) {
        for (int row = 0; row < lengths.length; row++) {
          worst[row] = lengths[row] <= worst[row] ? worst[row] : lengths[row];
        }
        return new TimeGrid.State(y, state.total().add(jump.logDeterminant()));
      }
      Tensor step = jump.jacobian().solve(miss.unsqueeze(2)).narrow(2, 0, 1).reshape(-1, d);
      y = y.sub(map.coordinates().still(step.to(y.type())));
    }
  }
}
