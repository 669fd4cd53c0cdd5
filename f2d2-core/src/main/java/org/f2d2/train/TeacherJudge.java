package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * How likely the selection rows are under a teacher: what pilots are chosen by, and which
 * parameters are kept.
 */
final class TeacherJudge {

  /** Nats per row that a costlier candidate must win, and standard errors of that gain. */
  private static final double CLEAR_GAIN = 0.003;

  private static final double STANDARD_ERRORS = 2;

  /** Rows that the best parameters are chosen on. */
  static final int MOST_ROWS = 1000;

  /** Rows judged at once on a worker. */
  private static final int JUDGED_AT_ONCE = 64;

  /** Columns up to which so many are judged; fewer where each takes longer. */
  private static final int WHOLE_PART_COLUMNS = 64;

  /** Up to as many columns the whole trace is taken when a teacher is judged. */
  private static final int MOST_TRACED = 12;

  private static final int JUDGING_PROBES = 2;

  /** Steps of the classical Runge–Kutta method for a held-out likelihood. */
  private static final int PILOT_ODE_STEPS = 20;

  private final FitData data;
  private final FitSession session;

  TeacherJudge(FitData data, FitSession session) {
    this.data = data;
    this.session = session;
  }

  /** Mean negative log-density of the first selection rows in model space; NaN ranks last. */
  double negativeLogLikelihood(NetworkVelocity velocity, long most, WorkerPool pool) {
    return -mean(logDensities(velocity, most, pool));
  }

  /** How many rows one look has, where nobody says otherwise. */
  long rows() {
    return Math.min(MOST_ROWS, mostJudged());
  }

  private long mostJudged() {
    return Math.min(4L * data.exactRows(), data.selection().size(0));
  }

  /** Log-densities of the first selection rows in model space, nats. */
  double[] logDensities(NetworkVelocity velocity, long most, WorkerPool pool) {
    long rows = Math.min(most, mostJudged());
    int atOnce =
        Math.max(
            4, Math.min(JUDGED_AT_ONCE, WHOLE_PART_COLUMNS * JUDGED_AT_ONCE / data.dimensions()));
    int parts = (int) ((rows + atOnce - 1) / atOnce);
    LogDensity density = density(velocity);
    List<double[]> densities = new ArrayList<>();
    StopRequest stop = session.stopRequest(TeacherFit.STAGE);
    for (int from = 0; from < parts; from += pool.size()) {
      stop.run();
      int begin = from;
      densities.addAll(
          pool.map(
              Math.min(pool.size(), parts - from),
              p -> {
                long start = (begin + p) * (long) atOnce;
                try (Scope scope = Scope.open()) {
                  Tensor part = data.selection().rows(start, Math.min(rows, start + atOnce));
                  return density.estimate(part, new Rng(start)).logDensity();
                }
              }));
    }
    return densities.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /** Whether a field beats one that costs less: by more than chance may. */
  static boolean clearlyBetter(double[] a, double[] b) {
    double gain = mean(a) - mean(b);
    double variance = 0;
    for (int i = 0; i < a.length; i++) {
      variance += Math.pow(a[i] - b[i] - gain, 2) / a.length;
    }
    // A candidate whose density is not a number is not better, and loses to any that has one.
    return Double.isFinite(mean(a))
        && (!Double.isFinite(mean(b))
            || gain > CLEAR_GAIN + STANDARD_ERRORS * Math.sqrt(variance / a.length));
  }

  /** The mean of some log-densities; NaN ranks last. */
  static double mean(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    return Double.isNaN(mean) ? Double.NEGATIVE_INFINITY : mean;
  }

  /**
   * What judges a teacher: with many columns random probes, the same whenever it is judged, whose
   * errors the mean over the rows evens out.
   */
  private static LogDensity density(NetworkVelocity velocity) {
    GaussianPrior prior = GaussianPrior.standard(velocity.conditions());
    OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.RK4, PILOT_ODE_STEPS);
    return velocity.dimensions() - velocity.conditions() <= MOST_TRACED
        ? new ExactTrace(velocity, prior, solver, RowChunks.DEFAULT)
        : new Hutchinson(
            velocity,
            prior,
            solver,
            JUDGING_PROBES,
            Hutchinson.ProbeLaw.RADEMACHER,
            RowChunks.DEFAULT);
  }
}
