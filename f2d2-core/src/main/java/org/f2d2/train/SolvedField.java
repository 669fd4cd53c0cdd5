package org.f2d2.train;

import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.sampling.OdeSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * The exact answers of a velocity field, solved as it is.
 *
 * @param field of the model
 */
public record SolvedField(VelocityField field) implements ExactValue {

  /** Two batches may take other steps, and then differ by so much. */
  private static final double SAMPLER_TOLERANCE = 1e-6;

  private static final int SAMPLER_STEPS = 2000;

  @Override
  public LogDensity.Estimate logDensity(Calibrator calibrator, Tensor points) {
    return calibrator.exact(field, points);
  }

  @Override
  public LogDensity.Estimate finer(Calibrator calibrator, Tensor points) {
    return calibrator.finer(field, points);
  }

  @Override
  public Sampler sampler(RowChunks chunks) {
    return new OdeSampler(
        field,
        GaussianPrior.standard(field.conditions()),
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, SAMPLER_TOLERANCE, SAMPLER_STEPS),
        chunks);
  }

  @Override
  public String describe() {
    return ExactDensity.describe(field);
  }

  @Override
  public boolean closedForm() {
    return Distillation.closedForm(field);
  }
}
