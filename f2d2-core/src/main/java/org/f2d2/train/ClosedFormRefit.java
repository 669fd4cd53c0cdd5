package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Fits a closed form that has turned out to be the whole model again, on all rows.
 *
 * <p>The rows that choices and p-values need are a good part of a small table. A closed form is
 * fitted in no time, so each row can be held out in turn instead (cross-validation; Stone, 1974):
 * the table is divided into folds, the preprocessing and the closed form are fitted on all but one,
 * and the rows of that one are scored. The mean score chooses what kind of closed form it is, and
 * the scores are what p-values are taken from (Vovk, "Cross-conformal predictors", 2015): as many
 * as there are rows.
 */
final class ClosedFormRefit {

  /** With more rows the held-out ones are no loss. */
  static final int MOST_ROWS = 2000;

  private static final String STAGE = "closed form of all rows";
  private static final int FOLDS = 10;
  private static final int FEW_FOLDS = 5;

  /** Of each training row of a fold, where rows are spread over cells. */
  private static final int FOLD_COPIES = 2;

  /** Of a gain on held-out rows, below which it is none. */
  private static final double STANDARD_ERRORS = 0.5;

  /** Evaluations for the excess of the levels in each fold. */
  private static final int LEVEL_EVALUATIONS = 4000;

  /** Work that is lost when a fit is cut off here, so that it is not at once. */
  private static final double UNASKED_SECONDS = 2;

  private final Table table;
  private final FitOptions options;
  private final FitSession session;
  private final long start = System.nanoTime();

  private ClosedFormRefit(Table table, FitOptions options, FitSession session) {
    this.table = table;
    this.options = options;
    this.session = session;
  }

  /**
   * What came of it.
   *
   * @param data all rows, for each purpose
   * @param near fitted on them; empty for one Gaussian
   * @param heldOut log-densities of the rows, each held out in turn, nats in input units
   * @param reference the same once columns of levels have their excess taken away
   */
  record Result(
      FitData data,
      Optional<ClosedFormFlow> near,
      double[] heldOut,
      ReferenceDistribution reference) {

    /**
     * Whether it says as much about held-out rows as a model that was fitted on a part of the
     * table.
     *
     * @param before the parts of that model
     * @param exact its log-densities of the first calibration rows, nats in model space
     */
    boolean replaces(FitData before, double[] exact) {
      double[] volume = before.calibrationVolume();
      double[] lost =
          IntStream.range(0, exact.length)
              .mapToDouble(i -> exact[i] + volume[i] - heldOut[before.calibrationIndex()[i]])
              .filter(Double::isFinite)
              .toArray();
      double mean = ClosedFormRefit.mean(lost);
      double variance = Arrays.stream(lost).map(v -> (v - mean) * (v - mean)).sum() / lost.length;
      // It saw more rows than it was judged with here, and gives p-values of all of them.
      return mean < STANDARD_ERRORS * Math.sqrt(variance / lost.length);
    }

    /** Mean log-density of rows that were held out, nats in input units. */
    double mean() {
      return ClosedFormRefit.mean(heldOut);
    }
  }

  /**
   * A kind of closed form.
   *
   * @param components of the mixture
   * @param pooled see {@link ExpectationMaximization#fixed}
   * @param narrow likewise
   * @param bandwidth of kernels beside the mixture; 0 for none
   * @param share of the kernels
   */
  private record Kind(
      int components, double pooled, boolean narrow, double bandwidth, double share) {

    static final Kind GAUSSIAN = new Kind(1, 0, false, 0, 0);

    Kind withoutKernels() {
      return new Kind(components, pooled, narrow, 0, 0);
    }
  }

  /**
   * Log-densities of the rows of the table, each by a model that has not seen it, nats in input
   * units.
   *
   * @param spread somewhere in their cells, which favours no peak in the middles of cells
   * @param middle of the rows as they are
   * @param levelled likewise, without the excess of columns of levels
   */
  private record Scores(double[] spread, double[] middle, double[] levelled) {
    Scores(int rows) {
      this(new double[rows], new double[rows], new double[rows]);
    }
  }

  /**
   * Fits on all rows.
   *
   * @param before what was fitted on the training rows
   * @param near the closed form there; empty for one Gaussian
   * @return empty where there are many rows, classes or groups, where the work is too much, or
   *     where some rows have columns that vary and others have not
   */
  static Optional<Result> of(
      Table table,
      FitOptions options,
      FitData before,
      Optional<ClosedFormFlow> near,
      FitSession session) {
    return table.rows() > MOST_ROWS || before.columns().conditions() > 0
        ? Optional.empty()
        : new ClosedFormRefit(table, options, session).result(before, near);
  }

  private Optional<Result> result(FitData before, Optional<ClosedFormFlow> near) {
    FitData whole = FitData.whole(table, options, FitData.MOST_COPIES);
    if (!alike(whole, before)) {
      return Optional.empty();
    }
    List<Kind> kinds = kinds(whole, near);
    double each = work(whole, kinds);
    double most = 1e6 * BaseFit.work(options.budget());
    if (FEW_FOLDS * each > most) {
      return Optional.empty();
    }
    int[] fold = folds(whole, FOLDS * each > most ? FEW_FOLDS : FOLDS);
    List<Scores> scores = kinds.stream().map(k -> new Scores(table.rows())).toList();
    for (int f = 0; f <= Arrays.stream(fold).max().orElseThrow(); f++) {
      look();
      int held = f;
      int[] out = IntStream.range(0, fold.length).filter(r -> fold[r] == held).toArray();
      int[] in = IntStream.range(0, fold.length).filter(r -> fold[r] != held).toArray();
      try (Scope scope = Scope.open()) {
        FitData rest = FitData.whole(table.rows(in), options, FOLD_COPIES);
        if (!alike(rest, before)) {
          return Optional.empty();
        }
        Map<Kind, GaussianMixtureFlow> mixtures = new HashMap<>();
        for (int k = 0; k < kinds.size(); k++) {
          score(rest, closedForm(rest, kinds.get(k), mixtures), out, scores.get(k));
        }
      }
    }
    int best =
        IntStream.range(0, kinds.size())
            .boxed()
            .max(Comparator.comparingDouble(k -> mean(scores.get(k).spread())))
            .orElseThrow();
    if (!Double.isFinite(mean(scores.get(best).levelled()))) {
      return Optional.empty();
    }
    Kind kind = kinds.get(best);
    return Optional.of(
        new Result(
            whole,
            kind.equals(Kind.GAUSSIAN)
                ? Optional.empty()
                : Optional.of(closedForm(whole, kind, new HashMap<>())),
            scores.get(best).middle(),
            ReferenceDistribution.of(scores.get(best).levelled())));
  }

  /**
   * Ends the fit if the user asked for it, once this takes longer than a user waits for nothing.
   */
  private void look() {
    if (System.nanoTime() - start > UNASKED_SECONDS * 1e9) {
      session.yieldToUser(STAGE);
    }
  }

  /** Whether rows have the same columns in model space, all of which move. */
  private static boolean alike(FitData data, FitData before) {
    return data.columns().equals(before.columns())
        && data.preprocessing().decorrelation() == before.preprocessing().decorrelation();
  }

  private static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElse(Double.NaN);
  }

  /** The one that was chosen on the selection rows, and one Gaussian. */
  private static List<Kind> kinds(FitData data, Optional<ClosedFormFlow> near) {
    List<Kind> kinds = new ArrayList<>(List.of(Kind.GAUSSIAN));
    GaussianMixtureFlow mixture =
        near.map(flow -> flow instanceof KernelDensityFlow k ? k.mixture() : flow)
            .filter(GaussianMixtureFlow.class::isInstance)
            .map(GaussianMixtureFlow.class::cast)
            .orElseGet(() -> ExpectationMaximization.single(data.dimensions()));
    int components = mixture.components();
    boolean narrow = ExpectationMaximization.isNarrow(mixture);
    List<Double> pooled =
        components == 1
            ? List.of(0.0)
            : List.of(0.0, ExpectationMaximization.pooled(data.dimensions()));
    for (double rows : pooled) {
      if (near.isPresent() && near.get() instanceof KernelDensityFlow k) {
        kinds.add(new Kind(components, rows, narrow, k.bandwidth(), k.share()));
      }
      if (components > 1) {
        kinds.add(new Kind(components, rows, narrow, 0, 0));
      }
    }
    return kinds;
  }

  /** Multiplications of all kinds in one fold, at the most. */
  private double work(FitData data, List<Kind> kinds) {
    int d = data.dimensions();
    double n = table.rows();
    long spread = data.preprocessing().spreads() ? FOLD_COPIES * table.rows() : table.rows();
    double work = d * (double) d * (d + n);
    for (Kind kind : kinds) {
      work +=
          kind.bandwidth() > 0
              ? n * n * (d + KernelDensityFit.PER_EXPONENTIAL)
              : ExpectationMaximization.work(spread, kind.components(), d);
    }
    return work;
  }

  /** A fold for each row; equal rows are in the same one. */
  private int[] folds(FitData data, int folds) {
    int[] fold = new int[table.rows()];
    int[] left = IntStream.range(0, table.rows()).toArray();
    for (int f = 0; f < folds - 1; f++) {
      int[] group = Arrays.stream(left).map(r -> data.equal().group()[r]).toArray();
      Split split = Split.ofGroups(group, 1.0 / (folds - f), Rng.deriveSeed(options.seed(), 13, f));
      for (int i : split.heldOut()) {
        fold[left[i]] = f;
      }
      int[] rest = left;
      left = Arrays.stream(split.train()).map(i -> rest[i]).toArray();
    }
    for (int r : left) {
      fold[r] = folds - 1;
    }
    return fold;
  }

  private ExpectationMaximization search(FitData data) {
    Tensor rows = data.columns().moving(data.training());
    return new ExpectationMaximization(
        rows, data.trainingRows(), rows, Double.POSITIVE_INFINITY, session.pool(), this::look);
  }

  /**
   * Fits a kind of closed form.
   *
   * @param mixtures those that were fitted to the same rows before
   */
  private ClosedFormFlow closedForm(
      FitData data, Kind kind, Map<Kind, GaussianMixtureFlow> mixtures) {
    Rng rng = new Rng(options.seed()).derive(32);
    GaussianMixtureFlow mixture =
        mixtures.computeIfAbsent(
            kind.withoutKernels(),
            k ->
                k.components() == 1
                    ? ExpectationMaximization.single(data.dimensions())
                    : search(data).fixed(k.components(), k.pooled(), k.narrow(), rng.derive(1)));
    if (kind.bandwidth() == 0) {
      return mixture;
    }
    Tensor rows = data.columns().moving(data.training());
    Optional<KernelDensityFlow> kernels =
        new KernelDensityFit(
                rows, data.copies(), rows, Double.POSITIVE_INFINITY, session.pool(), this::look)
            .fixed(mixture, kind.bandwidth(), kind.share(), rng.derive(2));
    return kernels.isPresent() ? kernels.get() : mixture;
  }

  private void score(FitData data, ClosedFormFlow near, int[] rows, Scores scores) {
    ClosedFormFlow flow = ExpectationMaximization.withBackground(near);
    Preprocessing pre = data.preprocessing();
    Preprocessing known =
        LevelExcess.known(
            pre,
            data.calibrationTable().values(),
            input -> logDensity(pre, flow, input),
            LEVEL_EVALUATIONS,
            Rng.deriveSeed(options.seed(), 12));
    double[] asked = table.rows(rows).values();
    double[] middle = logDensity(pre, flow, asked);
    double[] before = pre.logAbsDeterminant(asked);
    double[] after = known.logAbsDeterminant(asked);
    double[] spread = logDensity(pre, flow, spread(pre, asked));
    for (int i = 0; i < rows.length; i++) {
      scores.spread()[rows[i]] = spread[i];
      scores.middle()[rows[i]] = middle[i];
      scores.levelled()[rows[i]] = middle[i] + after[i] - before[i];
    }
  }

  private double[] spread(Preprocessing pre, double[] rows) {
    SplittableRandom noise = new SplittableRandom(Rng.deriveSeed(options.seed(), 14));
    List<ColumnTransform> columns = pre.transforms();
    double[] spread = rows.clone();
    for (int i = 0; i < spread.length; i++) {
      if (columns.get(i % columns.size()) instanceof ColumnTransform.Modelled column) {
        spread[i] = column.spread(spread[i], noise);
      }
    }
    return spread;
  }

  private static double[] logDensity(Preprocessing pre, ClosedFormFlow flow, double[] rows) {
    try (Scope scope = Scope.open()) {
      Preprocessing.Mapped mapped = pre.map(rows);
      Tensor x = Tensor.of(mapped.rows(), mapped.logAbsDeterminant().length, pre.modelDimensions());
      double[] log = flow.logDensity(x, 1).toDoubles();
      Arrays.setAll(log, r -> log[r] + mapped.logAbsDeterminant()[r]);
      return log;
    }
  }
}
