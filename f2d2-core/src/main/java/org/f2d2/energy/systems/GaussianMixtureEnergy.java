package org.f2d2.energy.systems;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.f2d2.energy.Energy;

/**
 * Equal round Gaussians, E(x) = -log( 1/K Σ_k N(x; m_k, σ² I) ).
 *
 * <p>The density is normalised, its modes are counted, and exact samples are drawn.
 */
public final class GaussianMixtureEnergy implements Energy {

  private final String name;
  private final double[][] means;
  private final double sd;

  /**
   * A mixture.
   *
   * @param means of the components, [K][d]; copied
   * @param sd σ of each
   */
  public GaussianMixtureEnergy(String name, double[][] means, double sd) {
    if (means.length == 0 || means[0].length == 0 || !(sd > 0)) {
      throw new IllegalArgumentException("a mixture needs components, dimensions and a positive σ");
    }
    this.name = name;
    this.means = Arrays.stream(means).map(double[]::clone).toArray(double[][]::new);
    this.sd = sd;
  }

  /** Forty in the plane with means in [-40, 40]² and σ = log(1 + e): {@code GMM40}. */
  static GaussianMixtureEnergy forty() {
    return new GaussianMixtureEnergy("GMM40", table("gmm40.csv"), Math.log1p(Math.E));
  }

  /** Eight around a circle: {@code GMM8}. */
  static GaussianMixtureEnergy eight() {
    double[][] means = new double[8][];
    for (int k = 0; k < 8; k++) {
      means[k] = new double[] {10 * Math.cos(k * Math.PI / 4), 10 * Math.sin(k * Math.PI / 4)};
    }
    return new GaussianMixtureEnergy("GMM8", means, 1);
  }

  private static double[][] table(String resource) {
    InputStream stream = GaussianMixtureEnergy.class.getResourceAsStream(resource);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(
              line -> Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimensions() {
    return means[0].length;
  }

  /** Number of components, K. */
  public int components() {
    return means.length;
  }

  /** The mean of a component. */
  public double[] mean(int component) {
    return means[component].clone();
  }

  /** σ of each component. */
  public double sd() {
    return sd;
  }

  @Override
  public OptionalDouble logNormaliser() {
    return OptionalDouble.of(0);
  }

  @Override
  public double value(double[] x) {
    double nearest = squaredDistance(x, nearest(x));
    if (nearest == Double.POSITIVE_INFINITY) {
      return nearest;
    }
    double sum = 0;
    for (int k = 0; k < means.length; k++) {
      sum += Math.exp((nearest - squaredDistance(x, k)) / (2 * sd * sd));
    }
    double logFactor =
        Math.log(means.length) + dimensions() * (Math.log(sd) + 0.5 * Math.log(2 * Math.PI));
    return nearest / (2 * sd * sd) - Math.log(sum) + logFactor;
  }

  @Override
  public double value(double[] x, double[] gradient) {
    double nearest = squaredDistance(x, nearest(x));
    Arrays.fill(gradient, 0);
    if (nearest == Double.POSITIVE_INFINITY) {
      return nearest;
    }
    double sum = 0;
    for (int k = 0; k < means.length; k++) {
      double weight = Math.exp((nearest - squaredDistance(x, k)) / (2 * sd * sd));
      sum += weight;
      for (int c = 0; c < x.length; c++) {
        // A far component has no weight, and its distance may be infinite.
        gradient[c] += weight == 0 ? 0 : weight * (x[c] - means[k][c]);
      }
    }
    for (int c = 0; c < x.length; c++) {
      gradient[c] /= sum * sd * sd;
    }
    return value(x);
  }

  /**
   * With what probability each component made a point; their means under the density are 1/K.
   *
   * @return K numbers that sum to 1
   */
  public double[] responsibilities(double[] x) {
    double nearest = squaredDistance(x, nearest(x));
    double[] all = new double[means.length];
    double sum = 0;
    for (int k = 0; k < all.length; k++) {
      all[k] = Math.exp((nearest - squaredDistance(x, k)) / (2 * sd * sd));
      sum += all[k];
    }
    for (int k = 0; k < all.length; k++) {
      all[k] /= sum;
    }
    return all;
  }

  /** The component whose mean is nearest to a point. */
  public int nearest(double[] x) {
    int best = 0;
    for (int k = 1; k < means.length; k++) {
      best = squaredDistance(x, k) < squaredDistance(x, best) ? k : best;
    }
    return best;
  }

  /**
   * Modes with a sample near them.
   *
   * @param rows samples, row-major
   * @param within of a mean, in σ
   */
  public int modes(double[] rows, double within) {
    int d = dimensions();
    boolean[] found = new boolean[means.length];
    for (int at = 0; at < rows.length; at += d) {
      double[] x = Arrays.copyOfRange(rows, at, at + d);
      int k = nearest(x);
      found[k] |= squaredDistance(x, k) <= within * within * sd * sd;
    }
    int count = 0;
    for (boolean each : found) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** Exact samples, row-major. */
  public double[] sample(int rows, SplittableRandom random) {
    int d = dimensions();
    double[] samples = new double[rows * d];
    for (int row = 0; row < rows; row++) {
      double[] mean = means[random.nextInt(means.length)];
      for (int c = 0; c < d; c++) {
        samples[row * d + c] = mean[c] + sd * random.nextGaussian();
      }
    }
    return samples;
  }

  private double squaredDistance(double[] x, int component) {
    double sum = 0;
    for (int c = 0; c < x.length; c++) {
      double away = x[c] - means[component][c];
      sum += away * away;
    }
    return sum;
  }
}
