package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to the uniform law on the square [-1, 1]²: bounded data, whose velocity becomes steep
 * towards t = 1.
 *
 * <p>The two coordinates are independent at every time. Given x_t = x, each coordinate of x₁ has a
 * normal law cut off at ±1, whose mean m and variance s² give
 *
 * <pre>
 *   v_i   = ( m_i - x_i )/(1-t)
 *   div v = Σ_i ( t s_i² / ((1-t) σ₀)² - 1 )/(1-t)
 * </pre>
 *
 * <p>At t = 1 the limit inside the square stands for both everywhere, v = x and div v = 2, as in
 * {@link CheckerboardFlow}. log p_1 is -ln 4 on the square and -infinity elsewhere.
 *
 * @param noiseScale σ₀
 */
public record UniformSquareFlow(double noiseScale) implements ClosedFormFlow {

  private static final double LOG_AREA = Math.log(4);

  /** Checks the scale. */
  public UniformSquareFlow {
    ClosedFormFlow.requireScale("noiseScale", noiseScale);
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor end = t.detach().lessThan(1);
    Tensor time = Tensor.where(end, t, t.detach().onesLike().mul(0.5));
    UniformInterval given = given(x, time);
    Tensor left = time.subtractFrom(1);
    Tensor v = given.mean().reshape(-1, 2).sub(x).div(left);
    Tensor spread = given.variance().reshape(-1, 2).sumKeep(1);
    Tensor divergence = spread.mul(time).div(left.mul(noiseScale).square()).sub(2).div(left);
    Tensor limit = Tensor.cat(1, x, x.narrow(1, 0, 1).detach().onesLike().mul(2));
    return Tensor.where(end, Tensor.cat(1, v, divergence), limit);
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Tensor end = t.detach().lessThan(1);
    Tensor time = Tensor.where(end, t, t.detach().onesLike().mul(0.5));
    Tensor log =
        given(x, time)
            .logMass()
            .reshape(-1, 2)
            .sumKeep(1)
            .sub(time.subtractFrom(1).mul(noiseScale).log().mul(2));
    return Tensor.where(end, log, dataLogDensity(x));
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return rng.uniform(DType.FLOAT64, n, 2).mul(2).sub(1);
  }

  /** Both coordinates as rows of their own, each entry [2n, 1]. */
  private UniformInterval given(Tensor x, Tensor t) {
    Tensor times = Tensor.cat(1, t, t).reshape(-1, 1);
    return UniformInterval.of(x.reshape(-1, 1), times, Tensor.zeros(x.type(), 1, 1), noiseScale);
  }

  private static Tensor dataLogDensity(Tensor x) {
    double[] rows = x.toDoubles();
    double[] log = new double[rows.length / 2];
    for (int i = 0; i < log.length; i++) {
      boolean on = Math.abs(rows[2 * i]) <= 1 && Math.abs(rows[2 * i + 1]) <= 1;
      log[i] = on ? -LOG_AREA : Double.NEGATIVE_INFINITY;
    }
    return Tensor.of(log, x.type(), log.length, 1);
  }
}
