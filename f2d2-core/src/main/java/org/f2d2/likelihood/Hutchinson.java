package org.f2d2.likelihood;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
 * derivative, whatever d is. A row's probes come from its own seed, so they are the same in every
 * batch.
 *
 * @param field the flow's velocity
 * @param prior the law at time 0
 * @param solver as for {@link ExactTrace}; its errors are the same
 * @param probes probes per row; from 2 on there is a standard error
 * @param law how a probe is drawn
 * @param renewal how long a probe is kept
 * @param chunks rows solved together
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
    RADEMACHER {
      @Override
      void fill(SplittableRandom random, double[] out, int at, int count) {
        long signs = 0;
        for (int i = 0; i < count; i++) {
          signs = i % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
          out[at + i] = (signs & 1) == 0 ? -1 : 1;
        }
      }
    },
    /** Standard normal numbers; the variance of one evaluation is 2 Σ_ij S_ij². */
    GAUSSIAN {
      @Override
      void fill(SplittableRandom random, double[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
          out[at + i] = random.nextGaussian();
        }
      }
    };

    abstract void fill(SplittableRandom random, double[] out, int at, int count);
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
  public Estimate estimate(Tensor x, long[] seeds) {
    int d = dimensions();
    Rows rows = new Rows(x.requireColumns(d));
    chunks.forEach(
        x.size(0),
        (start, end) -> {
          Tensor points = x.rows(start, end).to(DType.FLOAT64);
          Tensor first =
              Tensor.cat(
                  1,
                  points,
                  TimeGrid.column(points, 0).repeat(1, probes),
                  Tensor.range(end - start, DType.FLOAT64).reshape(-1, 1));
          OdeSolver.Solution last = solve(first, x.type(), Arrays.copyOfRange(seeds, start, end));
          Tensor noise = last.y().narrow(1, 0, d);
          Tensor integrals = last.y().narrow(1, d, probes);
          Tensor mean = integrals.meanKeep(1);
          rows.put(start, prior.logDensity(noise).add(mean));
          rows.putError(start, standardError(integrals.sub(mean)));
          rows.spent(new Calls(last.evaluations() * probes, 0));
        });
    return rows.estimate();
  }

  // The last column of a state stands still: it says which row this is, and so which probes are
  // its own when the solver asks for some of the rows only.
  private OdeSolver.Solution solve(Tensor first, DType type, long[] seeds) {
    return switch (renewal) {
      case TRAJECTORY -> {
        List<Tensor> all = draw(seeds, 0, type);
        yield solver.solve(
            (state, t) -> {
              Tensor which = which(state).reshape(-1).to(DType.INT64);
              return rightSide(state, t, all.stream().map(e -> e.rows(which)).toList());
            },
            first,
            1,
            0,
            dimensions() + probes);
      }
      case EVALUATION -> {
        // A row takes part in every evaluation from the first on until it has arrived, so its
        // draws do not depend on the others.
        int[] evaluation = {0};
        yield solver.solve(
            (state, t) -> {
              double[] which = which(state).toDoubles();
              long[] own = new long[which.length];
              Arrays.setAll(own, i -> seeds[(int) which[i]]);
              return rightSide(state, t, draw(own, evaluation[0]++, type));
            },
            first,
            1,
            0,
            dimensions());
      }
    };
  }

  private Tensor which(Tensor state) {
    return state.column(dimensions() + probes);
  }

  // The velocity, one estimate of its divergence per probe, and nothing: [n, d + probes + 1].
  private Tensor rightSide(Tensor state, Tensor t, List<Tensor> directions) {
    DType type = directions.get(0).type();
    Tensor points = state.narrow(1, 0, dimensions()).to(type);
    Tensor rate = field.probed(points, t.to(type), directions).to(DType.FLOAT64);
    return Tensor.cat(1, rate, TimeGrid.column(rate, 0));
  }

  /** The probes of some rows, each drawn from the seed of its row and the number of its draw. */
  private List<Tensor> draw(long[] seeds, int number, DType type) {
    int d = dimensions();
    double[][] values = new double[probes][seeds.length * d];
    for (int r = 0; r < seeds.length; r++) {
      SplittableRandom random = new SplittableRandom(Rng.deriveSeed(seeds[r], number));
      for (double[] ofProbe : values) {
        law.fill(random, ofProbe, r * d, d);
      }
    }
    return Arrays.stream(values)
        .map(v -> field.coordinates().along(Tensor.of(v, type, seeds.length, d)))
        .toList();
  }

  private Tensor standardError(Tensor deviations) {
    if (probes == 1) {
      return deviations.zerosLike().add(Double.NaN);
    }
    return deviations.square().sumKeep(1).div((probes - 1.0) * probes).sqrt();
  }
}
