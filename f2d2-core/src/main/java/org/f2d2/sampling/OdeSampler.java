package org.f2d2.sampling;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Solves dx/dt = v(x,t) from noise at time 0 to data at time 1; with a log-density, da/dt = div v
 * beside it and log p₁(x) = log N(z; 0, σ₀² I) - a(1). The state is solved in 64 bits, the field is
 * asked in the type of the noise. An adaptive solver chooses other steps with a than without, so
 * the points of the two may differ within its tolerance.
 *
 * <p>Both throw {@link ArithmeticException} if a point of finite noise is not finite: there is no
 * such sample.
 *
 * @param field the flow's velocity
 * @param prior the law at time 0
 * @param solver any
 * @param chunks rows solved together
 */
public record OdeSampler(
    VelocityField field, GaussianPrior prior, OdeSolver solver, RowChunks chunks)
    implements Sampler {

  @Override
  public int dimensions() {
    return field.dimensions();
  }

  @Override
  public Sample from(Tensor z) {
    Tensor points = z.requireColumns(dimensions()).zerosLike();
    Calls[] calls = {Calls.NONE};
    OdeSolver.RightSide velocity =
        (state, t) -> {
          Tensor x = state.to(z.type());
          return field.velocity(x, t.to(z.type())).to(DType.FLOAT64);
        };
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          Tensor noise = z.rows(start, end).to(DType.FLOAT64);
          OdeSolver.Solution data = solver.solve(velocity, noise, 0, 1);
          points.rows(start, end).copyInPlace(solved(data.y(), noise));
          calls[0] = calls[0].max(new Calls(data.evaluations(), 0));
        });
    return new Sample(points, calls[0]);
  }

  @Override
  public ScoredSample scoredFrom(Tensor z) {
    int d = dimensions();
    Tensor points = z.requireColumns(d).zerosLike();
    double[] logDensity = new double[Math.toIntExact(z.size(0))];
    Calls[] calls = {Calls.NONE};
    OdeSolver.RightSide joint =
        (state, t) -> {
          Tensor x = state.narrow(1, 0, d).to(z.type());
          return field.joint(x, t.to(z.type())).to(DType.FLOAT64);
        };
    chunks.forEach(
        z.size(0),
        (start, end) -> {
          Tensor noise = z.rows(start, end).to(DType.FLOAT64);
          Tensor first = Tensor.cat(1, noise, TimeGrid.column(noise, 0));
          OdeSolver.Solution data = solver.solve(joint, first, 0, 1);
          solved(data.y(), noise);
          points.rows(start, end).copyInPlace(data.y().narrow(1, 0, d));
          double[] values = prior.logDensity(noise).sub(data.y().column(d)).toDoubles();
          System.arraycopy(values, 0, logDensity, start, values.length);
          calls[0] = calls[0].max(new Calls(data.evaluations(), 0));
        });
    return new ScoredSample(points, logDensity, calls[0]);
  }

  private static Tensor solved(Tensor y, Tensor noise) {
    if (noise.allFinite() && !y.allFinite()) {
      throw new ArithmeticException("the ODE of a sample has no solution that is finite");
    }
    return y;
  }
}
