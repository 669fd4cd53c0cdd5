package org.f2d2.train;

import org.f2d2.likelihood.LogDensity;
import org.f2d2.sampling.Sampler;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/** The exact answers of a model: those of the flow that its few-step networks approach. */
public interface ExactValue {

  /**
   * Log-densities of points.
   *
   * @param calibrator spreads the rows
   * @param points [n, moving + conditions]
   * @return nats; NaN for a point whose ODE cannot be solved
   */
  LogDensity.Estimate logDensity(Calibrator calibrator, Tensor points);

  /**
   * The same with a finer solver or other random probes: how far it is from {@link #logDensity} is
   * what the value leaves open.
   */
  LogDensity.Estimate finer(Calibrator calibrator, Tensor points);

  /** Rows that {@link #finer} is asked about, at the most. */
  default int mostChecked() {
    return 200;
  }

  /**
   * Log-densities as they are scored, where a fit has taken cheaper ones.
   *
   * @param ofFit what the fit has
   */
  default double[] asScored(Calibrator calibrator, Tensor points, double[] ofFit) {
    return ofFit;
  }

  /** Draws points by the flow's ODE. */
  Sampler sampler(RowChunks chunks);

  /** What the value is, in words. */
  String describe();

  /** Whether it is a closed form, which one evaluation gives. */
  boolean closedForm();
}
