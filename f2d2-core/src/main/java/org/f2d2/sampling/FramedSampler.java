package org.f2d2.sampling;

import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * {@link OdeSampler} of a field that is solved in the frame of a Gaussian flow.
 *
 * @param field in the frame
 * @param solver any
 * @param chunks rows solved together
 */
public record FramedSampler(FramedVelocity field, OdeSolver solver, RowChunks chunks)
    implements Sampler {

  @Override
  public int dimensions() {
    return field.dimensions();
  }

  @Override
  public GaussianPrior prior() {
    return GaussianPrior.standard(field.conditions());
  }

  private OdeSampler within() {
    return new OdeSampler(field, prior(), solver, chunks);
  }

  @Override
  public Sample from(Tensor z) {
    Sample framed = within().from(in(z));
    return new Sample(out(framed.points(), z), framed.calls());
  }

  @Override
  public ScoredSample scoredFrom(Tensor z) {
    ScoredSample framed = within().scoredFrom(in(z));
    GaussianFrame frame = field.frame();
    double volume = frame.logDeterminant(Tensor.full(1, DType.FLOAT64, 1, 1)).item();
    double[] logDensity = framed.logDensity().clone();
    for (int i = 0; i < logDensity.length; i++) {
      logDensity[i] -= volume;
    }
    return new ScoredSample(out(framed.points(), z), logDensity, framed.calls());
  }

  /** Noise in the frame, where it has the same law. */
  private Tensor in(Tensor z) {
    Coordinates c = field.coordinates();
    return c.withConditions(
        field.frame().in(c.moving(z.requireColumns(dimensions())), TimeGrid.column(z, 0)), z);
  }

  private Tensor out(Tensor xi, Tensor z) {
    Coordinates c = field.coordinates();
    return c.withConditions(field.frame().out(c.moving(xi), TimeGrid.column(xi, 1)), z);
  }
}
