package org.f2d2.likelihood;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * The instantaneous change of variables with the whole trace of the Jacobian (Chen, Rubanova,
 * Bettencourt and Duvenaud, "Neural Ordinary Differential Equations", 2018): one ODE for the point
 * and for a, from time 1 to 0,
 *
 * <pre>
 *   dx/dt = v(x,t),   da/dt = div v(x,t),   a(1) = 0
 *   log p₁(x) = log N(x(0); 0, σ₀² I) + a(0)
 * </pre>
 *
 * Its only error is the solver's. With Euler's method this is the usual baseline of few steps,
 * whose first evaluation is at time 1. The state is solved in 64 bits; the field is asked in the
 * type of the rows.
 *
 * @param field the flow's velocity
 * @param prior the law at time 0
 * @param solver an adaptive one for a reference, fixed steps for a baseline
 * @param chunks rows solved together
 */
public record ExactTrace(
    VelocityField field, GaussianPrior prior, OdeSolver solver, RowChunks chunks)
    implements LogDensity {

  @Override
  public int dimensions() {
    return field.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    return estimate(x);
  }

  /** {@link #estimate(Tensor, long[])}, which draws nothing. */
  public Estimate estimate(Tensor x) {
    int d = dimensions();
    Rows rows = new Rows(x.requireColumns(d));
    DType type = x.type();
    OdeSolver.RightSide joint =
        (state, t) -> {
          Tensor points = state.narrow(1, 0, d).to(type);
          return field.joint(points, t.to(type)).to(DType.FLOAT64);
        };
    chunks.forEach(
        x.size(0),
        (start, end) -> {
          Tensor points = x.rows(start, end).to(DType.FLOAT64);
          Tensor first = Tensor.cat(1, points, TimeGrid.column(points, 0));
          OdeSolver.Solution last = solver.solve(joint, first, 1, 0);
          Tensor noise = last.y().narrow(1, 0, d);
          rows.put(start, prior.logDensity(noise).add(last.y().column(d)));
          rows.spent(new Calls(last.evaluations(), 0));
        });
    return rows.estimate();
  }
}
