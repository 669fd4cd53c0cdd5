package org.f2d2.lab.density;

import java.util.Arrays;
import org.f2d2.lab.MixtureDensity;

/** Gaussians and mixtures of them with a pattern, as {@link MixtureDensity}. */
public final class GaussianDensities {

  private GaussianDensities() {}

  /** Independent standard normal columns. */
  public static MixtureDensity standard(String name, int d) {
    return chain(name, d, 0);
  }

  /**
   * Each column follows the one before it: x₁ = z₁, xᵢ = ρ xᵢ₋₁ + √(1 - ρ²) zᵢ, so that all have
   * variance 1 and columns k apart the correlation ρᵏ.
   *
   * @param correlation ρ, in (-1, 1)
   */
  public static MixtureDensity chain(String name, int d, double correlation) {
    double fresh = Math.sqrt(1 - correlation * correlation);
    double[] factor = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        factor[i * d + j] = Math.pow(correlation, i - j) * (j == 0 ? 1 : fresh);
      }
    }
    return one(name, new double[d], factor);
  }

  /**
   * All pairs of columns with one correlation ρ, and scales from 10^low to 10^high in equal steps
   * of the exponent.
   */
  public static MixtureDensity equicorrelated(
      String name, int d, double correlation, double low, double high) {
    // The Cholesky factor of (1 - ρ) I + ρ 1 1ᵀ has one value below the diagonal of each column.
    double[] factor = new double[d * d];
    double squares = 0;
    for (int j = 0; j < d; j++) {
      double diagonal = Math.sqrt(1 - squares);
      double below = (correlation - squares) / diagonal;
      for (int i = j; i < d; i++) {
        double scale = Math.pow(10, d == 1 ? low : low + (high - low) * i / (d - 1));
        factor[i * d + j] = scale * (i == j ? diagonal : below);
      }
      squares += below * below;
    }
    return one(name, new double[d], factor);
  }

  /** x standard normal and y = slope · x + noise · z. */
  public static MixtureDensity dependent(String name, double slope, double noise) {
    return one(name, new double[2], new double[] {1, 0, slope, noise});
  }

  /**
   * Two standard normal clusters, the second further along every axis.
   *
   * @param distance between the centres
   * @param share of the second cluster, in (0, 1)
   */
  public static MixtureDensity twoClusters(String name, int d, double distance, double share) {
    double[] far = new double[d];
    Arrays.fill(far, distance / Math.sqrt(d));
    double[] unit = new double[d * d];
    for (int i = 0; i < d; i++) {
      unit[i * (d + 1)] = 1;
    }
    return new MixtureDensity(
        name,
        new double[] {1 - share, share},
        new double[][] {new double[d], far},
        new double[][] {unit, unit});
  }

  /**
   * A standard normal bulk and wide Gaussians about the same centre.
   *
   * @param scales standard deviations of the wide ones
   * @param share of all wide ones together
   */
  public static MixtureDensity contaminated(String name, int d, double share, double... scales) {
    double[] weights = new double[scales.length + 1];
    double[][] means = new double[weights.length][d];
    double[][] factors = new double[weights.length][d * d];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = k == 0 ? 1 - share : share / scales.length;
      for (int i = 0; i < d; i++) {
        factors[k][i * (d + 1)] = k == 0 ? 1 : scales[k - 1];
      }
    }
    return new MixtureDensity(name, weights, means, factors);
  }

  /** One column with a mean and a standard deviation. */
  public static MixtureDensity normal(String name, double mean, double deviation) {
    return one(name, new double[] {mean}, new double[] {deviation});
  }

  private static MixtureDensity one(String name, double[] mean, double[] factor) {
    return new MixtureDensity(
        name, new double[] {1}, new double[][] {mean}, new double[][] {factor});
  }
}
