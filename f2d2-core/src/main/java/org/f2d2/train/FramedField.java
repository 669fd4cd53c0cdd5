package org.f2d2.train;

import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.sampling.FramedSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * The exact answers of a teacher that corrects a Gaussian law of the data, solved in the
 * coordinates in which that law's flow stands still.
 *
 * @param field the teacher in these coordinates
 */
public record FramedField(FramedVelocity field) implements ExactValue {

  /** Tolerance of the adaptive solver behind every exact value. */
  public static final double TOLERANCE = 1e-3;

  /** Random probes of an exact value. */
  public static final int PROBES = 10;

  /** Those of the many exact values that a fit is judged by. */
  static final int PROBES_OF_A_FIT = 4;

  private static final int MOST_STEPS = 500;
  private static final int MOST_CHECKED = 24;

  @Override
  public LogDensity.Estimate logDensity(Calibrator calibrator, Tensor points) {
    return logDensity(calibrator, points, TOLERANCE, PROBES);
  }

  /** {@link #logDensity(Calibrator, Tensor)} with another solver. */
  public LogDensity.Estimate logDensity(
      Calibrator calibrator, Tensor points, double tolerance, int probes) {
    int chunk = field.network().rowsAtATime();
    Hutchinson density =
        new Hutchinson(
            field,
            GaussianPrior.standard(field.conditions()),
            new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, tolerance, MOST_STEPS),
            probes,
            Hutchinson.ProbeLaw.RADEMACHER,
            Hutchinson.Renewal.EVALUATION,
            new RowChunks(chunk));
    Tensor wide = points.to(DType.FLOAT64);
    Coordinates c = field.coordinates();
    Tensor framed = field.frame().in(c.moving(wide), TimeGrid.column(wide, 1));
    Tensor xi = c.withConditions(framed, wide).to(points.type());
    // Of the rows as they came: what the frame makes of them depends on its kernel's last digit.
    long[] seeds = Calibrator.seeds(points, Calibrator.ANSWER);
    LogDensity.Estimate solved =
        Autograd.noGrad(() -> calibrator.estimate(density, xi, seeds, chunk));
    double volume = field.frame().logDeterminant(Tensor.full(1, DType.FLOAT64, 1, 1)).item();
    double[] logDensity = solved.logDensity().clone();
    for (int i = 0; i < logDensity.length; i++) {
      logDensity[i] -= volume;
    }
    return new LogDensity.Estimate(logDensity, solved.standardError(), solved.calls());
  }

  @Override
  public LogDensity.Estimate finer(Calibrator calibrator, Tensor points) {
    return logDensity(calibrator, points, TOLERANCE / 10, 2 * PROBES);
  }

  @Override
  public int mostChecked() {
    return MOST_CHECKED;
  }

  @Override
  public double[] asScored(Calibrator calibrator, Tensor points, double[] ofFit) {
    return logDensity(calibrator, points).logDensity();
  }

  @Override
  public Sampler sampler(RowChunks chunks) {
    return sampler(
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, TOLERANCE, MOST_STEPS), chunks);
  }

  /** {@link #sampler(RowChunks)} with another solver. */
  public Sampler sampler(OdeSolver solver, RowChunks chunks) {
    return new FramedSampler(field, solver, chunks);
  }

  @Override
  public String describe() {
    return "the teacher's own ODE in the coordinates of its Gaussian base by Dormand-Prince,"
        + " tolerance "
        + TOLERANCE
        + ", Hutchinson trace with "
        + PROBES
        + " probes of what the network adds, fresh ones at each evaluation";
  }

  @Override
  public boolean closedForm() {
    return false;
  }
}
