package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.plain.SupportBlend;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Fits a Gaussian mixture by maximum likelihood (Dempster, Laird and Rubin, 1977), as a base that a
 * velocity network need only correct.
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
 * 2007), and the sums are in 32 bits, each about the last mean. Held-out rows choose ν and the
 * number of components, for mixtures of a part of the rows; the chosen one is then refined on all
 * rows, whose number decides how well the parameters are known.
 */
final class ExpectationMaximization {

  /** Covariances are quadratic in the dimensions, and so are the rows that they need. */
  static final int MOST_DIMENSIONS = 128;

  private static final double RIDGE = 1e-4;

  /** A floor for rows that pile up in places, tried on the mixture that the other floor chose. */
  private static final double NARROW_RIDGE = 1e-6;

  /** Rows of a component that has lost all of its own. */
  private static final double SMALLEST_COUNT = 1e-9;

  /** Rows that a component needs for each column and one, with shapes of its own. */
  private static final int ROWS_PER_PARAMETER = 10;

  /** The same where it leans on the pooled shape. */
  private static final int ROWS_PER_SHARED_PARAMETER = 2;

  /** Pooled rows for each column and one, ν/(d+1), beside none. */
  private static final List<Integer> POOLED = List.of(2);

  /** With more rows than these for each column and one, shapes need no prior. */
  private static final int PLENTY = 500;

  /** Numbers of components that are tried; those between powers of two on few rows only. */
  private static final int[] COMPONENTS = {2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

  private static final int FEW_ROWS = 3000;

  /** Rows that starts are compared on. */
  private static final int START_ROWS = 5_000;

  private static final int STARTS = 2;
  private static final int START_ITERATIONS = 10;

  /** Rows that the best start is refined on. */
  private static final int MOST_ROWS = 20_000;

  /** Iterations on all rows of the mixture that so many rows have chosen. */
  private static final int LAST_ITERATIONS = 10;

  private static final int MOST_ITERATIONS = 40;
  private static final int ITERATIONS_BETWEEN_LOOKS = 5;

  /** Gain in nats per row and look below which a refinement ends. */
  private static final double SMALLEST_PROGRESS = 5e-4;

  /** Gain in nats per held-out row that more components must bring. */
  private static final double SMALLEST_GAIN = 0.005;

  /** Of that gain; more components may cost what few held-out rows do not show. */
  private static final double STANDARD_ERRORS = 0.5;

  private static final int MOST_DISAPPOINTMENTS = 2;

  /** Rows in one tensor operation: few enough for the processor's cache. */
  private static final RowChunks CHUNKS = new RowChunks(2048);

  /** The rows are always cut into as many parts, so that sums do not depend on the workers. */
  private static final int PARTS = 4;

  private final Tensor rows;
  private final Tensor heldOut;
  private final int d;
  private final long distinct;
  private final WorkerPool pool;
  private final Runnable look;
  private final double mostWork;
  private double ridge = RIDGE;

  /**
   * A fit on rows of unit scale.
   *
   * @param rows [n, d]
   * @param distinct how many of them are not copies of others with other noise
   * @param heldOut rows that the number of components is chosen on, [m, d]
   * @param mostWork multiplications that the search may cost; larger mixtures are then left out
   * @param look called between iterations; may throw to end the fit
   */
  ExpectationMaximization(
      Tensor rows, long distinct, Tensor heldOut, double mostWork, WorkerPool pool, Runnable look) {
    this.mostWork = mostWork;
    this.rows = rows;
    this.distinct = distinct;
    this.heldOut = heldOut;
    this.d = (int) rows.size(1);
    this.pool = pool;
    this.look = look;
  }

  /**
   * The mixture with the number of components that held-out rows ask for.
   *
   * @param most most components
   * @return empty where one Gaussian is as good
   */
  Optional<GaussianMixtureFlow> fit(int most, Rng rng) {
    if (d > MOST_DIMENSIONS) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      Tensor few = some(START_ROWS, rng.derive(1));
      Tensor many = some(MOST_ROWS, rng.derive(2));
      Tensor judged = heldOut.to(DType.FLOAT32);
      Candidate best = new Candidate(single(), 0, logDensities(single(), judged));
      double work = 0;
      for (double pooled : pooled()) {
        int disappointments = 0;
        for (int k : COMPONENTS) {
          if (k > Math.min(most, affordable(distinct, d, pooled))) {
            break;
          }
          if (distinct > FEW_ROWS && Integer.bitCount(k) > 1) {
            continue;
          }
          double rowsSeen =
              (double) few.size(0) * STARTS * START_ITERATIONS
                  + many.size(0) * MOST_ITERATIONS / 2.0;
          double asked = rowsSeen * iteration(k);
          if (work + asked > mostWork) {
            break;
          }
          work += asked;
          GaussianMixtureFlow next =
              refine(best(few, k, pooled, rng.derive(3, k)), many, few, pooled);
          Candidate candidate = new Candidate(next, pooled, logDensities(next, judged));
          if (candidate.beats(best)) {
            best = candidate;
            disappointments = 0;
          } else if (++disappointments == MOST_DISAPPOINTMENTS) {
            break;
          }
        }
      }
      if (best.mixture().components() > 1) {
        ridge = NARROW_RIDGE;
        GaussianMixtureFlow narrow = refine(best.mixture(), many, few, best.pooled());
        Candidate candidate = new Candidate(narrow, best.pooled(), logDensities(narrow, judged));
        boolean better = candidate.beats(best);
        best = better ? candidate : best;
        ridge = better ? NARROW_RIDGE : RIDGE;
        double affordable =
            (mostWork - work) / LAST_ITERATIONS / iteration(best.mixture().components());
        if (Math.min(rows.size(0), affordable) > many.size(0)) {
          Tensor more = some((int) Math.min(rows.size(0), affordable), rng.derive(4));
          candidate = onMoreRows(best, more, judged);
          best = candidate.mean() >= best.mean() ? candidate : best;
        }
        ridge = RIDGE;
      }
      return best.mixture().components() == 1 ? Optional.empty() : Optional.of(best.mixture());
    }
  }

  /** A ν that leans on the pooled shape. */
  static double pooled(int d) {
    return POOLED.get(0) * (d + 1.0);
  }

  /** Whether the covariances of a mixture go below the usual floor. */
  static boolean isNarrow(GaussianMixtureFlow mixture) {
    return mixture.whitenings().abs().max().item() > 1 / Math.sqrt(RIDGE);
  }

  /**
   * A mixture of so many components, however good it is.
   *
   * @param pooled ν, in distinct rows
   * @param narrow whether with the floor for rows that pile up
   */
  GaussianMixtureFlow fixed(int components, double pooled, boolean narrow, Rng rng) {
    try (Scope scope = Scope.open()) {
      Tensor few = some(START_ROWS, rng.derive(1));
      Tensor many = some(MOST_ROWS, rng.derive(2));
      GaussianMixtureFlow found =
          refine(best(few, components, pooled, rng.derive(3, components)), many, few, pooled);
      if (narrow) {
        ridge = NARROW_RIDGE;
        found = refine(found, many, few, pooled);
        ridge = RIDGE;
      }
      return found;
    }
  }

  /**
   * Multiplications of {@link #fixed}, at the most.
   *
   * @param n rows
   */
  static double work(long n, int components, int d) {
    double rowsSeen =
        (double) Math.min(START_ROWS, n) * STARTS * START_ITERATIONS
            + (double) Math.min(MOST_ROWS, n) * MOST_ITERATIONS;
    return rowsSeen * components * d * (d + 16);
  }

  /** Multiplications of an iteration for each row. */
  private double iteration(int components) {
    return (double) components * d * (d + 16);
  }

  /** A mixture that a part of the rows has chosen, as more of them have it. */
  private Candidate onMoreRows(Candidate chosen, Tensor more, Tensor judged) {
    GaussianMixtureFlow now = chosen.mixture();
    for (int i = 0; i < LAST_ITERATIONS; i++) {
      now = iterate(now, more, chosen.pooled());
    }
    return new Candidate(now, chosen.pooled(), logDensities(now, judged));
  }

  /** ν, in distinct rows. */
  private List<Double> pooled() {
    List<Double> all = new ArrayList<>(List.of(0.0));
    if (distinct < (long) PLENTY * (d + 1)) {
      POOLED.forEach(p -> all.add((double) p * (d + 1)));
    }
    return all;
  }

  /**
   * Most components of so many rows.
   *
   * @param pooled ν, in distinct rows
   */
  static long affordable(long distinct, int d, double pooled) {
    int each = pooled > 0 ? ROWS_PER_SHARED_PARAMETER : ROWS_PER_PARAMETER;
    return distinct / ((long) each * (d + 1));
  }

  /** The next number of components that is tried, larger or smaller; empty at the ends. */
  static OptionalInt next(int components, boolean more) {
    IntStream tried =
        IntStream.concat(IntStream.of(1), Arrays.stream(COMPONENTS))
            .filter(k -> more ? k > components : k < components);
    return more ? tried.min() : tried.max();
  }

  /** A mixture, the ν it was found with, and its log-densities of the held-out rows. */
  private record Candidate(GaussianMixtureFlow mixture, double pooled, double[] logDensity) {
    boolean beats(Candidate other) {
      return clearlyBetter(logDensity, other.logDensity);
    }

    double mean() {
      return Arrays.stream(logDensity).average().orElseThrow();
    }
  }

  /**
   * Whether a density of the same rows is above another by more than chance and trouble ask for.
   */
  static boolean clearlyBetter(double[] a, double[] b) {
    int n = a.length;
    double gain = 0;
    for (int i = 0; i < n; i++) {
      gain += (a[i] - b[i]) / n;
    }
    double variance = 0;
    for (int i = 0; i < n; i++) {
      variance += Math.pow(a[i] - b[i] - gain, 2) / n;
    }
    return gain > SMALLEST_GAIN + STANDARD_ERRORS * Math.sqrt(variance / n);
  }

  /**
   * The mixture, or kernels, with one more component, wide and rare, which rules far from the data:
   * there the others would hand over to each other so abruptly that no solver follows.
   */
  static ClosedFormFlow withBackground(ClosedFormFlow flow) {
    if (flow instanceof KernelDensityFlow kernels) {
      double share = kernels.share() * (1 - SupportBlend.WIDE_SHARE);
      // Of the mixture beside the kernels the wide component is a larger part than of all.
      return kernels.beside(
          withBackground(kernels.mixture(), SupportBlend.WIDE_SHARE / (1 - share)), share);
    }
    return withBackground((GaussianMixtureFlow) flow, SupportBlend.WIDE_SHARE);
  }

  private static GaussianMixtureFlow withBackground(GaussianMixtureFlow mixture, double wide) {
    int d = mixture.dimensions();
    Tensor share = Tensor.full(wide, DType.FLOAT64, 1);
    Tensor variance =
        Tensor.eye(d, DType.FLOAT64).mul(SupportBlend.WIDE_SCALE * SupportBlend.WIDE_SCALE);
    return GaussianMixtureFlow.of(
        Tensor.cat(0, mixture.weights().mul(1 - wide), share),
        Tensor.cat(0, mixture.means(), Tensor.zeros(DType.FLOAT64, 1, d)),
        Tensor.cat(0, mixture.covariances(), variance.reshape(1, d, d)));
  }

  private Tensor some(int most, Rng rng) {
    long n = rows.size(0);
    return (n <= most ? rows : rows.rows(rng.integers(n, most))).to(DType.FLOAT32);
  }

  private GaussianMixtureFlow single() {
    return single(d);
  }

  /** The standard Gaussian as a mixture of one. */
  static GaussianMixtureFlow single(int d) {
    return GaussianMixtureFlow.isotropic(new double[] {1}, new double[1][d], new double[] {1}, 1);
  }

  private GaussianMixtureFlow best(Tensor few, int k, double pooled, Rng rng) {
    GaussianMixtureFlow best = null;
    double score = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < STARTS; s++) {
      GaussianMixtureFlow start = seed(few, k, rng.derive(s));
      for (int i = 0; i < START_ITERATIONS; i++) {
        start = iterate(start, few, pooled);
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

  private GaussianMixtureFlow refine(
      GaussianMixtureFlow start, Tensor many, Tensor few, double pooled) {
    GaussianMixtureFlow now = start;
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 1; i <= MOST_ITERATIONS; i++) {
      now = iterate(now, many, pooled);
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
  private GaussianMixtureFlow iterate(GaussianMixtureFlow mixture, Tensor x, double pooled) {
    look.run();
    Moments sums = moments(mixture, x);
    // Copies of a row, or rows that are left out, change how much a row counts.
    double prior = pooled * x.size(0) / distinct;
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
          double floor = i == j ? ridge : 0;
          double added = (d + 1) * floor + prior * shared[i][j];
          double value = (covariances[c][i][j] + added) / (weights[c] + d + 1 + prior) + floor;
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

  private double[] logDensities(GaussianMixtureFlow mixture, Tensor x) {
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
