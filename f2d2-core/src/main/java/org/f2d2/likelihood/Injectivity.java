package org.f2d2.likelihood;

import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Whether the jumps of a map are one to one where samples pass, which the density by their
 * determinants takes for granted: where a map folds, several points of noise make one sample, their
 * densities would have to be added, and weights by one of them alone are too large.
 *
 * @param rows that were looked at
 * @param negative how many of them met a Jacobian whose determinant is not positive: a map that is
 *     one to one and close to the identity at small jumps turns no space inside out
 * @param cycleError root mean square of |x - X_{t,s}(X_{s,t}(x))| over all jumps, the way back
 *     being the map's own; 0 for the exact map
 * @param worstCycle the largest of these
 */
public record Injectivity(long rows, long negative, double cycleError, double worstCycle) {

  /** Whether nothing speaks against the map being one to one. */
  public boolean holds() {
    return negative == 0;
  }

  /**
   * Looks along the way of samples.
   *
   * @param noise where samples begin, [n, d] and conditions
   */
  public static Injectivity along(JointFlowMap map, TimeGrid grid, Tensor noise, RowChunks chunks) {
    long[] negative = {0};
    double[] squaresAndWorst = new double[2];
    chunks.forEach(
        noise.size(0),
        (start, end) -> {
          TimeGrid.State walked =
              grid.upwards(
                  noise.rows(start, end),
                  (state, from, to) -> step(map, state, from, to, squaresAndWorst));
          for (double folds : walked.total().toDoubles()) {
            negative[0] += folds > 0 ? 1 : 0;
          }
        });
    return new Injectivity(
        noise.size(0),
        negative[0],
        Math.sqrt(squaresAndWorst[0] / (noise.size(0) * grid.jumps())),
        squaresAndWorst[1]);
  }

  private static TimeGrid.State step(
      JointFlowMap map, TimeGrid.State state, double from, double to, double[] squaresAndWorst) {
    Tensor x = state.points();
    Tensor s = TimeGrid.column(x, from);
    Tensor t = TimeGrid.column(x, to);
    FlowMapIdentities.Linearised jump = FlowMapIdentities.linearised(map, x, s, t);
    Tensor end = JointFlowMap.jump(x, s, t, jump.rate());
    Tensor back = JointFlowMap.jump(end, t, s, map.rate(end, t, s));
    for (double square : back.sub(x).square().sum(1).toDoubles()) {
      squaresAndWorst[0] += square;
      squaresAndWorst[1] = Math.max(squaresAndWorst[1], Math.sqrt(square));
    }
    Tensor folds = jump.jacobian().signOfDeterminant().unsqueeze(1).lessThan(0.5);
    return new TimeGrid.State(end, state.total().add(folds.to(state.total().type())));
  }
}
