package org.f2d2.train;

import java.util.List;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.Potential;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.BackwardQuery;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.Jumps;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.likelihood.PotentialDensity;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/** Log-densities of images in model space, by few evaluations or exactly, over all workers. */
public final class ImageDensities {

  /** Numbers of evaluations that have a stated error bound. */
  public static final List<Integer> CALIBRATED = List.of(1, 2, 4, 8);

  /** Tolerance of the adaptive solver behind every exact value. */
  public static final double TOLERANCE = 1e-3;

  /** Random probes of an exact value. */
  public static final int PROBES = 10;

  /** Those of the many exact values that a fit is judged by. */
  static final int PROBES_OF_A_FIT = 4;

  private static final int MOST_STEPS = 500;
  private static final int CHUNK = 25;

  private final Calibrator calibrator;

  /** Spreads images over the workers of a pool. */
  public ImageDensities(WorkerPool pool) {
    this.calibrator = new Calibrator(pool);
  }

  /** What the exact value is, in words. */
  public static String describe() {
    return "the teacher's own ODE in the coordinates of its Gaussian base by Dormand-Prince,"
        + " tolerance "
        + TOLERANCE
        + ", Hutchinson trace with "
        + PROBES
        + " probes of what the network adds, fresh ones at each evaluation";
  }

  /**
   * The teacher's log-densities.
   *
   * @param rows [n, d + c]
   * @return nats, with the standard error of the probes
   */
  public LogDensity.Estimate exact(FramedVelocity teacher, Tensor rows) {
    return exact(teacher, rows, TOLERANCE, PROBES);
  }

  /** {@link #exact(FramedVelocity, Tensor)} with another solver. */
  public LogDensity.Estimate exact(
      FramedVelocity teacher, Tensor rows, double tolerance, int probes) {
    Hutchinson density =
        new Hutchinson(
            teacher,
            GaussianPrior.standard(teacher.conditions()),
            new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, tolerance, MOST_STEPS),
            probes,
            Hutchinson.ProbeLaw.RADEMACHER,
            Hutchinson.Renewal.EVALUATION,
            new RowChunks(CHUNK));
    Tensor wide = rows.to(DType.FLOAT64);
    Coordinates c = teacher.coordinates();
    Tensor framed = teacher.frame().in(c.moving(wide), TimeGrid.column(wide, 1));
    Tensor xi = c.withConditions(framed, wide).to(rows.type());
    // Of the rows as they came: what the frame makes of them depends on its kernel's last digit.
    long[] seeds = Calibrator.seeds(rows, Calibrator.ANSWER);
    LogDensity.Estimate solved =
        Autograd.noGrad(() -> calibrator.estimate(density, xi, seeds, CHUNK));
    double volume = teacher.frame().logDeterminant(Tensor.full(1, DType.FLOAT64, 1, 1)).item();
    double[] logDensity = solved.logDensity().clone();
    for (int i = 0; i < logDensity.length; i++) {
      logDensity[i] -= volume;
    }
    return new LogDensity.Estimate(logDensity, solved.standardError(), solved.calls());
  }

  /** Log-densities by the jumps of a map with a divergence, nats. */
  public double[] jumps(JointFlowMap map, int k, Tensor rows) {
    LogDensity density =
        new Jumps(
            map,
            GaussianPrior.standard(map.conditions()),
            TimeGrid.uniform(k),
            BackwardQuery.DOWNWARDS,
            new RowChunks(CHUNK));
    return Autograd.noGrad(() -> calibrator.estimate(density, rows, CHUNK).logDensity());
  }

  /** Log-densities by one evaluation of a potential, nats. */
  public double[] potential(Potential potential, Tensor rows) {
    LogDensity density = new PotentialDensity(potential);
    return Autograd.noGrad(() -> calibrator.estimate(density, rows, CHUNK).logDensity());
  }
}
