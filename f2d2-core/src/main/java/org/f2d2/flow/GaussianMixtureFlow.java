package org.f2d2.flow;

import java.util.Arrays;
import org.f2d2.plain.MixtureLogDensity;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.ArrayEigen;
import org.f2d2.tensor.ArrayEigen.Accuracy;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to a mixture Σ w_k N(m_k, Σ_k) with full covariances.
 *
 * <p>Each component stays Gaussian along the path, with mean t m_k and covariance (1-t)² σ₀² I + t²
 * Σ_k. With Σ_k = Q_k diag(λ) Q_kᵀ, worked out once, this covariance is diagonal in the coordinates
 * y = Q_kᵀ (x - t m_k) at every t, with variances C_i² = (1-t)² σ₀² + t² λ_i, so no time costs a
 * factorisation:
 *
 * <pre>
 *   log p_t = logsumexp_k ( ln w_k - ½ Σ ( y_i²/C_i² + ln 2πC_i² ) )
 *   v_k     = m_k + Q_k ( a ∘ y ),      a_i = ( t λ_i - (1-t) σ₀² )/C_i²
 *   v       = Σ r_k v_k,                r_k = responsibilities
 *   div v   = Σ r_k ( Σ a_i + ∇ log N_k · (v_k - v) )
 * </pre>
 *
 * <p>Its flow map has no closed form beyond one dimension: see {@link QuantileFlow} there.
 */
public final class GaussianMixtureFlow implements ClosedFormFlow {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  private final int components;
  private final int d;
  private final double noiseScale;
  private final double[] weights;
  private final double[] means;
  private final double[] covariances;
  private final double[] eigenvalues;
  private final double[] eigenvectors;

  /**
   * A mixture.
   *
   * @param weights positive, [K]; scaled to sum to 1
   * @param means [K][d]
   * @param covariances symmetric and positive definite, [K][d][d]
   * @param noiseScale σ₀
   */
  public GaussianMixtureFlow(
      double[] weights, double[][] means, double[][][] covariances, double noiseScale) {
    this.components = weights.length;
    if (components == 0 || means.length != components || covariances.length != components) {
      throw new IllegalArgumentException(
          "a mixture needs as many weights as means and covariances, got "
              + components
              + ", "
              + means.length
              + " and "
              + covariances.length);
    }
    this.d = means[0].length;
    this.noiseScale = ClosedFormFlow.requireScale("noiseScale", noiseScale);
    double total = Arrays.stream(weights).sum();
    this.weights =
        Arrays.stream(weights)
            .map(w -> ClosedFormFlow.requireScale("a weight", w) / total)
            .toArray();
    this.means = new double[components * d];
    this.covariances = new double[components * d * d];
    this.eigenvalues = new double[components * d];
    this.eigenvectors = new double[components * d * d];
    for (int k = 0; k < components; k++) {
      requireSizes(means[k], covariances[k]);
      ArrayEigen eigen = ArrayEigen.of(symmetricPart(covariances[k]), d, Accuracy.ROUNDING);
      double[] variances = eigen.values();
      System.arraycopy(eigen.vectors(), 0, eigenvectors, k * d * d, d * d);
      for (int i = 0; i < d; i++) {
        this.means[k * d + i] = means[k][i];
        System.arraycopy(covariances[k][i], 0, this.covariances, (k * d + i) * d, d);
        eigenvalues[k * d + i] =
            ClosedFormFlow.requireScale("an eigenvalue of a covariance", variances[i]);
      }
    }
  }

  /** A mixture whose components have the same variance in all directions. */
  public static GaussianMixtureFlow isotropic(
      double[] weights, double[][] means, double[] standardDeviations, double noiseScale) {
    double[][][] covariances = new double[standardDeviations.length][][];
    for (int k = 0; k < covariances.length; k++) {
      int d = means[k].length;
      covariances[k] = new double[d][d];
      for (int i = 0; i < d; i++) {
        covariances[k][i][i] = standardDeviations[k] * standardDeviations[k];
      }
    }
    return new GaussianMixtureFlow(weights, means, covariances, noiseScale);
  }

  private static double[] symmetricPart(double[][] matrix) {
    int side = matrix.length;
    double[] part = new double[side * side];
    for (int i = 0; i < part.length; i++) {
      part[i] = 0.5 * (matrix[i / side][i % side] + matrix[i % side][i / side]);
    }
    return part;
  }

  private void requireSizes(double[] mean, double[][] covariance) {
    boolean square = covariance.length == d;
    for (double[] row : covariance) {
      square &= row.length == d;
    }
    if (mean.length != d || !square) {
      throw new IllegalArgumentException("means and covariances must all have dimension " + d);
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        double gap = Math.abs(covariance[i][j] - covariance[j][i]);
        if (!(gap <= 1e-9 * Math.sqrt(covariance[i][i] * covariance[j][j]))) {
          throw new IllegalArgumentException("a covariance is not symmetric");
        }
      }
    }
  }

  @Override
  public int dimensions() {
    return d;
  }

  @Override
  public double noiseScale() {
    return noiseScale;
  }

  /** Number of components, K. */
  public int components() {
    return components;
  }

  /** w_k, [K]; they sum to 1. */
  public Tensor weights() {
    return Tensor.of(weights, components);
  }

  /** m_k, [K, d], 64-bit. */
  public Tensor means() {
    return Tensor.of(means, components, d);
  }

  /** Σ_k, [K, d, d], 64-bit. */
  public Tensor covariances() {
    return Tensor.of(covariances, components, d, d);
  }

  /**
   * R_k = Q_k diag(λ)^(-1/2), [K, d, d], 64-bit: R_kᵀ (x - m_k) is standard normal under component
   * k.
   */
  public Tensor whitenings() {
    double[] scaled = eigenvectors.clone();
    for (int k = 0; k < components; k++) {
      for (int i = 0; i < d * d; i++) {
        scaled[k * d * d + i] /= Math.sqrt(eigenvalues[k * d + i % d]);
      }
    }
    return Tensor.of(scaled, components, d, d);
  }

  /**
   * The mixture that {@link #weights}, {@link #means} and {@link #covariances} describe, with σ₀ =
   * 1.
   */
  public static GaussianMixtureFlow of(Tensor weights, Tensor means, Tensor covariances) {
    int k = (int) means.size(0);
    int d = (int) means.size(1);
    double[] m = means.toDoubles();
    double[] c = covariances.toDoubles();
    double[][] mean = new double[k][];
    double[][][] covariance = new double[k][d][];
    for (int i = 0; i < k; i++) {
      mean[i] = Arrays.copyOfRange(m, i * d, (i + 1) * d);
      for (int j = 0; j < d; j++) {
        covariance[i][j] = Arrays.copyOfRange(c, (i * d + j) * d, (i * d + j + 1) * d);
      }
    }
    return new GaussianMixtureFlow(weights.toDoubles(), mean, covariance, 1);
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Components c = components(x, t);
    Tensor r = c.logJoint().softmax(0);
    Tensor v = componentVelocities(c);
    Tensor average = r.mul(v).sum(0);
    return Tensor.cat(1, average, r.mul(componentDivergences(c, v, average)).sum(0));
  }

  /** v_k, [K, n, d]. */
  Tensor componentVelocities(Components c) {
    Tensor q = constant(eigenvectors, c.y().type(), components, d, d).transpose();
    return c.mean().add(c.rate().mul(c.y()).matmul(q));
  }

  /**
   * Σ a_i + ∇ log N_k · (v_k - v), [K, n, 1].
   *
   * @param own v_k
   * @param average v
   */
  Tensor componentDivergences(Components c, Tensor own, Tensor average) {
    Tensor q = constant(eigenvectors, c.y().type(), components, d, d).transpose();
    Tensor gradient = c.y().div(c.variance()).neg().matmul(q);
    return c.rate().sumKeep(2).add(gradient.mul(own.sub(average)).sumKeep(2));
  }

  /** λ_i of component k. */
  double eigenvalue(int k, int i) {
    return eigenvalues[k * d + i];
  }

  /** Coordinate {@code i} of eigenvector {@code j} of component k. */
  double eigenvector(int k, int i, int j) {
    return eigenvectors[(k * d + i) * d + j];
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    Components c = components(x, t);
    return c.logJoint().softmax(0).mul(componentVelocities(c)).sum(0);
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return components(x, t).logJoint().logSumExpKeep(0).reshape(-1, 1);
  }

  /**
   * {@inheritDoc}
   *
   * <p>At one time for all points a component's y/C is a linear map, so one product serves all
   * components.
   */
  @Override
  public Tensor logDensity(Tensor x, double t) {
    if (Autograd.isDifferentiated(x)) {
      return ClosedFormFlow.super.logDensity(x, t);
    }
    AtTime own = new AtTime(this, t);
    Tensor y =
        x.linear(
            constant(own.whitening, x.type(), own.shift.length, d),
            constant(own.shift, x.type(), own.shift.length));
    Tensor square = y.square().reshape(-1, components, d).sum(2);
    return constant(own.constant, x.type(), 1, components).addScaled(square, -0.5).logSumExpKeep(1);
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    AtTime own = new AtTime(this, t);
    return new MixtureLogDensity(own.whitening, own.shift, own.constant);
  }

  /**
   * The log-density at one time: log N_k = constant_k - ½ |whitening_k x + shift_k|², where row i
   * of whitening_k is an eigenvector of Σ_k over C_i.
   */
  private static final class AtTime {
    private final double[] whitening;
    private final double[] shift;
    private final double[] constant;

    AtTime(GaussianMixtureFlow flow, double t) {
      int d = flow.d;
      this.whitening = new double[flow.components * d * d];
      this.shift = new double[flow.components * d];
      this.constant = new double[flow.components];
      double noise = (1 - t) * flow.noiseScale;
      for (int k = 0; k < flow.components; k++) {
        constant[k] = Math.log(flow.weights[k]) - 0.5 * d * LOG_TWO_PI;
        for (int i = 0; i < d; i++) {
          int row = k * d + i;
          double c = Math.sqrt(noise * noise + t * t * flow.eigenvalues[row]);
          constant[k] -= Math.log(c);
          for (int j = 0; j < d; j++) {
            double w = flow.eigenvectors[(k * d + j) * d + i] / c;
            whitening[row * d + j] = w;
            shift[row] -= t * w * flow.means[k * d + j];
          }
        }
      }
    }
  }

  /**
   * r_k, the probability of each component given x_t = x.
   *
   * @return [n, K]
   */
  public Tensor responsibilities(Tensor x, Tensor t) {
    return components(x, t).logJoint().softmax(0).reshape(components, -1).transpose();
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    double[] choice = rng.uniform(DType.FLOAT64, n).toDoubles();
    double[] normal = rng.normal(DType.FLOAT64, n, d).toDoubles();
    double[] out = new double[n * d];
    for (int row = 0; row < n; row++) {
      int k = component(choice[row]);
      for (int i = 0; i < d; i++) {
        double value = means[k * d + i];
        for (int j = 0; j < d; j++) {
          value +=
              eigenvectors[(k * d + i) * d + j]
                  * Math.sqrt(eigenvalues[k * d + j])
                  * normal[row * d + j];
        }
        out[row * d + i] = value;
      }
    }
    return Tensor.of(out, n, d);
  }

  private int component(double uniform) {
    double rest = uniform;
    for (int k = 0; k < components - 1; k++) {
      rest -= weights[k];
      if (rest < 0) {
        return k;
      }
    }
    return components - 1;
  }

  /**
   * All components at one time per row.
   *
   * @param mean m_k [K, 1, d]
   * @param y coordinates along the eigenvectors [K, n, d]
   * @param variance C² [K, n, d]
   * @param rate a [K, n, d]
   * @param logJoint ln w_k + log N_k [K, n, 1]
   */
  record Components(Tensor mean, Tensor y, Tensor variance, Tensor rate, Tensor logJoint) {}

  /** All components of rows [n, d] at times [n, 1]. */
  Components components(Tensor x, Tensor t) {
    DType type = x.type();
    Tensor mean = constant(means, type, components, 1, d);
    Tensor lambda = constant(eigenvalues, type, components, 1, d);
    Tensor noise = t.subtractFrom(1).mul(noiseScale * noiseScale);
    Tensor variance = t.square().mul(lambda).add(t.subtractFrom(1).mul(noise));
    Tensor rate = t.mul(lambda).sub(noise).div(variance);
    Tensor y = x.sub(t.mul(mean)).matmul(constant(eigenvectors, type, components, d, d));
    Tensor logWeights =
        constant(Arrays.stream(weights).map(Math::log).toArray(), type, components, 1, 1);
    Tensor log = y.square().div(variance).add(variance.log()).add(LOG_TWO_PI).mul(-0.5).sumKeep(2);
    return new Components(mean, y, variance, rate, log.add(logWeights));
  }

  private static Tensor constant(double[] values, DType type, long... shape) {
    return Tensor.of(values, type, shape);
  }
}
