package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Fits the bandwidth and the share of a {@link KernelDensityFlow} about the training rows by
 * leaving one out (Duin, "On the choice of smoothing parameters for Parzen estimators of
 * probability density functions", 1976):
 *
 * <pre>  h, s = argmax Σ_i u_i ln ( (1-s) p_mixture(x_i) + s Σ_{j≠i} u_j N(x_i; x_j, h² Σ_{k(j)}) )
 * </pre>
 *
 * Then one step of expectation and maximisation, which leaves the row itself out too, gives each
 * kernel the weight that the others, beside the mixture, account for, and s their mean:
 *
 * <pre>  u_i ∝ s p_kernels(x_i; without i) / ( (1-s) p_mixture(x_i) + s p_kernels(x_i; without i) )
 * </pre>
 *
 * so a row that stands alone gets no density from itself. A few thousand rows say more than the few
 * components that they pay for; with many more a network says it better, and sooner than so many
 * kernels.
 */
final class KernelDensityFit {

  /** Kernels at the most; each takes part in every evaluation. */
  static final int MOST_KERNELS = 3000;

  /** Rows that are left out one by one. */
  private static final int MOST_LEFT_OUT = 1000;

  private static final int FEWEST = 40;

  private static final double[] BANDWIDTHS = {
    0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 1
  };

  private static final double[] SHARES = {0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99};

  /** Part of its weight that a kernel must keep to be worth its evaluation. */
  private static final double LEAST_SUPPORT = 0.02;

  /** Multiplications that an exponential costs as much as. */
  static final double PER_EXPONENTIAL = 16;

  private final Tensor rows;
  private final int[] copies;
  private final Tensor heldOut;
  private final double mostWork;
  private final WorkerPool pool;
  private final Runnable look;

  /**
   * A fit on rows of unit scale.
   *
   * @param rows [m, d], of which the first are the training rows as they came
   * @param copies how many of these equal the first of their kind, there; 0 at the others, [n]
   * @param heldOut rows that decide whether kernels are worth it
   * @param mostWork multiplications that the fit may cost; fewer rows are left out then
   * @param look called between parts of the work; may throw to end it
   */
  KernelDensityFit(
      Tensor rows, int[] copies, Tensor heldOut, double mostWork, WorkerPool pool, Runnable look) {
    this.rows = rows;
    this.copies = copies;
    this.heldOut = heldOut;
    this.mostWork = mostWork;
    this.pool = pool;
    this.look = look;
  }

  /** A choice and what it comes to, in nats per row. */
  private record Choice(double bandwidth, double share, double logLikelihood) {}

  /**
   * Kernels beside a mixture.
   *
   * @return empty where held-out rows do not ask for them
   */
  Optional<KernelDensityFlow> fit(GaussianMixtureFlow mixture, Rng rng) {
    int[] centres = some(IntStream.range(0, copies.length).filter(i -> copies[i] > 0), rng);
    int d = mixture.dimensions();
    double perRow =
        centres.length * (d + BANDWIDTHS.length * PER_EXPONENTIAL)
            + (double) mixture.components() * d * d;
    int leftOut = (int) Math.min(Math.min(MOST_LEFT_OUT, centres.length), mostWork / perRow);
    if (leftOut < FEWEST) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      Tensor x = rows.rows(index(centres)).to(DType.FLOAT64);
      int[] shapes = shapes(mixture, x);
      double[] weights = Arrays.stream(centres).mapToDouble(i -> copies[i]).toArray();
      Choice best = best(mixture, x, shapes, weights, leftOut);
      Optional<KernelDensityFlow> found = flow(mixture, x, shapes, weights, best);
      return found.filter(f -> MixtureSearch.clearlyBetter(densities(f), densities(mixture)));
    }
  }

  /**
   * Kernels of a known bandwidth beside a mixture, however good they are.
   *
   * @param share before the kernels are weighed
   * @return empty where no kernel has the support of others
   */
  Optional<KernelDensityFlow> fixed(
      GaussianMixtureFlow mixture, double bandwidth, double share, Rng rng) {
    int[] centres = some(IntStream.range(0, copies.length).filter(i -> copies[i] > 0), rng);
    try (Scope scope = Scope.open()) {
      Tensor x = rows.rows(index(centres)).to(DType.FLOAT64);
      double[] weights = Arrays.stream(centres).mapToDouble(i -> copies[i]).toArray();
      return flow(mixture, x, shapes(mixture, x), weights, new Choice(bandwidth, share, 0));
    }
  }

  private Optional<KernelDensityFlow> flow(
      GaussianMixtureFlow mixture, Tensor x, int[] shapes, double[] weights, Choice best) {
    int d = mixture.dimensions();
    double[] supported = supported(mixture, x, shapes, weights, best);
    int[] kept =
        IntStream.range(0, supported.length)
            .filter(i -> supported[i] > LEAST_SUPPORT * weights[i])
            .toArray();
    double share = Arrays.stream(supported).sum() / Arrays.stream(weights).sum();
    if (kept.length == 0) {
      return Optional.empty();
    }
    double[][] all = rows(x, d);
    return Optional.of(
        new KernelDensityFlow(
            mixture,
            Arrays.stream(kept).mapToObj(i -> all[i]).toArray(double[][]::new),
            Arrays.stream(kept).map(i -> shapes[i]).toArray(),
            Arrays.stream(kept).mapToDouble(i -> supported[i]).toArray(),
            best.bandwidth(),
            share));
  }

  private double[] densities(ClosedFormFlow flow) {
    return flow.logDensity(heldOut.to(DType.FLOAT64), 1).toDoubles();
  }

  private static int[] some(IntStream all, Rng rng) {
    int[] candidates = all.toArray();
    if (candidates.length <= MOST_KERNELS) {
      return candidates;
    }
    double[] order = rng.uniform(DType.FLOAT64, candidates.length).toDoubles();
    return IntStream.range(0, candidates.length)
        .boxed()
        .sorted((a, b) -> Double.compare(order[a], order[b]))
        .limit(MOST_KERNELS)
        .mapToInt(i -> candidates[i])
        .toArray();
  }

  private static Tensor index(int[] rows) {
    return Tensor.of(Arrays.stream(rows).asDoubleStream().toArray(), rows.length).to(DType.INT64);
  }

  private static double[][] rows(Tensor x, int d) {
    double[] values = x.toDoubles();
    double[][] rows = new double[values.length / d][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * d, (i + 1) * d));
    return rows;
  }

  /** The component that each row most likely belongs to. */
  private static int[] shapes(GaussianMixtureFlow mixture, Tensor x) {
    int k = mixture.components();
    double[] r = mixture.responsibilities(x, TimeGrid.column(x, 1)).toDoubles();
    int[] shapes = new int[r.length / k];
    for (int i = 0; i < shapes.length; i++) {
      for (int c = 1; c < k; c++) {
        if (r[i * k + c] > r[i * k + shapes[i]]) {
          shapes[i] = c;
        }
      }
    }
    return shapes;
  }

  private Choice best(
      GaussianMixtureFlow mixture, Tensor x, int[] shapes, double[] weights, int leftOut) {
    Tensor asked = x.rows(0, leftOut);
    Tensor heights = heights(mixture, shapes, weights);
    Tensor squares = squares(mixture, x, shapes, 0, leftOut);
    double[] beside = mixture.logDensity(asked, 1).toDoubles();
    double total = Arrays.stream(weights).sum();
    List<List<Choice>> all =
        pool.map(
            BANDWIDTHS.length,
            b -> {
              look.run();
              double h = BANDWIDTHS[b];
              int d = mixture.dimensions();
              double[] kernels;
              try (Scope scope = Scope.open()) {
                Tensor log = heights.sub(d * Math.log(h)).addScaled(squares, -0.5 / (h * h));
                kernels = log.logSumExpKeep(1).toDoubles();
              }
              List<Choice> choices = new ArrayList<>();
              for (double s : SHARES) {
                double sum = 0;
                double count = 0;
                for (int i = 0; i < leftOut; i++) {
                  double a = Math.log(1 - s) + beside[i];
                  double c = Math.log(s) + kernels[i] - Math.log(total - weights[i]);
                  double most = Math.max(a, c);
                  sum += weights[i] * (most + Math.log(Math.exp(a - most) + Math.exp(c - most)));
                  count += weights[i];
                }
                choices.add(new Choice(h, s, sum / count));
              }
              return choices;
            });
    return all.stream()
        .flatMap(List::stream)
        .reduce((a, b) -> b.logLikelihood() > a.logLikelihood() ? b : a)
        .orElseThrow();
  }

  /**
   * What each kernel weighs: as much of its centre's weight as the other kernels, rather than the
   * mixture, account for. A row that stands alone keeps the low density that the mixture gives it,
   * also where it was among the training rows itself.
   */
  private double[] supported(
      GaussianMixtureFlow mixture, Tensor x, int[] shapes, double[] weights, Choice best) {
    int n = weights.length;
    double h = best.bandwidth();
    Tensor heights = heights(mixture, shapes, weights).sub(mixture.dimensions() * Math.log(h));
    double[] beside = mixture.logDensity(x, 1).toDoubles();
    double total = Arrays.stream(weights).sum();
    double[] supported = new double[n];
    for (int from = 0; from < n; from += MOST_LEFT_OUT) {
      look.run();
      int to = Math.min(n, from + MOST_LEFT_OUT);
      try (Scope scope = Scope.open()) {
        Tensor squares = squares(mixture, x, shapes, from, to);
        double[] kernels = heights.addScaled(squares, -0.5 / (h * h)).logSumExpKeep(1).toDoubles();
        for (int i = from; i < to; i++) {
          double others = Math.log(best.share()) + kernels[i - from] - Math.log(total - weights[i]);
          double odds = Math.exp(Math.log(1 - best.share()) + beside[i] - others);
          supported[i] = weights[i] / (1 + odds);
        }
      }
    }
    return supported;
  }

  /** ln u_j |2π Σ_k(j)|^(-1/2), [1, n]. */
  private static Tensor heights(GaussianMixtureFlow mixture, int[] shapes, double[] weights) {
    int d = mixture.dimensions();
    double[] heights = new double[shapes.length];
    double[] determinants = mixture.whitenings().logAbsDeterminant().toDoubles();
    Arrays.setAll(
        heights,
        j -> Math.log(weights[j]) + determinants[shapes[j]] - 0.5 * d * Math.log(2 * Math.PI));
    return Tensor.of(heights, 1, shapes.length);
  }

  /**
   * Squared Mahalanobis distances of some rows from all rows, each in the shape of the latter;
   * infinite from itself, [to - from, n].
   */
  private static Tensor squares(
      GaussianMixtureFlow mixture, Tensor x, int[] shapes, int from, int to) {
    int n = shapes.length;
    int k = mixture.components();
    double[] squares = new double[(to - from) * n];
    for (int c = 0; c < k; c++) {
      int shape = c;
      int[] members = IntStream.range(0, n).filter(j -> shapes[j] == shape).toArray();
      if (members.length == 0) {
        continue;
      }
      try (Scope scope = Scope.open()) {
        Tensor white =
            x.sub(mixture.means().rows(c, c + 1))
                .matmul(mixture.whitenings().rows(c, c + 1).reshape(x.size(1), x.size(1)));
        Tensor a = white.rows(from, to);
        Tensor b = white.rows(index(members));
        double[] gaps =
            b.square()
                .sumKeep(1)
                .transpose()
                .add(a.square().sumKeep(1))
                .addScaled(a.matmul(b.transpose()), -2)
                .toDoubles();
        for (int i = from; i < to; i++) {
          for (int j = 0; j < members.length; j++) {
            squares[(i - from) * n + members[j]] =
                members[j] == i
                    ? Double.POSITIVE_INFINITY
                    : Math.max(0, gaps[(i - from) * members.length + j]);
          }
        }
      }
    }
    return Tensor.of(squares, to - from, n);
  }
}
