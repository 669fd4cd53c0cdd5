package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.ExpectationMaximization.Prior;

/**
 * Finds the Gaussian mixture that rows ask for, as a base that a velocity network need only
 * correct.
 *
 * <p>Held-out rows choose the number of components and how much their shapes lean on a common one,
 * for mixtures of a part of the rows; the chosen one is then refined on all rows, whose number
 * decides how well the parameters are known. {@link ExpectationMaximization} fits each.
 */
final class MixtureSearch {

  /** Covariances are quadratic in the dimensions, and so are the rows that they need. */
  static final int MOST_DIMENSIONS = 128;

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

  /** Rows that the best start is refined on. */
  private static final int MOST_ROWS = 20_000;

  /** Iterations on all rows of the mixture that so many rows have chosen. */
  private static final int LAST_ITERATIONS = 10;

  /** Gain in nats per held-out row that more components must bring. */
  private static final double SMALLEST_GAIN = 0.005;

  /** Of that gain; more components may cost what few held-out rows do not show. */
  private static final double STANDARD_ERRORS = 0.5;

  private static final int MOST_DISAPPOINTMENTS = 2;

  private final Tensor rows;
  private final Tensor heldOut;
  private final int d;
  private final long distinct;
  private final ExpectationMaximization fit;
  private final double mostWork;

  /**
   * A search for rows of unit scale.
   *
   * @param rows [n, d]
   * @param distinct how many of them are not copies of others with other noise
   * @param heldOut rows that the number of components is chosen on, [m, d]
   * @param mostWork multiplications that the search may cost; larger mixtures are then left out
   * @param look called between iterations; may throw to end the fit
   */
  MixtureSearch(
      Tensor rows, long distinct, Tensor heldOut, double mostWork, WorkerPool pool, Runnable look) {
    this.mostWork = mostWork;
    this.rows = rows;
    this.distinct = distinct;
    this.heldOut = heldOut;
    this.d = (int) rows.size(1);
    this.fit = new ExpectationMaximization(d, distinct, pool, look);
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
      Candidate best = candidate(ExpectationMaximization.single(d), Prior.pooled(0), judged);
      double work = 0;
      for (double pooled : pooled()) {
        Prior prior = Prior.pooled(pooled);
        int disappointments = 0;
        for (int k : COMPONENTS) {
          if (k > Math.min(most, affordable(distinct, d, pooled))) {
            break;
          }
          if (distinct > FEW_ROWS && Integer.bitCount(k) > 1) {
            continue;
          }
          double rowsSeen =
              (double) few.size(0)
                      * ExpectationMaximization.STARTS
                      * ExpectationMaximization.START_ITERATIONS
                  + many.size(0) * ExpectationMaximization.MOST_ITERATIONS / 2.0;
          double asked = rowsSeen * ExpectationMaximization.iteration(k, d);
          if (work + asked > mostWork) {
            break;
          }
          work += asked;
          GaussianMixtureFlow start = fit.start(few, k, prior, rng.derive(3, k));
          Candidate candidate = candidate(fit.refine(start, many, few, prior), prior, judged);
          if (candidate.beats(best)) {
            best = candidate;
            disappointments = 0;
          } else if (++disappointments == MOST_DISAPPOINTMENTS) {
            break;
          }
        }
      }
      if (best.mixture().components() == 1) {
        return Optional.empty();
      }
      Prior narrow = best.prior().narrow();
      Candidate sharper = candidate(fit.refine(best.mixture(), many, few, narrow), narrow, judged);
      best = sharper.beats(best) ? sharper : best;
      double affordable =
          (mostWork - work)
              / LAST_ITERATIONS
              / ExpectationMaximization.iteration(best.mixture().components(), d);
      if (Math.min(rows.size(0), affordable) > many.size(0)) {
        Tensor more = some((int) Math.min(rows.size(0), affordable), rng.derive(4));
        Candidate last = onMoreRows(best, more, judged);
        best = last.mean() >= best.mean() ? last : best;
      }
      return Optional.of(best.mixture());
    }
  }

  /** A ν that leans on the pooled shape. */
  static double pooled(int d) {
    return POOLED.get(0) * (d + 1.0);
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
      Prior prior = Prior.pooled(pooled);
      GaussianMixtureFlow start = fit.start(few, components, prior, rng.derive(3, components));
      GaussianMixtureFlow found = fit.refine(start, many, few, prior);
      return narrow ? fit.refine(found, many, few, prior.narrow()) : found;
    }
  }

  /**
   * Multiplications of {@link #fixed}, at the most.
   *
   * @param n rows
   */
  static double work(long n, int components, int d) {
    double rowsSeen =
        (double) Math.min(START_ROWS, n)
                * ExpectationMaximization.STARTS
                * ExpectationMaximization.START_ITERATIONS
            + (double) Math.min(MOST_ROWS, n) * ExpectationMaximization.MOST_ITERATIONS;
    return rowsSeen * components * d * (d + 16);
  }

  /** A mixture that a part of the rows has chosen, as more of them have it. */
  private Candidate onMoreRows(Candidate chosen, Tensor more, Tensor judged) {
    GaussianMixtureFlow now = chosen.mixture();
    for (int i = 0; i < LAST_ITERATIONS; i++) {
      now = fit.iterate(now, more, chosen.prior());
    }
    return candidate(now, chosen.prior(), judged);
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

  private Candidate candidate(GaussianMixtureFlow mixture, Prior prior, Tensor judged) {
    return new Candidate(mixture, prior, fit.logDensities(mixture, judged));
  }

  /** A mixture, the prior it was found with, and its log-densities of the held-out rows. */
  private record Candidate(GaussianMixtureFlow mixture, Prior prior, double[] logDensity) {
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

  private Tensor some(int most, Rng rng) {
    long n = rows.size(0);
    return (n <= most ? rows : rows.rows(rng.integers(n, most))).to(DType.FLOAT32);
  }
}
