package org.f2d2.lab;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A mixture of Gaussians with full covariances, kept as lower Cholesky factors. */
public final class MixtureDensity implements TestDensity {

  private final String name;
  private final int d;
  private final double[] logWeights;
  private final double[][] means;
  private final double[][] factors;

  /**
   * A mixture.
   *
   * @param name for tables
   * @param weights positive; scaled to sum to 1
   * @param means one vector [d] per component
   * @param factors one lower Cholesky factor [d·d], row-major, per component
   */
  public MixtureDensity(String name, double[] weights, double[][] means, double[][] factors) {
    this.name = name;
    this.d = means[0].length;
    double sum = Arrays.stream(weights).sum();
    this.logWeights = Arrays.stream(weights).map(w -> Math.log(w / sum)).toArray();
    this.means = means;
    this.factors = factors;
  }

  /** Eight Gaussians of standard deviation 0.3 on a circle of radius 2, weights 1 : 2 : ... : 8. */
  public static MixtureDensity ring() {
    double[][] means = new double[8][];
    double[][] factors = new double[8][];
    double[] weights = new double[8];
    for (int k = 0; k < 8; k++) {
      means[k] = new double[] {2 * Math.cos(k * Math.PI / 4), 2 * Math.sin(k * Math.PI / 4)};
      factors[k] = new double[] {0.3, 0, 0, 0.3};
      weights[k] = k + 1;
    }
    return new MixtureDensity("ring", weights, means, factors);
  }

  /**
   * Random components: means normal with standard deviation {@code spread}, Cholesky factors with
   * diagonal uniform on [0.4, 1) and entries below it normal with standard deviation 0.8/√d,
   * weights uniform on [0.5, 1.5).
   */
  public static MixtureDensity random(
      String name, int d, int components, double spread, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] weights = new double[components];
    double[][] means = new double[components][d];
    double[][] factors = new double[components][d * d];
    for (int k = 0; k < components; k++) {
      weights[k] = 0.5 + random.nextDouble();
      for (int i = 0; i < d; i++) {
        means[k][i] = spread * random.nextGaussian();
        factors[k][i * d + i] = 0.4 + 0.6 * random.nextDouble();
        for (int j = 0; j < i; j++) {
          factors[k][i * d + j] = 0.8 / Math.sqrt(d) * random.nextGaussian();
        }
      }
    }
    return new MixtureDensity(name, weights, means, factors);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimensions() {
    return d;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    double u = random.nextDouble();
    int k = 0;
    while (k < logWeights.length - 1 && (u -= Math.exp(logWeights[k])) >= 0) {
      k++;
    }
    double[] z = new double[d];
    for (int i = 0; i < d; i++) {
      z[i] = random.nextGaussian();
      row[i] = means[k][i];
      for (int j = 0; j <= i; j++) {
        row[i] += factors[k][i * d + j] * z[j];
      }
    }
  }

  @Override
  public double logDensityAt(double[] row) {
    double[] terms = new double[logWeights.length];
    Arrays.setAll(terms, k -> logWeights[k] + logComponent(k, row));
    double largest = Arrays.stream(terms).reduce(Double.NEGATIVE_INFINITY, Math::max);
    double sum = 0;
    for (double term : terms) {
      sum += Math.exp(term - largest);
    }
    return largest + Math.log(sum);
  }

  // Forward substitution L z = x - m gives both the exponent and, from L's diagonal, the volume.
  private double logComponent(int k, double[] row) {
    double[] z = new double[d];
    double log = -0.5 * d * Math.log(2 * Math.PI);
    for (int i = 0; i < d; i++) {
      double rest = row[i] - means[k][i];
      for (int j = 0; j < i; j++) {
        rest -= factors[k][i * d + j] * z[j];
      }
      z[i] = rest / factors[k][i * d + i];
      log -= 0.5 * z[i] * z[i] + Math.log(factors[k][i * d + i]);
    }
    return log;
  }
}
