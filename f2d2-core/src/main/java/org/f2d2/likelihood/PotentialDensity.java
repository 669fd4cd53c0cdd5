package org.f2d2.likelihood;

import org.f2d2.flow.Calls;
import org.f2d2.flow.Potential;
import org.f2d2.tensor.Tensor;

/**
 * The log-density that a potential states, log p₁(x) = φ(x, 1): one evaluation, no jump.
 *
 * @param potential any
 */
public record PotentialDensity(Potential potential) implements LogDensity {

  @Override
  public int dimensions() {
    return potential.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    double[] values = potential.logDensity(x.requireColumns(dimensions()), 1).toDoubles();
    return new Estimate(values, new double[values.length], new Calls(1, 0));
  }
}
