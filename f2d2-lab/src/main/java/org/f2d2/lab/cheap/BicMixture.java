package org.f2d2.lab.cheap;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.lab.MixtureDensity;

/**
 * A mixture of Gaussians with full covariances whose number of components has the smallest Bayesian
 * information criterion (Schwarz, 1978),
 *
 * <pre>
 *   BIC(K) = -2 Σ_n log p(x_n) + (K - 1 + K d + K d (d + 1)/2) ln n
 * </pre>
 *
 * Each K from 1 up starts several times from k-means++ and keeps the likeliest run. A run in which
 * a component holds too few different rows for a covariance is thrown away: there the likelihood
 * grows without a bound.
 */
public final class BicMixture implements CheapModel {

  /** Numbers of components; a denser ladder costs more than it finds. */
  private static final int[] LADDER = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 40};

  private static final int STARTS = 5;

  /** Rows that starts are compared on, and steps of each. */
  private static final int START_ROWS = 2_000;

  private static final int START_STEPS = 20;

  /** Rows that the best start is continued on; BIC is of these. */
  private static final int MOST_ROWS = 20_000;

  private static final int MOST_STEPS = 100;

  /** Gain in nats per row and step below which a run ends. */
  private static final double SMALLEST_GAIN = 1e-5;

  /** The ladder ends after as many numbers without a better criterion. */
  private static final int DISAPPOINTMENTS = 3;

  private final MixtureDensity density;
  private final int components;

  private BicMixture(MixtureDensity density, int components) {
    this.density = density;
    this.components = components;
  }

  /**
   * Chooses the number of components.
   *
   * @param rows row-major [n, d], finite; columns of similar scale. Beyond 20,000 rows, 20,000 of
   *     them are used.
   * @param ridge added to each variance of each component, in squared units of the rows; positive
   * @param seed of the starts
   */
  public static BicMixture fit(double[] rows, int d, double ridge, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] many = some(rows, d, MOST_ROWS, random);
    double[] few = some(many, d, START_ROWS, random);
    int n = many.length / d;
    MixtureSteps onFew = new MixtureSteps(few, d, ridge);
    MixtureSteps onMany = new MixtureSteps(many, d, ridge);
    Optional<MixtureSteps.State> best = Optional.empty();
    double least = Double.POSITIVE_INFINITY;
    int disappointments = 0;
    for (int k : LADDER) {
      SplittableRandom starts = random.split();
      if (k > 1 && k * MixtureSteps.fewestRows(d) > n) {
        break;
      }
      Optional<MixtureSteps.State> next =
          k == 1
              ? Optional.of(onMany.single())
              : IntStream.range(0, STARTS)
                  .mapToObj(s -> onFew.start(k, starts.split()))
                  .flatMap(s -> s.flatMap(x -> onFew.run(x, START_STEPS, SMALLEST_GAIN)).stream())
                  .max((a, b) -> Double.compare(a.logLikelihood(), b.logLikelihood()))
                  .flatMap(s -> onMany.run(s, MOST_STEPS, SMALLEST_GAIN));
      double parameters = k - 1 + k * d + k * d * (d + 1) / 2.0;
      double criterion =
          next.map(s -> -2 * n * s.logLikelihood() + parameters * Math.log(n))
              .orElse(Double.POSITIVE_INFINITY);
      if (criterion < least) {
        least = criterion;
        best = next;
        disappointments = 0;
      } else if (++disappointments == DISAPPOINTMENTS) {
        break;
      }
    }
    MixtureSteps.State state =
        best.orElseThrow(() -> new IllegalArgumentException("the rows have no width"));
    return new BicMixture(
        new MixtureDensity("mixture", state.weights(), state.means(), state.factors()),
        state.weights().length);
  }

  private static double[] some(double[] rows, int d, int most, SplittableRandom random) {
    int n = rows.length / d;
    if (n <= most) {
      return rows;
    }
    double[] out = new double[most * d];
    for (int i = 0, left = most; left > 0; i++) {
      // Knuth's selection sampling: each set of rows is as likely, and their order is kept.
      if (random.nextDouble() * (n - i) < left) {
        System.arraycopy(rows, i * d, out, (most - left) * d, d);
        left--;
      }
    }
    return out;
  }

  /** Number of components. */
  public int components() {
    return components;
  }

  @Override
  public String name() {
    return density.name();
  }

  @Override
  public String choice() {
    return Integer.toString(components);
  }

  @Override
  public double[] logDensity(double[] rows) {
    return density.logDensity(rows);
  }

  /** How often each row occurs among rows [n, d]. */
  static double[] multiplicity(double[] rows, int d) {
    Map<Long, Integer> counts = new HashMap<>();
    long[] keys = new long[rows.length / d];
    for (int r = 0; r < keys.length; r++) {
      long key = 0;
      for (int i = 0; i < d; i++) {
        key = 0x9E3779B97F4A7C15L * (key ^ (key >>> 29)) + Double.doubleToLongBits(rows[r * d + i]);
      }
      keys[r] = key;
      counts.merge(key, 1, Integer::sum);
    }
    return Arrays.stream(keys).mapToDouble(key -> counts.getOrDefault(key, 1)).toArray();
  }
}
