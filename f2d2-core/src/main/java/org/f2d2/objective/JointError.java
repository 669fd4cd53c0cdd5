package org.f2d2.objective;

import java.util.Arrays;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Tensor;

/**
 * The squared error of a joint rate: mean over rows of | u error |² + weight · ( D error / d )².
 *
 * <p>Dividing by d makes a divergence per coordinate, which is of the order of a velocity.
 *
 * @param divergenceWeight weight of the second part, at least 0
 */
public record JointError(double divergenceWeight) {

  /** Both parts weigh the same. */
  public static final JointError DEFAULT = new JointError(1);

  /** Checks the weight. */
  public JointError {
    if (!(divergenceWeight >= 0)) {
      throw new IllegalArgumentException("the weight must be at least 0, got " + divergenceWeight);
    }
  }

  /**
   * The loss of a rate against a target.
   *
   * @param rate with gradients, [n, d + 1] or [n, d]
   * @param target without gradients, at least as many columns
   * @param dimensions d
   */
  Tensor of(Tensor rate, Tensor target, int dimensions) {
    return of(rate.sub(target.narrow(1, 0, rate.size(1))), dimensions);
  }

  /**
   * The loss of the two sides of an identity, the right one being the target.
   *
   * @param weight of a row
   */
  Tensor of(Sides sides, RowWeight weight, int dimensions) {
    Tensor error = sides.left().sub(sides.right().detach());
    if (weight instanceof RowWeight.Equal) {
      return of(error, dimensions);
    }
    RowWeight.Factors factors = weight.of(JointFlowMap.velocity(error, dimensions).detach());
    Tensor roots = factors.velocity().expand(error.size(0), dimensions);
    if (error.size(1) > dimensions) {
      roots = Tensor.cat(1, roots, factors.divergence());
    }
    return of(error.mul(roots.sqrt()), dimensions);
  }

  /** The loss of the difference of a rate and its target. */
  Tensor of(Tensor error, int dimensions) {
    Tensor scaled = error;
    if (error.size(1) > dimensions) {
      double[] units = new double[dimensions + 1];
      Arrays.fill(units, 1);
      units[dimensions] = Math.sqrt(divergenceWeight) / dimensions;
      scaled = error.mul(Tensor.of(units, error.type(), 1, units.length));
    }
    return scaled.square().sum().mul(1.0 / error.size(0));
  }
}
