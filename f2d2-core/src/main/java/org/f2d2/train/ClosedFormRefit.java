package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.WideComponent;
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

  /** Gain of another model in nats per held-out row, below which it is none. */
  private static final double SMALLEST_GAIN = 0.005;

  /** Of that gain, which must be beyond doubt. */
  private static final double STANDARD_ERRORS = 2;

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
   * @param levelled the same once columns of levels have their excess taken away
   * @param spread the rows, somewhere in their cells
   * @param heldOutSpread log-densities of these, likewise held out in turn
   */
  record Result(
      FitData data,
      Optional<ClosedFormFlow> near,
      double[] heldOut,
      double[] levelled,
      double[] spread,
      double[] heldOutSpread) {

    /**
     * Whether it says as much about held-out rows as a model that was fitted on a part of the
     * table. The rows are spread in their cells: at their middles a model with peaks there wins.
     *
     * @param rows numbers of the rows
     * @param exact log-densities of these rows, spread, by that model, nats in input units
     */
    boolean replaces(int[] rows, double[] exact) {
      double[] lost =
          IntStream.range(0, exact.length)
              .mapToDouble(i -> exact[i] - heldOutSpread[rows[i]])
              .filter(Double::isFinite)
              .toArray();
      double mean = ClosedFormRefit.mean(lost);
      double variance = Arrays.stream(lost).map(v -> (v - mean) * (v - mean)).sum() / lost.length;
      // It saw more rows than it was judged with here, and gives p-values of all of them.
      return mean < SMALLEST_GAIN + STANDARD_ERRORS * Math.sqrt(variance / lost.length);
    }

    /** Some of the rows, spread. */
    double[] spread(int[] rows) {
      int width = spread.length / heldOut.length;
      double[] some = new double[rows.length * width];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(spread, rows[i] * width, some, i * width, width);
      }
      return some;
    }

    /** Mean log-density of rows that were held out, nats in input units. */
    double mean() {
      return ClosedFormRefit.mean(heldOut);
    }
  }

  /**
   * Some rows, and what was fitted to all others.
   *
   * @param rest the others
   * @param heldOut numbers of the rows
   * @param mixtures that were fitted
   */
  private record Fold(
      FitData rest, int[] heldOut, Map<ClosedFormKind, GaussianMixtureFlow> mixtures) {}

  /**
   * A kind and log-densities of the rows of the table, each held out in turn and spread in its
   * cells, which favours no peak in the middles of cells; nats in input units.
   */
  private record Tried(ClosedFormKind kind, double[] logDensity) {
    Tried likelier(Tried other) {
      return mean(other.logDensity) > mean(logDensity) ? other : this;
    }

    boolean clearlyBeats(Tried other) {
      return MixtureSearch.clearlyBetter(logDensity, other.logDensity);
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
    List<ClosedFormKind> kinds = ClosedFormKind.near(near, whole.dimensions());
    double each = kinds.stream().mapToDouble(k -> work(whole, k)).sum();
    double most = 1e6 * BaseFit.work(options.budget());
    if (FEW_FOLDS * each > most) {
      return Optional.empty();
    }
    int count = FOLDS * each > most ? FEW_FOLDS : FOLDS;
    try (Scope scope = Scope.open()) {
      Optional<List<Fold>> cut = cut(whole, before, count);
      if (cut.isEmpty()) {
        return Optional.empty();
      }
      List<Fold> folds = cut.get();
      double[] spread = spread(whole.preprocessing(), table.values());
      Tried best =
          best(folds, whole, Table.of(table.columns(), spread), kinds, most - count * each);
      ClosedFormKind kind = best.kind();
      double[] middle = new double[table.rows()];
      double[] levelled = new double[table.rows()];
      for (Fold fold : folds) {
        look();
        score(fold, kind, middle, levelled);
      }
      if (!Double.isFinite(mean(levelled))) {
        return Optional.empty();
      }
      Optional<ClosedFormFlow> all =
          kind.equals(ClosedFormKind.GAUSSIAN)
              ? Optional.empty()
              : Optional.of(closedForm(whole, kind, new HashMap<>()));
      return Optional.of(new Result(whole, all, middle, levelled, spread, best.logDensity()));
    }
  }

  private Optional<List<Fold>> cut(FitData whole, FitData before, int count) {
    int[] fold = folds(whole, count);
    List<Fold> folds = new ArrayList<>();
    for (int f = 0; f <= Arrays.stream(fold).max().orElseThrow(); f++) {
      look();
      int held = f;
      int[] out = IntStream.range(0, fold.length).filter(r -> fold[r] == held).toArray();
      int[] in = IntStream.range(0, fold.length).filter(r -> fold[r] != held).toArray();
      if (!varies(in)) {
        return Optional.empty();
      }
      FitData rest = FitData.whole(table.rows(in), options, FOLD_COPIES);
      if (!alike(rest, before)) {
        return Optional.empty();
      }
      folds.add(new Fold(rest, out, new HashMap<>()));
    }
    return Optional.of(folds);
  }

  /**
   * The likeliest of some kinds, and then of mixtures with more components, or else fewer, for as
   * long as that makes the rows likelier.
   *
   * @param spread the rows of the table, spread in their cells
   * @param left multiplications that the search may cost beyond the kinds that are given
   */
  private Tried best(
      List<Fold> folds, FitData whole, Table spread, List<ClosedFormKind> kinds, double left) {
    Tried first = likeliest(folds, spread, kinds);
    Tried more = climb(folds, whole, spread, first, true, left);
    return more.kind().equals(first.kind())
        ? climb(folds, whole, spread, first, false, left)
        : more;
  }

  private Tried likeliest(List<Fold> folds, Table spread, List<ClosedFormKind> kinds) {
    return kinds.stream().map(k -> tried(folds, spread, k)).reduce(Tried::likelier).orElseThrow();
  }

  private Tried climb(
      List<Fold> folds, FitData whole, Table spread, Tried first, boolean more, double left) {
    Tried best = first;
    double rest = left;
    while (true) {
      OptionalInt size = MixtureSearch.next(best.kind().components(), more);
      if (size.isEmpty()) {
        return best;
      }
      List<ClosedFormKind> kinds = best.kind().of(size.getAsInt()).family();
      rest -= folds.size() * kinds.stream().mapToDouble(k -> work(whole, k)).sum();
      if (rest < 0 || !folds.stream().map(Fold::rest).allMatch(kinds.get(0)::affordable)) {
        return best;
      }
      Tried next = likeliest(folds, spread, kinds);
      // Fewer components need not be better to be worth it.
      if (more ? !next.clearlyBeats(best) : best.clearlyBeats(next)) {
        return best;
      }
      best = next;
    }
  }

  private Tried tried(List<Fold> folds, Table spread, ClosedFormKind kind) {
    double[] scores = new double[table.rows()];
    for (Fold fold : folds) {
      look();
      Preprocessing pre = fold.rest().preprocessing();
      try (Scope scope = Scope.open()) {
        double[] log = logDensity(pre, form(fold, kind), spread.rows(fold.heldOut()).values());
        for (int i = 0; i < log.length; i++) {
          // Whatever is not finite is no density at all.
          scores[fold.heldOut()[i]] = Double.isNaN(log[i]) ? Double.NEGATIVE_INFINITY : log[i];
        }
      }
    }
    return new Tried(kind, scores);
  }

  /**
   * Ends the fit if the user asked for it, once this takes longer than a user waits for nothing.
   */
  private void look() {
    if (System.nanoTime() - start > UNASKED_SECONDS * 1e9) {
      session.yieldToUser(STAGE);
    }
  }

  /** Whether any column varies among some rows. */
  private boolean varies(int[] rows) {
    Table some = table.rows(rows);
    return some.columns().stream()
        .map(some::column)
        .anyMatch(column -> Arrays.stream(column).anyMatch(v -> v != column[0]));
  }

  /** Whether rows have the same columns in model space, all of which move. */
  private static boolean alike(FitData data, FitData before) {
    return data.columns().equals(before.columns())
        && data.preprocessing().decorrelation() == before.preprocessing().decorrelation();
  }

  private static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElse(Double.NaN);
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

  /** Multiplications of a kind in one fold, at the most. */
  private double work(FitData data, ClosedFormKind kind) {
    long copies = data.preprocessing().spreads() ? FOLD_COPIES : 1;
    return kind.work(table.rows(), copies, data.dimensions());
  }

  private ClosedFormFlow closedForm(
      FitData data, ClosedFormKind kind, Map<ClosedFormKind, GaussianMixtureFlow> mixtures) {
    return kind.fit(data, mixtures, new Rng(options.seed()).derive(32), session.pool(), this::look);
  }

  private ClosedFormFlow form(Fold fold, ClosedFormKind kind) {
    return WideComponent.beside(closedForm(fold.rest(), kind, fold.mixtures()));
  }

  /**
   * Log-densities of the rows of a fold by a kind that has not seen them, nats in input units.
   *
   * @param middle of the rows as they are
   * @param levelled likewise, without the excess of columns of levels
   */
  private void score(Fold fold, ClosedFormKind kind, double[] middle, double[] levelled) {
    try (Scope scope = Scope.open()) {
      ClosedFormFlow flow = form(fold, kind);
      Preprocessing pre = fold.rest().preprocessing();
      Preprocessing known =
          LevelExcess.ofClosedForm(
              pre, flow, input -> logDensity(pre, flow, input), LEVEL_EVALUATIONS, options.seed());
      double[] asked = table.rows(fold.heldOut()).values();
      double[] log = logDensity(pre, flow, asked);
      double[] before = pre.logAbsDeterminant(asked);
      double[] after = known.logAbsDeterminant(asked);
      for (int i = 0; i < log.length; i++) {
        middle[fold.heldOut()[i]] = log[i];
        levelled[fold.heldOut()[i]] = log[i] + after[i] - before[i];
      }
    }
  }

  private double[] spread(Preprocessing pre, double[] rows) {
    SplittableRandom noise = new SplittableRandom(Rng.deriveSeed(options.seed(), 14));
    List<ColumnTransform> columns = pre.transforms();
    double[] spread = rows.clone();
    for (int i = 0; i < spread.length; i++) {
      spread[i] = columns.get(i % columns.size()).spread(spread[i], noise);
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
