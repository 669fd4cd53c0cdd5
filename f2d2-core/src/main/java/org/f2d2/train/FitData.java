package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.DataHash;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Table;
import org.f2d2.domain.table.EqualRows;
import org.f2d2.domain.table.PreprocessingFit;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.Coordinates;
import org.f2d2.objective.TrainingRows;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The rows of a fit: a training part, a part that choices are made on and a part that the error
 * bounds and p-values are calibrated on, all in model space.
 *
 * @param preprocessing fitted on the training part
 * @param training training rows [n, d]; where columns are rounded, several copies of each row with
 *     independent noise in its cell
 * @param trainingRows rows of the training part, without copies
 * @param selection rows for choices, spread over their cells like the training rows [m, d]
 * @param calibration rows for calibration [c, d]
 * @param calibrationTable the calibration rows as they came
 * @param calibrationIndex which rows of the table they are
 * @param dropped share of drawn training rows whose class is hidden, where there are classes
 * @param hash SHA-256 of the table
 * @param equal which rows are the same
 * @param blur standard deviation of the noise on drawn training rows, in model space
 * @param exactRows how many selection rows may be solved exactly; twice as many calibration rows
 * @param copies how many training rows equal each, itself among them; 0 where an earlier one does
 */
record FitData(
    Preprocessing preprocessing,
    Tensor training,
    int trainingRows,
    Tensor selection,
    Tensor calibration,
    Table calibrationTable,
    int[] calibrationIndex,
    double dropped,
    String hash,
    EqualRows equal,
    double blur,
    int exactRows,
    int[] copies) {

  /** Fewest rows of a fit: a 95 % bound needs 20 calibration rows. */
  static final int FEWEST_ROWS = 60;

  /** From as many training rows on none is blurred. */
  static final int ENOUGH_ROWS = 20_000;

  private static final int LEAST_EXACT_ROWS = 50;

  /** The same where a row has so many columns that each takes a good part of a second. */
  private static final int LEAST_EXACT_ROWS_OF_MANY_COLUMNS = 20;

  private static final int MANY_COLUMNS = 200;

  /** An eighth of the multiplications and additions of a second on two cores. */
  private static final double EXACT_WORK_PER_SECOND = 5e9;

  /** Most numbers that the noisy copies of the training rows may take. */
  private static final long MOST_COPIED = 20_000_000;

  static final int MOST_COPIES = 16;

  static FitData of(Table table, FitOptions options) {
    int n = table.rows();
    if (n < FEWEST_ROWS) {
      throw new F2d2Exception("a fit needs at least " + FEWEST_ROWS + " rows, the data has " + n);
    }
    EqualRows equal = EqualRows.of(table);
    HeldOutRows rows =
        HeldOutRows.of(table, equal.group(), options.condition().columns(), options.seed());
    return of(
        new Parts(
            table.rows(rows.training()),
            table.rows(rows.selection()),
            table.rows(rows.calibration()),
            rows.calibration()),
        Arrays.stream(rows.training()).map(r -> equal.group()[r]).toArray(),
        DataHash.sha256(table),
        equal,
        MOST_COPIES,
        options);
  }

  /**
   * Tables of rows with the same columns.
   *
   * @param training that is learned from
   * @param selection that choices are made on
   * @param calibration that error bounds and p-values are taken from
   * @param calibrationIndex which rows of all these are
   */
  private record Parts(
      Table training, Table selection, Table calibration, int[] calibrationIndex) {}

  /**
   * All rows as training rows, and again as the others: for a model that has no choices left.
   *
   * @param table at least two rows
   * @param mostCopies of each row, where rows are spread; at most {@link #MOST_COPIES}
   */
  static FitData whole(Table table, FitOptions options, int mostCopies) {
    EqualRows equal = EqualRows.of(table);
    return of(
        new Parts(table, table, table, IntStream.range(0, table.rows()).toArray()),
        equal.group(),
        DataHash.sha256(table),
        equal,
        mostCopies,
        options);
  }

  private static FitData of(
      Parts parts, int[] group, String hash, EqualRows equal, int mostCopies, FitOptions options) {
    long seed = options.seed();
    Preprocessing pre =
        PreprocessingFit.fit(
            parts.training(),
            PreprocessingOptions.defaults()
                .withDecorrelation(options.decorrelation())
                .withConditions(options.condition().columns()),
            new SplittableRandom(Rng.deriveSeed(seed, 2)));
    int d = pre.modelDimensions();
    // Choices are made on rows like the training rows: in the middles of cells a peak would win.
    SplittableRandom selectionNoise = new SplittableRandom(Rng.deriveSeed(seed, 5));
    Tensor training = training(pre, parts.training(), mostCopies, seed);
    return new FitData(
        pre,
        training,
        parts.training().rows(),
        tensor(pre.forward(parts.selection().values(), selectionNoise), d),
        tensor(pre.forward(parts.calibration().values()), d),
        parts.calibration(),
        parts.calibrationIndex(),
        // A group is never hidden: its rows have units of their own.
        pre.hasClasses() ? options.condition().dropped() : 0,
        hash,
        equal,
        NeighbourNoise.of(training.rows(0, parts.training().rows()), d - pre.conditions()),
        exactRows(options, d - pre.conditions()),
        copies(group));
  }

  /** The log-determinant of the preprocessing at the calibration rows. */
  double[] calibrationVolume() {
    return preprocessing.logAbsDeterminant(calibrationTable.values());
  }

  /** These rows with another preprocessing, which maps them as this one does. */
  FitData with(Preprocessing other) {
    return new FitData(
        other,
        training,
        trainingRows,
        selection,
        calibration,
        calibrationTable,
        calibrationIndex,
        dropped,
        hash,
        equal,
        blur,
        exactRows,
        copies);
  }

  private static int[] copies(int[] group) {
    Map<Integer, Integer> first = new HashMap<>();
    int[] copies = new int[group.length];
    for (int r = 0; r < group.length; r++) {
      int row = r;
      copies[first.computeIfAbsent(group[r], g -> row)]++;
    }
    return copies;
  }

  /** What a user should know about these rows, one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(preprocessing.warnings());
    if (equal.different() < EqualRows.FEW_DIFFERENT) {
      warnings.add(
          "there are only "
              + equal.different()
              + " different rows; what can be learned of them is how often each occurs");
    }
    if (equal.repeats() > 0) {
      warnings.add(
          equal.repeats()
              + " rows are copies of earlier ones; copies are kept together when rows are held out");
    }
    return warnings;
  }

  /** The first selection rows: those whose exact log-density the time of the fit allows. */
  Tensor judged() {
    return selection.rows(0, Math.min(selection.size(0), exactRows));
  }

  /** The first calibration rows, likewise. */
  Tensor solved() {
    return calibration.rows(0, Math.min(calibration.size(0), 2L * exactRows));
  }

  /**
   * How many selection rows may be solved exactly, and half as many as calibration rows, so that
   * they take about an eighth of the time of a fit on a slow machine.
   *
   * @param d columns that move
   */
  private static int exactRows(FitOptions options, int d) {
    if (!(options.budget() instanceof Budget.Minutes minutes)) {
      return FitPlan.earlier(options.budget(), "exactRows").orElse(HeldOutRows.MOST_SELECTION);
    }
    double width = d <= 12 ? 128 : 256;
    double passes = 1 + Math.min(d, 16);
    double perRow = 200 * passes * 2 * (4 * width * width + 2 * d * width);
    double rows = 60 * minutes.minutes() * EXACT_WORK_PER_SECOND / (3 * perRow);
    int least = d > MANY_COLUMNS ? LEAST_EXACT_ROWS_OF_MANY_COLUMNS : LEAST_EXACT_ROWS;
    return (int) Math.max(least, Math.min(HeldOutRows.MOST_SELECTION, rows));
  }

  /** Draws training rows. */
  TrainingRows rows() {
    return columns().conditions() == 0
        ? TrainingRows.of(training)
        : TrainingRows.conditional(training, columns().conditions(), dropped);
  }

  /**
   * Draws training rows.
   *
   * @param blurred whether with the noise of {@link #blur}
   */
  TrainingRows rows(boolean blurred) {
    return TrainingRows.blurred(rows(), blurred ? blur : 0);
  }

  /** What the columns of model space are. */
  Coordinates columns() {
    int c = preprocessing.conditions();
    return new Coordinates(preprocessing.modelDimensions() - c, c);
  }

  /** Number of columns that move. */
  int dimensions() {
    return columns().moving();
  }

  private static Tensor training(Preprocessing pre, Table table, int mostCopies, long seed) {
    int d = pre.modelDimensions();
    if (!pre.spreads()) {
      return tensor(pre.forward(table.values()), d);
    }
    long size = (long) table.rows() * d;
    int copies = (int) Math.max(1, Math.min(mostCopies, MOST_COPIED / size));
    Tensor[] parts = new Tensor[copies];
    for (int c = 0; c < copies; c++) {
      SplittableRandom noise = new SplittableRandom(Rng.deriveSeed(seed, 3, c));
      parts[c] = tensor(pre.forward(table.values(), noise), d);
    }
    Tensor all = Tensor.cat(0, parts);
    for (Tensor part : parts) {
      part.close();
    }
    return all;
  }

  static Tensor tensor(double[] rows, int d) {
    float[] single = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      single[i] = (float) rows[i];
    }
    return Tensor.of(single, rows.length / d, d);
  }
}
