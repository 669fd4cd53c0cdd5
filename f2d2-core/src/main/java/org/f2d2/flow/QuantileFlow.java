package org.f2d2.flow;

import java.util.Arrays;
import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * The flow to a mixture of Gaussians on the line, with its flow map: in one dimension a flow keeps
 * the order of points, so it keeps their quantiles. With F_t the distribution function of Σ w_k N(t
 * m_k, C_k²), C_k² = (1-t)² σ₀² + t² c_k²,
 *
 * <pre>
 *   X_{s,t}(x) = F_t⁻¹( F_s(x) )
 *   (t-s) D    = ln p_s(x) - ln p_t(X)
 * </pre>
 *
 * <p>The inverse is found by bisection and Newton's method without derivatives; one more Newton
 * step is then recorded, which leaves the value where it is and makes the first derivatives in x, s
 * and t exact. Second derivatives of {@link #rate} are not. The smaller of the two tails of F is
 * the one compared, so a point far out keeps its digits up to about 35 standard deviations.
 *
 * <p>For |t-s| below 1e-5 the differences would lose more digits than the midpoint rule
 *
 * <pre>  f(x,s,t) ≈ g( x + ½(t-s) v(x,s), ½(s+t) )</pre>
 *
 * which is used there; on the diagonal its value and its first derivatives are exact.
 */
public final class QuantileFlow implements ClosedFormFlow, JointFlowMap {

  private static final double NEAR_DIAGONAL = 1e-5;

  /** Enough to come within a millionth of the reach, from where Newton's method needs few steps. */
  private static final int BISECTIONS = 24;

  private static final int NEWTON_STEPS = 3;
  private static final double REACH = 40;

  private final List<Double> weights;
  private final List<Double> means;
  private final List<Double> scales;
  private final GaussianMixtureFlow mixture;

  /**
   * A mixture on the line.
   *
   * @param weights positive; scaled to sum to 1
   * @param means m
   * @param scales standard deviations c
   * @param noiseScale σ₀
   */
  public QuantileFlow(double[] weights, double[] means, double[] scales, double noiseScale) {
    this.mixture =
        GaussianMixtureFlow.isotropic(
            weights,
            Arrays.stream(means).mapToObj(m -> new double[] {m}).toArray(double[][]::new),
            scales,
            noiseScale);
    double total = Arrays.stream(weights).sum();
    this.weights = Arrays.stream(weights).mapToObj(w -> w / total).toList();
    this.means = Arrays.stream(means).boxed().toList();
    this.scales = Arrays.stream(scales).boxed().toList();
  }

  /**
   * The two-component mixture that tests of this project share: weights .35 and .65, means -1.6 and
   * 1.1, standard deviations .45 and .7. Its D changes with x, so no forgotten gradient passes.
   */
  public static QuantileFlow reference(double noiseScale) {
    return new QuantileFlow(
        new double[] {0.35, 0.65}, new double[] {-1.6, 1.1}, new double[] {0.45, 0.7}, noiseScale);
  }

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public double noiseScale() {
    return mixture.noiseScale();
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return mixture.joint(x, t);
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return mixture.velocity(x, t);
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return mixture.logDensity(x, t);
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    return mixture.sample(n, rng);
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    Tensor step = t.sub(s);
    Tensor near = step.abs().lessThan(NEAR_DIAGONAL);
    Tensor middle = x.addProduct(step.mul(0.5), velocity(x, s));
    Tensor midpoint = joint(middle, s.add(t).mul(0.5));
    Tensor safe = Tensor.where(near, step.onesLike(), step);
    Tensor target = quantile(x, s, t);
    Tensor u = target.sub(x).div(safe);
    Tensor divergence = logDensity(x, s).sub(logDensity(target, t)).div(safe);
    return Tensor.where(near, midpoint, Tensor.cat(1, u, divergence));
  }

  /** X_{s,t}(x), [n, 1]. */
  private Tensor quantile(Tensor x, Tensor s, Tensor t) {
    // +1 compares the tail on the left, -1 the tail on the right, whichever is smaller.
    Law law = law(s);
    Tensor left = tail(x, law, x.detach().onesLike());
    Tensor side =
        Tensor.where(left.lessThan(0.5), x.detach().onesLike(), x.detach().onesLike().neg())
            .detach();
    Tensor level = tail(x, law, side);
    Tensor start = Autograd.noGrad(() -> invert(level.detach(), t.detach(), side));
    return newtonStep(start, level, t, side);
  }

  private Tensor invert(Tensor level, Tensor t, Tensor side) {
    double spread = Math.max(noiseScale(), scales.stream().reduce(0.0, Math::max));
    double far = means.stream().map(Math::abs).reduce(0.0, Math::max) + REACH * spread;
    try (Scope scope = Scope.open()) {
      // Both tails in one direction: side · tail grows with side · x.
      Law law = law(t);
      Tensor low = Tensor.full(-far, level.type(), level.shape());
      Tensor high = low.neg();
      for (int i = 0; i < BISECTIONS; i++) {
        Tensor middle = low.add(high).mul(0.5);
        Tensor below = tail(middle.mul(side), law, side).lessThan(level);
        low = Tensor.where(below, middle, low);
        high = Tensor.where(below, high, middle);
      }
      Tensor x = low.add(high).mul(0.5).mul(side);
      for (int i = 0; i < NEWTON_STEPS; i++) {
        x = newtonStep(x, level, t, side);
      }
      return scope.keep(x);
    }
  }

  private Tensor newtonStep(Tensor x, Tensor level, Tensor t, Tensor side) {
    Tensor excess = tail(x, law(t), side).sub(level).mul(side);
    return x.sub(excess.div(logDensity(x, t).exp()));
  }

  /**
   * The components at some times.
   *
   * @param means t m_k [n, K]
   * @param scales C_k √2 [n, K]
   */
  private record Law(Tensor means, Tensor scales) {}

  private Law law(Tensor t) {
    Tensor noise = t.subtractFrom(1).square().mul(noiseScale() * noiseScale());
    Tensor variance = noise.add(t.square().mul(row(scales, t.type()).square()));
    return new Law(t.mul(row(means, t.type())), variance.mul(2).sqrt());
  }

  // F_t(x) where side is +1 and 1 - F_t(x) where it is -1, each with full relative precision.
  private Tensor tail(Tensor x, Law law, Tensor side) {
    Tensor z = law.means().sub(x).mul(side).div(law.scales());
    return complementaryError(z).mul(row(weights, x.type())).sumKeep(1).mul(0.5);
  }

  private static Tensor complementaryError(Tensor z) {
    Tensor negative = z.lessThan(0);
    Tensor size = Tensor.where(negative, z.neg(), z);
    Tensor positive = size.square().neg().exp().mul(size.erfcx());
    return Tensor.where(negative, positive.subtractFrom(2), positive);
  }

  private static Tensor row(List<Double> values, DType type) {
    return Tensor.of(
        values.stream().mapToDouble(Double::doubleValue).toArray(), type, 1, values.size());
  }
}
