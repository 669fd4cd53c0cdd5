package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.DataHash;
import org.f2d2.data.EqualRows;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
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
 * @param calibrationVolume log-determinant of the preprocessing at the calibration rows
 * @param dropped share of drawn training rows whose class is hidden, where there are classes
 * @param hash SHA-256 of the table
 * @param repeats rows that are copies of earlier ones
 */
record FitData(
    Preprocessing preprocessing,
    Tensor training,
    int trainingRows,
    Tensor selection,
    Tensor calibration,
    double[] calibrationVolume,
    double dropped,
    String hash,
    int repeats) {

  /** Fewest rows of a fit: a 95 % bound needs 20 calibration rows. */
  static final int FEWEST_ROWS = 60;

  private static final int FEWEST_HELD_OUT = 20;
  private static final double LEAST_TRAINING_SHARE = 0.5;
  private static final int MOST_SELECTION = 2000;
  private static final int MOST_CALIBRATION = 4000;

  /** Most numbers that the noisy copies of the training rows may take. */
  private static final long MOST_COPIED = 20_000_000;

  private static final int MOST_COPIES = 16;

  static FitData of(Table table, FitOptions options) {
    int n = table.rows();
    if (n < FEWEST_ROWS) {
      throw new F2d2Exception("a fit needs at least " + FEWEST_ROWS + " rows, the data has " + n);
    }
    long seed = options.seed();
    int selection = Math.min(MOST_SELECTION, Math.max(FEWEST_HELD_OUT, n / 10));
    int calibration = Math.min(MOST_CALIBRATION, Math.max(FEWEST_HELD_OUT, n / 10));
    EqualRows equal = EqualRows.of(table);
    Split outer = Split.ofGroups(equal.group(), (double) calibration / n, Rng.deriveSeed(seed, 1));
    Table calibrationTable = table.rows(outer.heldOut());
    Table rest = table.rows(outer.train());
    int[] group = Arrays.stream(outer.train()).map(r -> equal.group()[r]).toArray();
    Split inner = Split.ofGroups(group, (double) selection / rest.rows(), Rng.deriveSeed(seed, 4));
    Table trainTable = rest.rows(inner.train());
    if (trainTable.rows() < LEAST_TRAINING_SHARE * (n - selection - calibration)) {
      throw new F2d2Exception(
          "too many of the "
              + n
              + " rows repeat each other to hold some of them out; remove the copies");
    }
    Table selectionTable = rest.rows(inner.heldOut());
    Preprocessing pre =
        Preprocessing.fit(
            trainTable,
            PreprocessingOptions.defaults()
                .withDecorrelation(options.decorrelation())
                .withConditions(options.condition().columns()),
            new SplittableRandom(Rng.deriveSeed(seed, 2)));
    int d = pre.modelDimensions();
    // Choices are made on rows like the training rows: in the middles of cells a peak would win.
    SplittableRandom selectionNoise = new SplittableRandom(Rng.deriveSeed(seed, 5));
    return new FitData(
        pre,
        training(pre, trainTable, d, seed),
        trainTable.rows(),
        tensor(pre.forward(selectionTable.values(), selectionNoise), d),
        tensor(pre.forward(calibrationTable.values()), d),
        pre.logAbsDeterminant(calibrationTable.values()),
        options.condition().dropped(),
        DataHash.sha256(table),
        equal.repeats());
  }

  /** What a user should know about these rows, one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(preprocessing.warnings());
    if (repeats > 0) {
      warnings.add(
          repeats
              + " rows are copies of earlier ones; copies are kept together when rows are held out");
    }
    return warnings;
  }

  /** Draws training rows. */
  TrainingRows rows() {
    return columns().conditions() == 0
        ? TrainingRows.of(training)
        : TrainingRows.conditional(training, columns().conditions(), dropped);
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

  private static Tensor training(Preprocessing pre, Table table, int d, long seed) {
    boolean rounded =
        pre.transforms().stream()
                .anyMatch(c -> c instanceof ColumnTransform.Modelled m && !m.lattice().isEmpty())
            || pre.state().whitening().stream().anyMatch(w -> !w.floored().isEmpty());
    if (!rounded) {
      return tensor(pre.forward(table.values()), d);
    }
    long size = (long) table.rows() * d;
    int copies = (int) Math.max(1, Math.min(MOST_COPIES, MOST_COPIED / size));
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
