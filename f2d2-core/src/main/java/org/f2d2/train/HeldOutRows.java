package org.f2d2.train;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Rng;

/**
 * Which rows of a table are learned from, which are held out to choose on, and which to calibrate
 * on.
 *
 * @param training that is learned from
 * @param selection that choices are made on
 * @param calibration that error bounds and p-values are taken from
 */
record HeldOutRows(int[] training, int[] selection, int[] calibration) {

  static final int MOST_SELECTION = 2000;

  private static final int FEWEST_HELD_OUT = 20;
  private static final double LEAST_TRAINING_SHARE = 0.5;
  private static final int MOST_CALIBRATION = 4000;

  /**
   * A tenth of the rows for each purpose, where that is neither very few nor very many.
   *
   * @param group of each row; rows of one stay together
   * @param conditions columns of classes, each of which has a row to learn from
   * @throws F2d2Exception when hardly a row can be held out
   */
  static HeldOutRows of(Table table, int[] group, List<String> conditions, long seed) {
    int n = table.rows();
    int selection = Math.min(MOST_SELECTION, Math.max(FEWEST_HELD_OUT, n / 10));
    int calibration = Math.min(MOST_CALIBRATION, Math.max(FEWEST_HELD_OUT, n / 10));
    Split outer = Split.ofGroups(group, (double) calibration / n, Rng.deriveSeed(seed, 1));
    int[] rest = outer.train();
    int[] left = Arrays.stream(rest).map(r -> group[r]).toArray();
    Split inner = Split.ofGroups(left, (double) selection / rest.length, Rng.deriveSeed(seed, 4));
    HeldOutRows rows =
        new HeldOutRows(
                Arrays.stream(inner.train()).map(i -> rest[i]).toArray(),
                Arrays.stream(inner.heldOut()).map(i -> rest[i]).toArray(),
                outer.heldOut())
            .withWhatVaries(table, group, conditions);
    if (rows.training.length < LEAST_TRAINING_SHARE * (n - selection - calibration)) {
      throw new F2d2Exception(
          "too many of the "
              + n
              + " rows repeat each other to hold some of them out; remove the copies");
    }
    return rows;
  }

  /**
   * The same, with a held-out row among the training rows for each column that would not vary
   * there, since a flag that is hardly ever set is not a constant, and for each class that would
   * not be there. Half of the held-out rows stay in any case.
   *
   * @param group of each row; rows of one stay together
   * @param conditions columns of classes
   */
  private HeldOutRows withWhatVaries(Table table, int[] group, List<String> conditions) {
    HeldOutRows rows = this;
    for (String column : table.columns()) {
      double[] values = table.column(column);
      boolean each = conditions.contains(column);
      double usual = values[rows.training[0]];
      if (!each && Arrays.stream(rows.training).anyMatch(r -> values[r] != usual)) {
        continue;
      }
      Set<Double> known = new HashSet<>();
      for (int r : rows.training) {
        known.add(values[r] + 0.0);
      }
      for (int r : concat(selection, calibration)) {
        boolean wanted = each || known.size() == 1;
        if (wanted && !known.contains(values[r] + 0.0)) {
          HeldOutRows moved = rows.withTraining(group, group[r]);
          if (2 * moved.selection.length < selection.length
              || 2 * moved.calibration.length < calibration.length) {
            return rows;
          }
          rows = moved;
          known.add(values[r] + 0.0);
        }
      }
    }
    return rows;
  }

  private static int[] concat(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /** With a group of held-out rows among the training rows. */
  private HeldOutRows withTraining(int[] group, int moved) {
    IntPredicate other = r -> group[r] != moved;
    int[] rows = IntStream.range(0, group.length).filter(other.negate()).toArray();
    return new HeldOutRows(
        concat(Arrays.stream(training).filter(other).toArray(), rows),
        Arrays.stream(selection).filter(other).toArray(),
        Arrays.stream(calibration).filter(other).toArray());
  }
}
