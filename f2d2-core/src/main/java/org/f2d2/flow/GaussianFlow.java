package org.f2d2.flow;

import java.util.Arrays;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to N(m, diag cᵢ²). With S_i(t)² = (1-t)² σ₀² + t² cᵢ²,
 *
 * <pre>
 *   X_i = t m_i + S_i(t)/S_i(s) (x_i - s m_i)
 *   (t-s) D = Σ ln( S_i(t)/S_i(s) )
 *   log p_t = Σ log N(x_i; t m_i, S_i(t)²)
 * </pre>
 *
 * S_i(t)² - S_i(s)² has the factor t-s, which cancels by hand: with q_i = cᵢ²(s+t) - σ₀²(2-s-t),
 *
 * <pre>
 *   u_i = m_i + q_i / ( S_i(s) (S_i(s)+S_i(t)) ) (x_i - s m_i)
 *   D   = Σ 2 q_i / (S_i(s)+S_i(t))² · artanh(y_i)/y_i,     y_i = (t-s) q_i / (S_i(s)+S_i(t))²
 * </pre>
 *
 * so the diagonal is an ordinary point. D does not depend on x: identities that forget its gradient
 * go unnoticed here.
 *
 * @param mean m
 * @param scale standard deviations c, positive
 * @param noiseScale σ₀
 */
public record GaussianFlow(List<Double> mean, List<Double> scale, double noiseScale)
    implements ClosedFormFlow, JointFlowMap {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /** Below this |y| the series of artanh(y)/y is exact to 1e-16 with its term in y²⁰. */
  private static final double SERIES_BELOW = 0.2;

  private static final int LAST_TERM = 21;

  /** Copies the lists and checks lengths and scales. */
  public GaussianFlow {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    if (mean.isEmpty() || mean.size() != scale.size()) {
      throw new IllegalArgumentException(
          mean.size() + " means and " + scale.size() + " scales do not make a Gaussian");
    }
    scale.forEach(c -> ClosedFormFlow.requireScale("a standard deviation", c));
    ClosedFormFlow.requireScale("noiseScale", noiseScale);
  }

  /** The flow to N(mean, diag scale²) from noise of standard deviation {@code noiseScale}. */
  public static GaussianFlow of(double[] mean, double[] scale, double noiseScale) {
    return new GaussianFlow(
        Arrays.stream(mean).boxed().toList(), Arrays.stream(scale).boxed().toList(), noiseScale);
  }

  @Override
  public int dimensions() {
    return mean.size();
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor m = row(mean, x.type());
    Tensor rate = growth(t, t).div(variance(t)).mul(0.5);
    Tensor v = m.add(rate.mul(x.sub(t.mul(m))));
    return Tensor.cat(1, v, rate.sumKeep(1));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Tensor variance = variance(t);
    Tensor deviation = x.sub(t.mul(row(mean, x.type())));
    return deviation
        .square()
        .div(variance)
        .add(variance.log())
        .add(LOG_TWO_PI)
        .mul(-0.5)
        .sumKeep(1);
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    Tensor m = row(mean, x.type());
    Tensor source = variance(s).sqrt();
    Tensor sum = source.add(variance(t).sqrt());
    Tensor q = growth(s, t);
    Tensor u = m.add(q.div(source.mul(sum)).mul(x.sub(s.mul(m))));
    Tensor slope = q.div(sum.square());
    Tensor divergence = slope.mul(artanhRatio(slope.mul(t.sub(s)))).mul(2).sumKeep(1);
    return Tensor.cat(1, u, divergence);
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return rng.normal(DType.FLOAT64, n, dimensions())
        .mul(row(scale, DType.FLOAT64))
        .add(row(mean, DType.FLOAT64));
  }

  /** Standard deviations of the coordinates at times t [n, 1]: S(t), [n, d]. */
  Tensor spread(Tensor t) {
    return variance(t).sqrt();
  }

  /** dS/dt at times t [n, 1], [n, d]. */
  Tensor spreadRate(Tensor t) {
    return growth(t, t).div(spread(t)).mul(0.5);
  }

  /** m as a row [1, d]. */
  Tensor meanRow(DType type) {
    return row(mean, type);
  }

  // S(t)², [n, d]
  private Tensor variance(Tensor t) {
    Tensor noise = t.subtractFrom(1).square().mul(noiseScale * noiseScale);
    return noise.add(t.square().mul(row(scale, t.type()).square()));
  }

  // q(s,t) = (S(t)² - S(s)²)/(t-s), [n, d]
  private Tensor growth(Tensor s, Tensor t) {
    Tensor sum = s.add(t);
    return sum.mul(row(scale, t.type()).square())
        .sub(sum.subtractFrom(2).mul(noiseScale * noiseScale));
  }

  /** artanh(y)/y for |y| below 1, 1 at y = 0, in the shape of y. */
  static Tensor artanhRatio(Tensor y) {
    Tensor near = y.abs().lessThan(SERIES_BELOW);
    Tensor square = y.square();
    Tensor series = square.mul(1.0 / LAST_TERM).add(1.0 / (LAST_TERM - 2));
    for (int k = LAST_TERM - 4; k >= 1; k -= 2) {
      series = series.mul(square).add(1.0 / k);
    }
    Tensor safe = Tensor.where(near, y.onesLike().mul(0.5), y);
    Tensor exact = safe.add(1).div(safe.subtractFrom(1)).log().div(safe).mul(0.5);
    return Tensor.where(near, series, exact);
  }

  private static Tensor row(List<Double> values, DType type) {
    return Tensor.of(
        values.stream().mapToDouble(Double::doubleValue).toArray(), type, 1, values.size());
  }
}
