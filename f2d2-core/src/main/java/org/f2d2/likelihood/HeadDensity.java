package org.f2d2.likelihood;

import org.f2d2.flow.Calls;
import org.f2d2.flow.LogDensityHead;
import org.f2d2.tensor.Tensor;

/**
 * The log-density that a log-density head states, log p₁(x) = φ(x, 1): one evaluation, no jump.
 *
 * @param logDensityHead any
 */
public record HeadDensity(LogDensityHead logDensityHead) implements LogDensity {

  @Override
  public int dimensions() {
    return logDensityHead.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    double[] values = logDensityHead.logDensity(x.requireColumns(dimensions()), 1).toDoubles();
    return new Estimate(values, new double[values.length], new Calls(1, 0));
  }
}
