package org.f2d2.domain.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.f2d2.data.Whitening;
import org.f2d2.tensor.ArrayEigen;
import org.f2d2.tensor.ArrayEigen.Accuracy;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Fits a {@link Whitening} to standardised columns, with as much shrinkage as unseen rows ask for.
 *
 * <p>The covariance of few rows in many columns has eigenvalues that are too far apart; whitening
 * by it says more than the rows know. It is pulled towards the identity,
 *
 * <pre>  S_ρ = (1 - ρ) S + ρ I,</pre>
 *
 * as Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices"
 * (Journal of Multivariate Analysis 88, 2004), do, but with the ρ under which the Gaussian of each
 * fold's other rows gives the fold's rows the highest log-density; where rows abound that is 0, and
 * nearly dependent columns keep their resolution.
 *
 * <p>Directions with less than {@value #SMALL} of the largest variance are found a second time from
 * the rows' own components along them: in a covariance they drown in the rounding of the others.
 */
final class WhiteningFit {

  /** Least variance over the largest: what rounding of the input columns leaves. */
  static final double FLOOR = 1e-21;

  private static final double SMALL = 1e-8;
  private static final int FOLDS = 5;

  /** Rows of a fold that are looked at. */
  private static final int MOST_JUDGED = 4000;

  /** With more rows than these for each column, no shrinkage is worth its search. */
  private static final int PLENTY = 1000;

  /** Columns above which LAPACK is worth the way to it. */
  private static final int MANY_COLUMNS = 48;

  /** Near each other beside how much the best one matters; each costs little more than none. */
  private static final double[] SHRINKAGES =
      DoubleStream.concat(
              DoubleStream.concat(
                  DoubleStream.of(0),
                  IntStream.range(0, 32).mapToDouble(i -> 1e-5 * Math.pow(10, i / 8.0))),
              IntStream.rangeClosed(5, 50).mapToDouble(i -> i / 50.0))
          .toArray();

  private final double[] rows;
  private final int d;
  private final int n;

  private WhiteningFit(double[] rows, int d) {
    this.rows = rows;
    this.d = d;
    this.n = rows.length / d;
  }

  /**
   * With the shrinkage that unseen rows ask for.
   *
   * @param rows row-major, finite, columns of mean 0 and variance 1
   * @param d number of columns
   * @param group of each row; rows of one are unseen together
   */
  static Whitening shrunk(double[] rows, int d, int[] group) {
    WhiteningFit fit = new WhiteningFit(rows, d);
    return fit.whitening(fit.shrinkage(group));
  }

  /** Whether so many rows are looked at in folds, so that it matters which are copies. */
  static boolean needsGroups(int rows, int d) {
    return rows <= (long) PLENTY * d;
  }

  /** Without shrinkage. */
  static Whitening plain(double[] rows, int d) {
    return new WhiteningFit(rows, d).whitening(0);
  }

  private Whitening whitening(double shrinkage) {
    int[] all = IntStream.range(0, n).toArray();
    double[] mean = mean();
    ArrayEigen eigen = eigen(scatter(all, mean), d);
    double[] values = eigen.values();
    double[] vectors = eigen.vectors();
    if (shrinkage == 0) {
      refine(values, vectors, mean);
    }
    double least = FLOOR * Arrays.stream(values).max().orElseThrow();
    List<Integer> floored = new ArrayList<>();
    for (int i = 0; i < d; i++) {
      double value = (1 - shrinkage) * values[i] + shrinkage;
      if (value < least) {
        floored.add(i);
      }
      values[i] = Math.max(value, least);
    }
    return new Whitening(values, vectors, floored);
  }

  /** Replaces the smallest directions by those of the rows' own components along them. */
  private void refine(double[] values, double[] vectors, double[] mean) {
    double largest = Arrays.stream(values).max().orElseThrow();
    int[] small = IntStream.range(0, d).filter(i -> values[i] < SMALL * largest).toArray();
    int m = small.length;
    if (m == 0) {
      return;
    }
    double[] along = new double[n * m];
    double[] size = new double[m];
    for (int r = 0; r < n; r++) {
      for (int a = 0; a < m; a++) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
          sum += vectors[i * d + small[a]] * (rows[r * d + i] - mean[i]);
        }
        along[r * m + a] = sum;
        size[a] += sum * sum / n;
      }
    }
    // A common unit keeps the second covariance far from the limits of a double.
    double unit = Math.sqrt(Math.max(Arrays.stream(size).max().orElseThrow(), Double.MIN_NORMAL));
    for (int i = 0; i < along.length; i++) {
      along[i] /= unit;
    }
    WhiteningFit within = new WhiteningFit(along, m);
    int[] all = IntStream.range(0, n).toArray();
    ArrayEigen own = eigen(within.scatter(all, within.mean()), m);
    double[] turn = own.vectors();
    double[] turned = new double[d * m];
    for (int i = 0; i < d; i++) {
      for (int b = 0; b < m; b++) {
        for (int a = 0; a < m; a++) {
          turned[i * m + b] += vectors[i * d + small[a]] * turn[a * m + b];
        }
      }
    }
    for (int b = 0; b < m; b++) {
      values[small[b]] = Math.max(0, own.values()[b]) * unit * unit;
      for (int i = 0; i < d; i++) {
        vectors[i * d + small[b]] = turned[i * m + b];
      }
    }
  }

  private double shrinkage(int[] group) {
    if (!needsGroups(n, d) || n < 2 * FOLDS) {
      return 0;
    }
    int[] foldOf = folds(group);
    double[] mean = mean();
    int[][] folds = new int[FOLDS][];
    double[][] scatters = new double[FOLDS][];
    double[] whole = new double[d * d];
    for (int f = 0; f < FOLDS; f++) {
      int fold = f;
      folds[f] = IntStream.range(0, n).filter(r -> foldOf[r] == fold).toArray();
      scatters[f] = scatter(folds[f], mean);
      for (int i = 0; i < whole.length; i++) {
        whole[i] += scatters[f][i];
      }
    }
    double[] score = new double[SHRINKAGES.length];
    for (int f = 0; f < FOLDS; f++) {
      double[] rest = new double[d * d];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = (whole[i] - scatters[f][i]) / (n - folds[f].length);
      }
      addLogDensities(ArrayEigen.of(rest, d, Accuracy.LAST_DIGITS), folds[f], mean, score);
    }
    int best = 0;
    for (int i = 1; i < score.length; i++) {
      best = score[i] > score[best] ? i : best;
    }
    return SHRINKAGES[best];
  }

  /** A fold for each row, at random, since rows may come in order; a group is in one fold. */
  private static int[] folds(int[] group) {
    int[] distinct = Arrays.stream(group).distinct().toArray();
    SplittableRandom random = new SplittableRandom(FOLDS);
    for (int i = distinct.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = distinct[i];
      distinct[i] = distinct[j];
      distinct[j] = swapped;
    }
    Map<Integer, Integer> fold = new HashMap<>();
    for (int i = 0; i < distinct.length; i++) {
      fold.put(distinct[i], i % FOLDS);
    }
    return Arrays.stream(group).map(g -> Objects.requireNonNull(fold.get(g))).toArray();
  }

  /**
   * Adds the log-density of a fold's rows under each shrinkage of a covariance, up to constants.
   */
  private void addLogDensities(ArrayEigen eigen, int[] fold, double[] mean, double[] score) {
    double[] values = eigen.values();
    double[] vectors = eigen.vectors();
    int judged = Math.min(fold.length, MOST_JUDGED);
    double[] squares = new double[d];
    double[] centred = new double[d];
    double[] y = new double[d];
    for (int r = 0; r < judged; r++) {
      Arrays.fill(y, 0);
      for (int i = 0; i < d; i++) {
        centred[i] = rows[fold[r] * d + i] - mean[i];
        for (int k = 0; k < d; k++) {
          y[k] += vectors[i * d + k] * centred[i];
        }
      }
      for (int k = 0; k < d; k++) {
        squares[k] += y[k] * y[k];
      }
    }
    double largest = Arrays.stream(values).max().orElseThrow();
    // A direction that the fold's other rows do not have at all says nothing for no shrinkage.
    double least = FLOOR * Math.max(largest, 1e-300);
    for (int s = 0; s < SHRINKAGES.length; s++) {
      double rho = SHRINKAGES[s];
      for (int k = 0; k < d; k++) {
        double value = Math.max((1 - rho) * values[k] + rho, least);
        score[s] -= 0.5 * (squares[k] / value + judged * Math.log(value));
      }
    }
  }

  private double[] mean() {
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i] / n;
    }
    return mean;
  }

  /** Σ (x - mean)(x - mean)ᵀ over some rows. */
  private double[] scatter(int[] some, double[] mean) {
    if (d > MANY_COLUMNS) {
      return scatterOnTensors(some, mean);
    }
    double[] sums = new double[d * d];
    double[] centred = new double[d];
    for (int r : some) {
      for (int i = 0; i < d; i++) {
        centred[i] = rows[r * d + i] - mean[i];
        for (int j = 0; j <= i; j++) {
          sums[i * d + j] += centred[i] * centred[j];
        }
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        sums[j * d + i] = sums[i * d + j];
      }
    }
    return sums;
  }

  private double[] scatterOnTensors(int[] some, double[] mean) {
    int chunk = 4096;
    double[] sums = new double[d * d];
    for (int from = 0; from < some.length; from += chunk) {
      int to = Math.min(some.length, from + chunk);
      double[] centred = new double[(to - from) * d];
      for (int r = from; r < to; r++) {
        for (int i = 0; i < d; i++) {
          centred[(r - from) * d + i] = rows[some[r] * d + i] - mean[i];
        }
      }
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.of(centred, DType.FLOAT64, to - from, d);
        double[] part = x.transpose().matmul(x).toDoubles();
        for (int i = 0; i < sums.length; i++) {
          sums[i] += part[i];
        }
      }
    }
    return sums;
  }

  /** Of the covariance whose sums over all rows these are. */
  private ArrayEigen eigen(double[] scatter, int side) {
    double factor = 1.0 / n;
    double[] covariance = Arrays.stream(scatter).map(v -> v * factor).toArray();
    return ArrayEigen.of(covariance, side, Accuracy.LAST_DIGITS);
  }
}
