package org.f2d2.energy.weights;

import java.util.Arrays;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.Requirement;

/**
 * A generalised Pareto law of the largest of some weights. Above the cutoff u, the excess y = w - u
 * has the distribution function
 *
 * <pre>  F(y) = 1 - (1 + k y / σ)^(-1/k)</pre>
 *
 * <p>Moments of w of an order of 1/k and more are infinite. The weights' variance, and with it the
 * effective sample size of many draws, needs k &lt; 1/2; a standard error of that size needs k &lt;
 * 1/4. Weights that are bounded have k &lt; 0.
 *
 * <p>Fitted as in Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed importance sampling"
 * (Journal of Machine Learning Research, 2024): the M = min(N/5, 3 √N) largest of N weights, the
 * estimate of Zhang and Stephens, "A new and efficient estimation method for the generalized Pareto
 * distribution" (Technometrics, 2009), and a prior for k that counts as ten weights of k = 1/2.
 *
 * @param size number of weights above the cutoff
 * @param cutoff u, in units of the largest weight
 * @param shape k
 * @param scale σ, in units of the largest weight
 */
public record ParetoTail(int size, double cutoff, double shape, double scale) {

  /** Fewer weights above the cutoff say nothing. */
  private static final int LEAST = 5;

  /** Stands for an excess that is too small beside the largest weight to be a double. */
  private static final double SMALLEST = 1e-300;

  private static final int PRIOR_WEIGHT = 10;
  private static final double PRIOR_SHAPE = 0.5;

  /**
   * The tail of weights {@code exp(logWeight)}, known up to a common factor.
   *
   * @param logWeights negative infinity is a weight of zero
   * @return empty where fewer than five weights are above the cutoff, as there are for fewer than
   *     21 weights and where more than M weights share the largest value
   * @throws F2d2Exception when there is no weight, one is NaN or positive infinity, or all are zero
   */
  public static Optional<ParetoTail> of(double[] logWeights) {
    Requirement.notNaN("log-weight", logWeights);
    double[] sorted = logWeights.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double largest = sorted[n - 1];
    if (Double.isInfinite(largest)) {
      throw new F2d2Exception(largest > 0 ? "a log-weight is infinite" : "every weight is zero");
    }
    int most = (int) Math.ceil(Math.min(0.2 * n, 3 * Math.sqrt(n)));
    if (most >= n) {
      return Optional.empty();
    }
    double cut = sorted[n - most - 1];
    double[] excesses =
        Arrays.stream(sorted, n - most, n)
            .filter(log -> log > cut)
            .map(log -> Math.max(SMALLEST, -Math.exp(log - largest) * Math.expm1(cut - log)))
            .toArray();
    return excesses.length < LEAST
        ? Optional.empty()
        : Optional.of(fit(excesses, Math.exp(cut - largest)).withPrior());
  }

  /**
   * The estimate of Zhang and Stephens, without a prior. With θ = -k/σ the likelihood that is
   * highest for a given θ is known,
   *
   * <pre>
   *   κ(θ) = -mean ln(1 - θ y),   l(θ) = n (ln(θ / κ) + κ - 1),   k = -κ
   * </pre>
   *
   * <p>and θ is its mean under the weights exp(l) on a grid of m = 30 + √n values
   *
   * <pre>  θ_j = 1 / y_max + (1 - √(m / (j - 1/2))) / (3 y_quartile)</pre>
   *
   * @param excesses y, at least one, all positive; in any order
   * @param cutoff u
   */
  static ParetoTail fit(double[] excesses, double cutoff) {
    double[] y = excesses.clone();
    Arrays.sort(y);
    int n = y.length;
    double quartile = y[Math.max(0, (int) Math.floor(n / 4.0 + 0.5) - 1)];
    int m = 30 + (int) Math.sqrt(n);
    double[] grid = new double[m];
    Arrays.setAll(grid, j -> 1 / y[n - 1] + (1 - Math.sqrt(m / (j + 0.5))) / (3 * quartile));
    double[] logLikelihood = Arrays.stream(grid).map(theta -> logLikelihood(theta, y)).toArray();
    double best = Arrays.stream(logLikelihood).max().orElseThrow();
    double sum = 0;
    double theta = 0;
    for (int j = 0; j < m; j++) {
      double weight = Math.exp(logLikelihood[j] - best);
      sum += weight;
      theta += weight * grid[j];
    }
    theta /= sum;
    double kappa = kappa(theta, y);
    return new ParetoTail(n, cutoff, -kappa, scale(theta, kappa, y));
  }

  private static double logLikelihood(double theta, double[] y) {
    double kappa = kappa(theta, y);
    return y.length * (-Math.log(scale(theta, kappa, y)) + kappa - 1);
  }

  private static double kappa(double theta, double[] y) {
    return -Arrays.stream(y).map(one -> Math.log1p(-theta * one)).sum() / y.length;
  }

  /** σ; at θ = 0 the law is exponential, where it is the mean. */
  private static double scale(double theta, double kappa, double[] y) {
    return theta == 0 || kappa == 0 ? Arrays.stream(y).sum() / y.length : kappa / theta;
  }

  private ParetoTail withPrior() {
    double pulled = (size * shape + PRIOR_WEIGHT * PRIOR_SHAPE) / (size + PRIOR_WEIGHT);
    return new ParetoTail(size, cutoff, pulled, scale);
  }

  /** Mean of the weights above the cutoff, u + σ / (1 - k), in units of the largest weight. */
  double mean() {
    return shape < 1 ? cutoff + scale / (1 - shape) : Double.POSITIVE_INFINITY;
  }

  /**
   * Mean of their squares, u² + 2 u σ / (1 - k) + 2 σ² / ((1 - k) (1 - 2 k)), in units of the
   * largest weight squared.
   */
  double meanSquare() {
    return shape < 0.5
        ? cutoff * cutoff
            + 2 * cutoff * scale / (1 - shape)
            + 2 * scale * scale / ((1 - shape) * (1 - 2 * shape))
        : Double.POSITIVE_INFINITY;
  }
}
