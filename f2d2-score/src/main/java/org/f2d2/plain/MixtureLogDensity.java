package org.f2d2.plain;

import java.util.Arrays;

/**
 * The log-density of a mixture of Gaussians,
 *
 * <pre>
 *   log p  = logsumexp_k log N_k
 *   log N_k = constant_k - ½ |whitening_k x + shift_k|²
 * </pre>
 *
 * <p>in nats, of one point on plain arrays.
 */
public final class MixtureLogDensity implements PointFunction {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  private final int d;
  private final double[] whitening;
  private final double[] shift;
  private final double[] constant;

  /**
   * A mixture in whitened form; the arrays are kept.
   *
   * @param whitening row-major, [K, d, d]
   * @param shift [K, d]
   * @param constant logarithms of the weights and of what makes each component's integral 1, [K]
   */
  public MixtureLogDensity(double[] whitening, double[] shift, double[] constant) {
    if (constant.length == 0
        || shift.length % constant.length != 0
        || whitening.length != (long) shift.length * (shift.length / constant.length)) {
      throw new IllegalArgumentException(
          "no mixture has "
              + constant.length
              + " constants, "
              + shift.length
              + " shifts and "
              + whitening.length
              + " numbers of whitenings");
    }
    this.d = shift.length / constant.length;
    this.whitening = whitening;
    this.shift = shift;
    this.constant = constant;
  }

  /**
   * Σ w_k N(x; m_k, Σ_k).
   *
   * @param weights w_k, positive, [K]; scaled to sum to 1
   * @param means m_k, [K, d]
   * @param covariances Σ_k, [K, d, d]
   * @throws IllegalArgumentException when the sizes do not fit, a weight is not positive, or a
   *     covariance is not symmetric and positive definite
   */
  public static MixtureLogDensity of(double[] weights, double[] means, double[] covariances) {
    int components = weights.length;
    int d = components == 0 ? 0 : means.length / components;
    if (d == 0
        || means.length != components * d
        || covariances.length != (long) components * d * d) {
      throw new IllegalArgumentException(
          "a mixture needs as many weights as means and covariances, got "
              + weights.length
              + " weights, "
              + means.length
              + " numbers of means and "
              + covariances.length
              + " of covariances");
    }
    double total = 0;
    for (double w : weights) {
      if (!(w > 0) || Double.isInfinite(w)) {
        throw new IllegalArgumentException("a weight must be positive and finite, got " + w);
      }
      total += w;
    }
    double[] whitening = new double[covariances.length];
    double[] shift = new double[means.length];
    double[] constant = new double[components];
    for (int k = 0; k < components; k++) {
      InverseRoot root = InverseRoot.of(covariances, k * d * d, d);
      System.arraycopy(root.rows(), 0, whitening, k * d * d, d * d);
      constant[k] = Math.log(weights[k] / total) - 0.5 * d * LOG_TWO_PI + root.logDeterminant();
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          shift[k * d + i] -= root.rows()[i * d + j] * means[k * d + j];
        }
      }
    }
    return new MixtureLogDensity(whitening, shift, constant);
  }

  @Override
  public double[] at(double[] x) {
    double[] log = constant.clone();
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < log.length; k++) {
      double square = 0;
      for (int row = k * d; row < (k + 1) * d; row++) {
        double y = shift[row];
        for (int j = 0; j < d; j++) {
          y += whitening[row * d + j] * x[j];
        }
        square += y * y;
      }
      log[k] -= 0.5 * square;
      largest = Math.max(largest, log[k]);
    }
    double sum = 0;
    for (double value : log) {
      sum += Math.exp(value - largest);
    }
    return new double[] {largest + Math.log(sum)};
  }

  @Override
  public String toString() {
    return "MixtureLogDensity[" + constant.length + " components, " + d + " coordinates]";
  }

  /**
   * W with W Σ Wᵀ = I for a covariance Σ = L Lᵀ: the inverse of its Cholesky factor.
   *
   * @param rows W, row-major [d, d], lower triangular
   * @param logDeterminant ln det W
   */
  record InverseRoot(double[] rows, double logDeterminant) {

    /** Of the covariance that begins at an index. */
    static InverseRoot of(double[] covariances, int start, int d) {
      double[] l = Arrays.copyOfRange(covariances, start, start + d * d);
      requireSymmetric(l, d);
      double log = 0;
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double rest = l[i * d + j];
          for (int k = 0; k < j; k++) {
            rest -= l[i * d + k] * l[j * d + k];
          }
          if (i != j) {
            l[i * d + j] = rest / l[j * d + j];
          } else if (rest > 0 && Double.isFinite(rest)) {
            l[i * d + i] = Math.sqrt(rest);
            log -= Math.log(l[i * d + i]);
          } else {
            throw new IllegalArgumentException("a covariance is not positive definite");
          }
        }
      }
      double[] w = new double[d * d];
      for (int j = 0; j < d; j++) {
        w[j * d + j] = 1 / l[j * d + j];
        for (int i = j + 1; i < d; i++) {
          double sum = 0;
          for (int k = j; k < i; k++) {
            sum -= l[i * d + k] * w[k * d + j];
          }
          w[i * d + j] = sum / l[i * d + i];
        }
      }
      return new InverseRoot(w, log);
    }

    private static void requireSymmetric(double[] a, int d) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < i; j++) {
          double gap = Math.abs(a[i * d + j] - a[j * d + i]);
          if (!(gap <= 1e-9 * Math.sqrt(a[i * d + i] * a[j * d + j]))) {
            throw new IllegalArgumentException("a covariance is not symmetric");
          }
        }
      }
    }
  }
}
