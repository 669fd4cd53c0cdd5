package org.f2d2.likelihood;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * {@link ExactTrace} with the trace estimated by random probes (Hutchinson, 1989; used for flows by
 * Grathwohl et al., "FFJORD", 2019):
 *
 * <pre>
 *   div v(x,t) = E[ eᵀ (∂v/∂x) e ],   E[e eᵀ] = I
 * </pre>
 *
 * Each probe gives one unbiased estimate of the integral along the trajectory; the estimates of the
 * probes are averaged, and their spread is the standard error. One probe costs one directional
 * derivative, whatever d is.
 *
 * @param field the flow's velocity
 * @param prior the law at time 0
 * @param solver as for {@link ExactTrace}; its errors are the same
 * @param probes probes per row; from 2 on there is a standard error
 * @param law how a probe is drawn
 * @param renewal how long a probe is kept
 * @param chunks rows solved together. Probes are drawn chunk by chunk, so another size gives other
 *     probes.
 */
public record Hutchinson(
    VelocityField field,
    GaussianPrior prior,
    OdeSolver solver,
    int probes,
    ProbeLaw law,
    Renewal renewal,
    RowChunks chunks)
    implements LogDensity {

  /** The law of the coordinates of a probe. S is the symmetric part of the Jacobian. */
  public enum ProbeLaw {
    /** Signs; the variance of one evaluation is 2 Σ_{i≠j} S_ij², never more than the other's. */
    RADEMACHER,
    /** Standard normal numbers; the variance of one evaluation is 2 Σ_ij S_ij². */
    GAUSSIAN
  }

  /** How long a row keeps a probe. */
  public enum Renewal {
    /** Along the whole trajectory, so that the right side of its ODE is a function. */
    TRAJECTORY,
    /**
     * For one evaluation. The points of a trajectory do not depend on probes, so the estimate stays
     * unbiased, and what the probes of different times err by averages out: with N steps of equal
     * weight the variance is up to N times smaller at the same cost. An adaptive solver chooses its
     * steps by the points alone.
     */
    EVALUATION
  }

  /** With probes that are kept along a trajectory. */
  public Hutchinson(
      VelocityField field,
      GaussianPrior prior,
      OdeSolver solver,
      int probes,
      ProbeLaw law,
      RowChunks chunks) {
    this(field, prior, solver, probes, law, Renewal.TRAJECTORY, chunks);
  }

  /** Checks the number of probes. */
  public Hutchinson {
    if (probes < 1) {
      throw new IllegalArgumentException("probes must be at least 1, got " + probes);
    }
  }

  @Override
  public int dimensions() {
    return field.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, Rng rng) {
    int d = dimensions();
    Rows rows = new Rows(x.requireColumns(d));
    chunks.forEach(
        x.size(0),
        (start, end) -> {
          Tensor points = x.rows(start, end).to(DType.FLOAT64);
          Tensor first = Tensor.cat(1, points, TimeGrid.column(points, 0).repeat(1, probes));
          OdeSolver.Solution last = solve(first, x.type(), rng);
          Tensor noise = last.y().narrow(1, 0, d);
          Tensor integrals = last.y().narrow(1, d, probes);
          Tensor mean = integrals.meanKeep(1);
          rows.put(start, prior.logDensity(noise).add(mean));
          rows.putError(start, standardError(integrals.sub(mean)));
          rows.spent(new Calls(last.evaluations() * probes, 0));
        });
    return rows.estimate();
  }

  private OdeSolver.Solution solve(Tensor first, DType type, Rng rng) {
    long rows = first.size(0);
    return switch (renewal) {
      case TRAJECTORY -> {
        List<Tensor> directions = draw(rows, type, rng);
        yield solver.solve((state, t) -> rightSide(state, t, directions), first, 1, 0);
      }
      case EVALUATION ->
          solver.solve(
              (state, t) -> rightSide(state, t, draw(rows, type, rng)), first, 1, 0, dimensions());
    };
  }

  // The velocity and one estimate of its divergence per probe: [n, d + probes].
  private Tensor rightSide(Tensor state, double t, List<Tensor> directions) {
    Tensor points = state.narrow(1, 0, dimensions()).to(directions.get(0).type());
    Tensor time = TimeGrid.column(points, t);
    return field.probed(points, time, directions).to(DType.FLOAT64);
  }

  private List<Tensor> draw(long rows, DType type, Rng rng) {
    List<Tensor> directions = new ArrayList<>(probes);
    for (int p = 0; p < probes; p++) {
      Tensor probe =
          switch (law) {
            case RADEMACHER -> rng.rademacher(type, rows, dimensions());
            case GAUSSIAN -> rng.normal(type, rows, dimensions());
          };
      directions.add(field.coordinates().along(probe));
    }
    return directions;
  }

  private Tensor standardError(Tensor deviations) {
    if (probes == 1) {
      return deviations.zerosLike().add(Double.NaN);
    }
    return deviations.square().sumKeep(1).div((probes - 1.0) * probes).sqrt();
  }
}
