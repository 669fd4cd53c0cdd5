package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow in the plane to the product of two copies of a density on the line, turned by an angle.
 *
 * <p>With rows p and q = p R, R = [[cos, -sin], [sin, cos]], the coordinates of q move
 * independently along {@link QuantileFlow}; velocities are turned back by Rᵀ, and the divergence, D
 * and the log-density add over the two. Noise has the same law in every direction, so turning does
 * not disturb it.
 *
 * @param axis the flow of each coordinate
 * @param angle in radians
 */
public record RotatedProductFlow(QuantileFlow axis, double angle)
    implements ClosedFormFlow, JointFlowMap {

  /** Two copies of {@link QuantileFlow#reference}, turned by 0.7. */
  public static RotatedProductFlow reference(double noiseScale) {
    return new RotatedProductFlow(QuantileFlow.reference(noiseScale), 0.7);
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public double noiseScale() {
    return axis.noiseScale();
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return turnBack(axis.joint(coordinates(x), perCoordinate(t)));
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return turnBack(axis.rate(coordinates(x), perCoordinate(s), perCoordinate(t)));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return axis.logDensity(coordinates(x), perCoordinate(t)).reshape(-1, 2).sumKeep(1);
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return axis.sample(2 * n, rng).reshape(n, 2).matmul(rotation(DType.FLOAT64).transpose());
  }

  // The two coordinates of q as rows of their own, [2n, 1], so that one call serves both.
  private Tensor coordinates(Tensor x) {
    return x.matmul(rotation(x.type())).reshape(-1, 1);
  }

  private static Tensor perCoordinate(Tensor t) {
    return Tensor.cat(1, t, t).reshape(-1, 1);
  }

  // [2n, 2] rates of the coordinates to [n, 3]
  private Tensor turnBack(Tensor rates) {
    Tensor velocity = rates.column(0).reshape(-1, 2).matmul(rotation(rates.type()).transpose());
    return Tensor.cat(1, velocity, rates.column(1).reshape(-1, 2).sumKeep(1));
  }

  private Tensor rotation(DType type) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return Tensor.of(new double[] {c, -s, s, c}, type, 2, 2);
  }
}
