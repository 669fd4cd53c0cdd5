package org.f2d2.train;

import java.util.Optional;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.ClosedFormLogDensityHead;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.likelihood.HeadDensity;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.tensor.RowChunks;

/** What the exact value of a field is: its closed form, or its own ODE solved. */
final class ExactDensity {

  /** Tolerance of the adaptive solver behind every exact value. */
  static final double TOLERANCE = 1e-5;

  /** Most dimensions for which the whole trace is taken; beyond, random probes estimate it. */
  static final int MOST_EXACT_DIMENSIONS = 64;

  private static final int PROBES = 16;
  private static final int MOST_STEPS = 2000;
  private static final RowChunks CHUNKS = new RowChunks(512);

  private ExactDensity() {}

  /** The estimator behind the exact value of a field. */
  static LogDensity of(VelocityField field) {
    Optional<ClosedFormLogDensityHead> closed = closedForm(field);
    if (closed.isPresent()) {
      return new HeadDensity(closed.get());
    }
    OdeSolver solver = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, TOLERANCE, MOST_STEPS);
    if (field.dimensions() <= MOST_EXACT_DIMENSIONS) {
      return new ExactTrace(field, GaussianPrior.standard(field.conditions()), solver, CHUNKS);
    }
    return new Hutchinson(
        field,
        GaussianPrior.standard(field.conditions()),
        solver,
        PROBES,
        Hutchinson.ProbeLaw.RADEMACHER,
        CHUNKS);
  }

  /** The log-density of a field that is a closed form and nothing else. */
  private static Optional<ClosedFormLogDensityHead> closedForm(VelocityField field) {
    return field instanceof NetworkVelocity velocity ? velocity.closedForm() : Optional.empty();
  }

  /** What the exact value is, in words. */
  static String describe(VelocityField field) {
    if (closedForm(field).isPresent()) {
      return "the model's own density, which is a closed form";
    }
    String trace =
        field.dimensions() <= MOST_EXACT_DIMENSIONS
            ? "exact trace"
            : "Hutchinson trace with " + PROBES + " probes";
    return "the model's own ODE by Dormand-Prince, tolerance " + TOLERANCE + ", " + trace;
  }

  /** The same of a solver that errs less, to see how far an answer is off. */
  static LogDensity finer(VelocityField field) {
    if (closedForm(field).isPresent()) {
      return of(field);
    }
    OdeSolver solver =
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, TOLERANCE / 10, 2 * MOST_STEPS);
    return field.dimensions() <= MOST_EXACT_DIMENSIONS
        ? new ExactTrace(field, GaussianPrior.standard(field.conditions()), solver, CHUNKS)
        : of(field);
  }
}
