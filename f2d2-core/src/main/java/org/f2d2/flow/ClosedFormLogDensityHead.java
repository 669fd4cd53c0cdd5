package org.f2d2.flow;

import java.util.Arrays;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * The log-density head of a flow in closed form, φ = log p_base, in 64 bits.
 *
 * @param base the flow
 * @param conditions columns of a point that stand still, after those of the flow
 */
public record ClosedFormLogDensityHead(ClosedFormFlow base, int conditions)
    implements LogDensityHead {

  @Override
  public int dimensions() {
    return base.dimensions() + conditions;
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return base.logDensity(moving(x), t.to(DType.FLOAT64));
  }

  @Override
  public Tensor logDensity(Tensor x, double t) {
    return base.logDensity(moving(x), t);
  }

  private Tensor moving(Tensor x) {
    return x.narrow(1, 0, base.dimensions()).to(DType.FLOAT64);
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    PointFunction closed = base.logDensityAtPoint(t);
    return x -> closed.at(conditions == 0 ? x : Arrays.copyOf(x, base.dimensions()));
  }
}
