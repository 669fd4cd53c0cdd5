package org.f2d2.objective;

import org.f2d2.flow.LogDensityHead;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Regression of a log-density head on the log-densities along a teacher's trajectories:
 *
 * <pre>  L = E h( φ(X_j, t_j) - ( log N(X_0; 0, I) - A_j ) ),     h(e) = 2c² ( √(1 + e²/c²) - 1 )
 * </pre>
 *
 * The targets carry no noise, so the robust h (quadratic for small errors, linear for large ones)
 * has the same minimiser as the square; it keeps rows far from the data, whose log-density is
 * hundreds of nats below, from taking over the fit.
 */
public final class LogDensityRegression implements Objective {

  /**
   * Options.
   *
   * @param dataShare share of rows at t = 1, the only time that scoring asks for
   * @param scale error in nats at which the loss turns from quadratic to linear
   */
  public record Options(double dataShare, double scale) {
    /** Checks the numbers. */
    public Options {
      if (!(dataShare >= 0 && dataShare <= 1) || !(scale > 0)) {
        throw new IllegalArgumentException(
            "dataShare must lie in [0, 1] and scale be positive: " + dataShare + ", " + scale);
      }
    }
  }

  private final LogDensityHead model;
  private final Trajectories trajectories;
  private final Options options;

  /** Regression of {@code model} on {@code trajectories}. */
  public LogDensityRegression(LogDensityHead model, Trajectories trajectories, Options options) {
    this.model = model;
    this.trajectories = trajectories;
    this.options = options;
  }

  private record Batch(Tensor x, Tensor t, Tensor target) {}

  @Override
  public Tensor loss(int rows, Rng rng) {
    Batch batch = Autograd.noGrad(() -> draw(rows, rng));
    Tensor error = model.logDensity(batch.x(), batch.t()).sub(batch.target());
    return robust(error, options.scale()).mean();
  }

  /**
   * 2 c² ( √(1 + e²/c²) - 1 ): e² near 0, 2c|e| far away. Worked out as 2e²/( 1 + √(1 + e²/c²) ),
   * which keeps the digits of small errors.
   */
  static Tensor robust(Tensor error, double c) {
    Tensor root = error.div(c).square().add(1).sqrt();
    return error.square().mul(2).div(root.add(1));
  }

  private Batch draw(int rows, Rng rng) {
    Tensor trajectory = rng.integers(trajectories.count(), rows);
    Tensor node = rng.integers(trajectories.nodes(), rows);
    Tensor last = node.zerosLike().add(trajectories.nodes() - 1).to(DType.INT64);
    Tensor atData = rng.uniform(DType.FLOAT64, rows).lessThan(options.dataShare());
    Tensor index = trajectories.flatIndex(trajectory, Tensor.where(atData, last, node));
    return new Batch(
        trajectories.at(trajectories.points(), index),
        trajectories.at(trajectories.times(), index),
        trajectories.logDensity(trajectory, index));
  }
}
