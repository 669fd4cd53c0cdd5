package org.f2d2.lab.cheap;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Steps of expectation and maximisation on fixed rows (Dempster, Laird and Rubin, 1977). Every sum
 * over rows runs in the order of the rows, so that the result does not depend on the cores.
 */
final class MixtureSteps {

  private static final int LLOYD_STEPS = 10;

  private final double[] rows;
  private final double[] multiplicity;
  private final int n;
  private final int d;
  private final double ridge;

  /**
   * A mixture and how well it fits.
   *
   * @param weights [K], sum 1
   * @param means [K][d]
   * @param factors lower Cholesky factors [K][d·d]
   * @param logLikelihood mean over the rows, nats; of the mixture before the last step
   */
  record State(double[] weights, double[][] means, double[][] factors, double logLikelihood) {}

  MixtureSteps(double[] rows, int d, double ridge) {
    this.rows = rows;
    this.multiplicity = BicMixture.multiplicity(rows, d);
    this.n = rows.length / d;
    this.d = d;
    this.ridge = ridge;
  }

  /** Fewest different rows of a component: twice what a covariance needs to be one. */
  static int fewestRows(int d) {
    return 2 * (d + 1);
  }

  /** The one Gaussian of all rows, with as much more ridge as it needs to have a width. */
  State single() {
    double[] mean = Covariance.mean(rows, d);
    double[] covariance = Covariance.of(rows, mean);
    addRidge(covariance, ridge);
    Optional<double[]> factor = Covariance.cholesky(covariance, d);
    for (double more = ridge; factor.isEmpty(); more *= 10) {
      addRidge(covariance, more);
      factor = Covariance.cholesky(covariance, d);
    }
    double[][] means = {mean};
    double[][] factors = {factor.get()};
    double[] weights = {1};
    double reached = expect(new State(weights, means, factors, Double.NaN), new double[n]);
    return new State(weights, means, factors, reached);
  }

  /** A start by k-means++ (Arthur and Vassilvitskii, 2007) and a few steps of Lloyd. */
  Optional<State> start(int k, SplittableRandom random) {
    double[][] centres = new double[k][];
    double[] nearest = new double[n];
    Arrays.fill(nearest, 1);
    for (int c = 0; c < k; c++) {
      double rest = random.nextDouble() * Arrays.stream(nearest).sum();
      int row = 0;
      while (row < n - 1 && (rest -= nearest[row]) > 0) {
        row++;
      }
      double[] centre = Arrays.copyOfRange(rows, row * d, (row + 1) * d);
      centres[c] = centre;
      boolean first = c == 0;
      Arrays.parallelSetAll(
          nearest, r -> first ? squared(r, centre) : Math.min(nearest[r], squared(r, centre)));
    }
    double[] shares = new double[n * k];
    for (int step = 0; step < LLOYD_STEPS; step++) {
      Arrays.fill(shares, 0);
      IntStream.range(0, n).parallel().forEach(r -> shares[r * k + closest(r, centres)] = 1);
      for (int c = 0; c < k; c++) {
        centres[c] = mean(shares, c, k, centres[c]);
      }
    }
    return maximise(shares, k, Double.NEGATIVE_INFINITY);
  }

  /**
   * Steps until the likelihood gains no more.
   *
   * @return empty when a component collapses
   */
  Optional<State> run(State start, int most, double smallestGain) {
    int k = start.weights.length;
    double[] shares = new double[n * k];
    State now = start;
    double before = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < most; step++) {
      double reached = expect(now, shares);
      if (reached - before < smallestGain) {
        return Optional.of(new State(now.weights, now.means, now.factors, reached));
      }
      before = reached;
      Optional<State> next = maximise(shares, k, reached);
      if (next.isEmpty()) {
        return next;
      }
      now = next.get();
    }
    return Optional.of(new State(now.weights, now.means, now.factors, expect(now, shares)));
  }

  /** Fills the shares [n, K] of the components in each row; gives the mean log-density. */
  private double expect(State state, double[] shares) {
    int k = state.weights.length;
    double[] constants = new double[k];
    for (int c = 0; c < k; c++) {
      constants[c] = Math.log(state.weights[c]) - 0.5 * d * Math.log(2 * Math.PI);
      for (int i = 0; i < d; i++) {
        constants[c] -= Math.log(state.factors[c][i * d + i]);
      }
    }
    double[] logs = new double[n];
    Arrays.parallelSetAll(
        logs,
        r -> {
          double largest = Double.NEGATIVE_INFINITY;
          for (int c = 0; c < k; c++) {
            double value = constants[c] - 0.5 * mahalanobis(r, state.means[c], state.factors[c]);
            shares[r * k + c] = value;
            largest = Math.max(largest, value);
          }
          double sum = 0;
          for (int c = 0; c < k; c++) {
            shares[r * k + c] = Math.exp(shares[r * k + c] - largest);
            sum += shares[r * k + c];
          }
          for (int c = 0; c < k; c++) {
            shares[r * k + c] /= sum;
          }
          return largest + Math.log(sum);
        });
    return Arrays.stream(logs).average().orElseThrow();
  }

  private Optional<State> maximise(double[] shares, int k, double logLikelihood) {
    double[] weights = new double[k];
    double[] different = new double[k];
    for (int i = 0; i < shares.length; i++) {
      weights[i % k] += shares[i] / n;
      different[i % k] += shares[i] / multiplicity[i / k];
    }
    if (Arrays.stream(different).anyMatch(count -> count < fewestRows(d))) {
      return Optional.empty();
    }
    double[][] means = new double[k][d];
    double[][] factors = new double[k][];
    IntStream.range(0, k)
        .parallel()
        .forEach(
            c -> {
              means[c] = mean(shares, c, k, means[c]);
              // An empty factor marks a covariance that is none.
              factors[c] =
                  Covariance.cholesky(covariance(shares, c, k, means[c]), d).orElse(new double[0]);
            });
    return Arrays.stream(factors).anyMatch(f -> f.length == 0)
        ? Optional.empty()
        : Optional.of(new State(weights, means, factors, logLikelihood));
  }

  private double[] mean(double[] shares, int c, int k, double[] ifNone) {
    double[] mean = new double[d];
    double count = 0;
    for (int r = 0; r < n; r++) {
      double share = shares[r * k + c];
      count += share;
      for (int i = 0; i < d && share > 0; i++) {
        mean[i] += share * rows[r * d + i];
      }
    }
    if (count == 0) {
      return ifNone;
    }
    for (int i = 0; i < d; i++) {
      mean[i] /= count;
    }
    return mean;
  }

  private double[] covariance(double[] shares, int c, int k, double[] mean) {
    double[] sum = new double[d * d];
    double[] gap = new double[d];
    double count = 0;
    for (int r = 0; r < n; r++) {
      double share = shares[r * k + c];
      if (share == 0) {
        continue;
      }
      count += share;
      for (int i = 0; i < d; i++) {
        gap[i] = rows[r * d + i] - mean[i];
        for (int j = 0; j <= i; j++) {
          sum[i * d + j] += share * gap[i] * gap[j];
        }
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        sum[i * d + j] /= count;
        sum[j * d + i] = sum[i * d + j];
      }
    }
    addRidge(sum, ridge);
    return sum;
  }

  private void addRidge(double[] covariance, double amount) {
    for (int i = 0; i < d; i++) {
      covariance[i * (d + 1)] += amount;
    }
  }

  private int closest(int r, double[][] centres) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      double distance = squared(r, centres[c]);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  private double squared(int r, double[] centre) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double gap = rows[r * d + i] - centre[i];
      sum += gap * gap;
    }
    return sum;
  }

  private double mahalanobis(int r, double[] mean, double[] factor) {
    double[] z = new double[d];
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double rest = rows[r * d + i] - mean[i];
      for (int j = 0; j < i; j++) {
        rest -= factor[i * d + j] * z[j];
      }
      z[i] = rest / factor[i * d + i];
      sum += z[i] * z[i];
    }
    return sum;
  }
}
