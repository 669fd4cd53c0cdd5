package org.f2d2.objective;

import java.util.Arrays;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Tensor;

/**
 * The squared error of a joint rate: mean over rows of | u error |² + weight · ( D error / d )².
 *
 * <p>Dividing by d makes a divergence per moving coordinate, which is of the order of a velocity.
 * The divergence of a fine structure still has a few errors that are far larger than all others and
 * would rule the layers that u and D share. A finite scale c makes such an error e count like
 * 2c|e|. That changes the minimiser where targets are noisy, so it is for those that hold no random
 * probe.
 *
 * @param divergenceWeight weight of the second part, at least 0
 * @param scale c, positive; infinite for plain squares
 */
public record JointError(double divergenceWeight, double scale) {

  /** Plain squares, both parts of the same weight. */
  public static final JointError DEFAULT = new JointError(1);

  /** Large errors of D, whose targets are exact traces, count less than by their squares. */
  public static final JointError ROBUST = new JointError(1, 1);

  /** Plain squares. */
  public JointError(double divergenceWeight) {
    this(divergenceWeight, Double.POSITIVE_INFINITY);
  }

  /** Checks the numbers. */
  public JointError {
    if (!(divergenceWeight >= 0)) {
      throw new IllegalArgumentException("the weight must be at least 0, got " + divergenceWeight);
    }
    if (!(scale > 0)) {
      throw new IllegalArgumentException("the scale must be positive, got " + scale);
    }
  }

  /**
   * The loss of a rate against a target.
   *
   * @param rate with gradients, [n, d + 1] or [n, d]
   * @param target without gradients, at least as many columns
   * @param columns what the columns of u are
   */
  Tensor of(Tensor rate, Tensor target, Coordinates columns) {
    return of(rate.sub(target.narrow(1, 0, rate.size(1))), columns);
  }

  /**
   * The loss of the two sides of an identity, the right one being the target.
   *
   * @param weight of a row
   */
  Tensor of(Sides sides, RowWeight weight, Coordinates columns) {
    int dimensions = columns.all();
    Tensor error = sides.left().sub(sides.right().detach());
    if (weight instanceof RowWeight.Equal) {
      return of(error, columns);
    }
    RowWeight.Factors factors = weight.of(JointFlowMap.velocity(error, dimensions).detach());
    Tensor roots = factors.velocity().expand(error.size(0), dimensions);
    if (error.size(1) > dimensions) {
      roots = Tensor.cat(1, roots, factors.divergence());
    }
    return of(error.mul(roots.sqrt()), columns);
  }

  /** The loss of the difference of a rate and its target. */
  Tensor of(Tensor error, Coordinates columns) {
    int dimensions = columns.all();
    Tensor scaled = error;
    if (error.size(1) > dimensions && Double.isFinite(scale)) {
      Tensor u = JointFlowMap.velocity(error, dimensions).square().sum();
      Tensor divergence = JointFlowMap.divergence(error, dimensions).div(columns.moving());
      return u.addScaled(LogDensityRegression.robust(divergence, scale).sum(), divergenceWeight)
          .mul(1.0 / error.size(0));
    }
    if (error.size(1) > dimensions) {
      double[] units = new double[dimensions + 1];
      Arrays.fill(units, 1);
      units[dimensions] = Math.sqrt(divergenceWeight) / columns.moving();
      scaled = error.mul(Tensor.of(units, error.type(), 1, units.length));
    }
    return scaled.square().sum().mul(1.0 / error.size(0));
  }
}
