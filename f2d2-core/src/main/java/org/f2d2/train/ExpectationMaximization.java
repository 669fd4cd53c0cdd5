package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Fits a Gaussian mixture of so many components by maximum likelihood (Dempster, Laird and Rubin,
 * 1977).
 *
 * <pre>
 *   r_nk = P(component k | x_n)
 *   N_k  = Σ_n r_nk,   w_k = N_k/N,   m_k = Σ_n r_nk x_n / N_k
 *   S    = Σ_k Σ_n r_nk (x_n - m_k)(x_n - m_k)ᵀ / N
 *   Σ_k  = ( Σ_n r_nk (x_n - m_k)(x_n - m_k)ᵀ + (d+1) ε I + ν S ) / ( N_k + d + 1 + ν ) + ε I
 * </pre>
 *
 * The ε terms are those of an inverse Wishart prior and a floor: rows that repeat a value would
 * otherwise draw a component of no width. The pooled covariance S (Friedman, "Regularized
 * discriminant analysis", 1989) counts as ν rows: with few rows for each column it takes the place
 * of shapes that nobody could know. Starts are seeded as in k-means++ (Arthur and Vassilvitskii,
 * 2007), and the sums are in 32 bits, each about the last mean.
 */
final class ExpectationMaximization {

  static final int STARTS = 2;
  static final int START_ITERATIONS = 10;
  static final int MOST_ITERATIONS = 40;

  private static final double RIDGE = 1e-4;

  /** A floor for rows that pile up in places. */
  private static final double NARROW_RIDGE = 1e-6;

  /** Rows of a component that has lost all of its own. */
  private static final double SMALLEST_COUNT = 1e-9;

  private static final int ITERATIONS_BETWEEN_LOOKS = 5;

  /** Gain in nats per row and look below which a refinement ends. */
  private static final double SMALLEST_PROGRESS = 5e-4;

  /** Rows in one tensor operation: few enough for the processor's cache. */
  private static final RowChunks CHUNKS = new RowChunks(2048);

  /** The rows are always cut into as many parts, so that sums do not depend on the workers. */
  private static final int PARTS = 4;

  /**
   * What covariances are drawn towards.
   *
   * @param pooled ν, in distinct rows
   * @param ridge ε
   */
  record Prior(double pooled, double ridge) {
    /** With the usual floor. */
    static Prior pooled(double rows) {
      return new Prior(rows, RIDGE);
    }

    /** With the floor for rows that pile up. */
    Prior narrow() {
      return new Prior(pooled, NARROW_RIDGE);
    }
  }

  private final int d;
  private final long distinct;
  private final WorkerPool pool;
  private final Runnable look;

  /**
   * A fit to rows of unit scale.
   *
   * @param d columns
   * @param distinct how many of all rows are not copies of others with other noise
   * @param look called between iterations; may throw to end the fit
   */
  ExpectationMaximization(int d, long distinct, WorkerPool pool, Runnable look) {
    this.d = d;
    this.distinct = distinct;
    this.pool = pool;
    this.look = look;
  }

  /** Multiplications of an iteration for each row. */
  static double iteration(int components, int d) {
    return (double) components * d * (d + 16);
  }

  /** Whether the covariances of a mixture go below the usual floor. */
  static boolean isNarrow(GaussianMixtureFlow mixture) {
    return mixture.whitenings().abs().max().item() > 1 / Math.sqrt(RIDGE);
  }

  /** The standard Gaussian as a mixture of one. */
  static GaussianMixtureFlow single(int d) {
    return GaussianMixtureFlow.isotropic(new double[] {1}, new double[1][d], new double[] {1}, 1);
  }

  /**
   * The likeliest of some starts, after a few steps each.
   *
   * @param few rows that starts are compared on
   */
  GaussianMixtureFlow start(Tensor few, int k, Prior prior, Rng rng) {
    GaussianMixtureFlow best = null;
    double score = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < STARTS; s++) {
      GaussianMixtureFlow start = seed(few, k, rng.derive(s));
      for (int i = 0; i < START_ITERATIONS; i++) {
        start = iterate(start, few, prior);
      }
      double reached = logLikelihood(start, few);
      if (best == null || reached > score) {
        best = start;
        score = reached;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no start");
    }
    return best;
  }

  /**
   * Goes on for as long as that makes rows likelier.
   *
   * @param many rows that are fitted
   * @param few rows that progress is seen on
   */
  GaussianMixtureFlow refine(GaussianMixtureFlow start, Tensor many, Tensor few, Prior prior) {
    GaussianMixtureFlow now = start;
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 1; i <= MOST_ITERATIONS; i++) {
      now = iterate(now, many, prior);
      if (i % ITERATIONS_BETWEEN_LOOKS == 0) {
        double reached = logLikelihood(now, few);
        if (reached - before < SMALLEST_PROGRESS) {
          break;
        }
        before = reached;
      }
    }
    return now;
  }

  // Each further mean is a row drawn with probability proportional to its squared distance from
  // the means so far; all components start with the mean of what is left of that distance.
  private GaussianMixtureFlow seed(Tensor few, int k, Rng rng) {
    double[] x = few.toDoubles();
    int n = x.length / d;
    double[] draws = rng.uniform(DType.FLOAT64, k).toDoubles();
    double[] distance = new double[n];
    Arrays.fill(distance, 1);
    double[][] means = new double[k][];
    for (int c = 0; c < k; c++) {
      double rest = draws[c] * Arrays.stream(distance).sum();
      int row = 0;
      while (row < n - 1 && (rest -= distance[row]) > 0) {
        row++;
      }
      means[c] = Arrays.copyOfRange(x, row * d, (row + 1) * d);
      for (int i = 0; i < n; i++) {
        double squared = 0;
        for (int j = 0; j < d; j++) {
          double gap = x[i * d + j] - means[c][j];
          squared += gap * gap;
        }
        distance[i] = c == 0 ? squared : Math.min(distance[i], squared);
      }
    }
    double[] weights = new double[k];
    double[] deviations = new double[k];
    Arrays.fill(weights, 1.0 / k);
    Arrays.fill(deviations, Math.sqrt(RIDGE + Arrays.stream(distance).sum() / n / d));
    return GaussianMixtureFlow.isotropic(weights, means, deviations, 1);
  }

  /** Sums over rows: N [K], first moments about m_k [K, d], second moments [K, d, d]. */
  private record Moments(double[] count, double[] first, double[] second) {
    void add(Moments other) {
      addTo(count, other.count);
      addTo(first, other.first);
      addTo(second, other.second);
    }

    private static void addTo(double[] sum, double[] other) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += other[i];
      }
    }
  }

  /** One step of expectation and maximisation. */
  GaussianMixtureFlow iterate(GaussianMixtureFlow mixture, Tensor x, Prior prior) {
    look.run();
    Moments sums = moments(mixture, x);
    // Copies of a row, or rows that are left out, change how much a row counts.
    double pooled = prior.pooled() * x.size(0) / distinct;
    int k = mixture.components();
    double[] old = mixture.means().toDoubles();
    double[] weights = new double[k];
    double[][] means = new double[k][d];
    double[][][] covariances = new double[k][d][d];
    double[][] shared = new double[d][d];
    for (int c = 0; c < k; c++) {
      double count = Math.max(sums.count()[c], SMALLEST_COUNT);
      weights[c] = count;
      double[] shift = new double[d];
      for (int i = 0; i < d; i++) {
        shift[i] = sums.first()[c * d + i] / count;
        means[c][i] = old[c * d + i] + shift[i];
      }
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double scatter = sums.second()[(c * d + i) * d + j] - count * shift[i] * shift[j];
          covariances[c][i][j] = scatter;
          shared[i][j] += scatter / x.size(0);
        }
      }
    }
    for (int c = 0; c < k; c++) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double floor = i == j ? prior.ridge() : 0;
          double added = (d + 1) * floor + pooled * shared[i][j];
          double value = (covariances[c][i][j] + added) / (weights[c] + d + 1 + pooled) + floor;
          covariances[c][i][j] = value;
          covariances[c][j][i] = value;
        }
      }
    }
    return new GaussianMixtureFlow(weights, means, covariances, 1);
  }

  private Moments moments(GaussianMixtureFlow mixture, Tensor x) {
    int k = mixture.components();
    List<Moments> parts =
        pool.map(
            PARTS,
            p -> {
              Moments sum = new Moments(new double[k], new double[k * d], new double[k * d * d]);
              Tensor part = part(x, p);
              CHUNKS.forEach(
                  part.size(0), (from, to) -> sum.add(moments(mixture, part.rows(from, to), k)));
              return sum;
            });
    parts.subList(1, PARTS).forEach(parts.get(0)::add);
    return parts.get(0);
  }

  private static Moments moments(GaussianMixtureFlow mixture, Tensor x, int k) {
    Tensor r = mixture.responsibilities(x, ones(x)).transpose().unsqueeze(2);
    Tensor centred = x.sub(mixture.means().to(x.type()).reshape(k, 1, x.size(1)));
    Tensor weighted = r.mul(centred);
    return new Moments(
        r.sum(1).toDoubles(),
        weighted.sum(1).toDoubles(),
        weighted.transpose().matmul(centred).toDoubles());
  }

  /** Mean log-density of rows, in nats. */
  private double logLikelihood(GaussianMixtureFlow mixture, Tensor x) {
    return Arrays.stream(logDensities(mixture, x)).sum() / x.size(0);
  }

  /** Log-densities of rows, in nats. */
  double[] logDensities(GaussianMixtureFlow mixture, Tensor x) {
    return pool
        .map(
            PARTS,
            p -> {
              Tensor part = part(x, p);
              double[] values = new double[Math.toIntExact(part.size(0))];
              CHUNKS.forEach(
                  part.size(0),
                  (from, to) -> {
                    double[] chunk = mixture.logDensity(part.rows(from, to), 1).toDoubles();
                    System.arraycopy(chunk, 0, values, Math.toIntExact(from), chunk.length);
                  });
              return values;
            })
        .stream()
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static Tensor part(Tensor x, int part) {
    long n = x.size(0);
    return x.rows(part * n / PARTS, (part + 1) * n / PARTS);
  }

  private static Tensor ones(Tensor x) {
    return Tensor.ones(x.type(), x.size(0), 1);
  }
}
