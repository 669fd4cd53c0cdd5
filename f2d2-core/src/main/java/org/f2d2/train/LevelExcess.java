package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Preprocessing;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;

/**
 * What a model's density at the middles of the cells of a column of levels is above its mean over
 * them, so that the cells sum to 1.
 *
 * <p>With the model's density p, the middle m of the cell of level k and the other columns y, the
 * probability of the level is that of its cell, and
 *
 * <pre>
 *   width ∫ p(m, y) dy  =  P(k) E[ p(m, y) / mean over the cell of p(·, y) | k ]
 * </pre>
 *
 * so the logarithm of that mean over the model's own rows of the level is what ln p is too high at
 * the middle. Those can be drawn from a closed form; where a flow has learned from many rows, these
 * are close to its own. Of several columns of levels one comes after another: those before are at
 * their middles, those after where the row has them in their cells, and a row weighs as much more
 * as its density at the middles of the columns before is above that of their cells.
 */
final class LevelExcess {
  /** Places in a cell, of equal weight; the middle is one of them. */
  private static final int PLACES = 9;

  /** Rows of all levels of a column that those of each level are averaged with. */
  private static final double SHARED_ROWS = 5;

  /** Rows that are drawn from a closed form. */
  private static final int DRAWN = 20_000;

  private final Preprocessing preprocessing;
  private final double[] rows;
  private final double[] weights;
  private final int width;
  private final UnaryOperator<double[]> logDensity;

  private LevelExcess(
      Preprocessing preprocessing, double[] rows, UnaryOperator<double[]> logDensity) {
    this.preprocessing = preprocessing;
    this.rows = rows.clone();
    this.width = preprocessing.columns().size();
    this.weights = new double[rows.length / width];
    Arrays.fill(weights, 1);
    this.logDensity = logDensity;
  }

  /**
   * The preprocessing with what is known of its levels under a closed form.
   *
   * @param flow the model
   * @param logDensity of input rows by it, one value for each
   * @param evaluations that may be spent, about
   * @param seed of the fit
   */
  static Preprocessing ofClosedForm(
      Preprocessing preprocessing,
      ClosedFormFlow flow,
      UnaryOperator<double[]> logDensity,
      int evaluations,
      long seed) {
    if (!preprocessing.hasLevels()) {
      return preprocessing;
    }
    try (Scope scope = Scope.open()) {
      double[] drawn = flow.sample(DRAWN, new Rng(seed).derive(15)).toDoubles();
      return known(
          preprocessing, preprocessing.inverseWithoutRounding(drawn), logDensity, evaluations);
    }
  }

  /**
   * The preprocessing with what is known of its levels.
   *
   * @param rows input rows, row-major, with levels anywhere in their cells
   * @param logDensity of input rows by the model, one value for each
   * @param evaluations that may be spent, about
   */
  static Preprocessing known(
      Preprocessing preprocessing,
      double[] rows,
      UnaryOperator<double[]> logDensity,
      int evaluations) {
    LevelExcess excess = new LevelExcess(preprocessing, rows, logDensity);
    long columns =
        IntStream.range(0, Math.max(1, preprocessing.groups()))
            .mapToLong(g -> levels(preprocessing, g).length)
            .sum();
    int each = (int) Math.max(1, evaluations / (PLACES * Math.max(1, columns)));
    return preprocessing.withLevels(
        (group, column, levels) -> levels.withExcess(excess.of(group, column, levels, each)));
  }

  /** The columns of levels, ascending. */
  private static int[] levels(Preprocessing preprocessing, int group) {
    List<ColumnTransform> columns = preprocessing.transforms(group);
    return IntStream.range(0, columns.size())
        .filter(c -> columns.get(c) instanceof LevelQuantile)
        .toArray();
  }

  /** By level; the rows that it is taken from are then at the middles of this column. */
  private double[] of(int group, int column, LevelQuantile levels, int mostRows) {
    int[] chosen =
        IntStream.range(0, rows.length / width)
            .filter(r -> preprocessing.group(rows, r) == group)
            .limit(mostRows)
            .toArray();
    double[] asked = new double[chosen.length * PLACES * width];
    for (int i = 0; i < chosen.length; i++) {
      int at = chosen[i] * width;
      rows[at + column] = middle(levels, level(levels, rows[at + column]));
      for (int p = 0; p < PLACES; p++) {
        int place = (i * PLACES + p) * width;
        System.arraycopy(rows, at, asked, place, width);
        asked[place + column] += levels.levels().spacing() * ((p + 0.5) / PLACES - 0.5);
      }
    }
    double[] answers = logDensity.apply(asked);
    int count = levels.shares().length;
    double[] ratios = new double[count];
    double[] seen = new double[count];
    for (int i = 0; i < chosen.length; i++) {
      int row = chosen[i];
      double ratio = ratio(answers, i * PLACES);
      if (Double.isFinite(ratio)) {
        int level = level(levels, rows[row * width + column]);
        ratios[level] += weights[row] * ratio;
        seen[level] += weights[row];
        weights[row] *= ratio;
      }
    }
    double all = Arrays.stream(seen).sum();
    double mean = all == 0 ? 1 : Arrays.stream(ratios).sum() / all;
    double shared = all == 0 ? 1 : SHARED_ROWS * all / chosen.length;
    return IntStream.range(0, count)
        .mapToDouble(k -> Math.log((ratios[k] + shared * mean) / (seen[k] + shared)))
        .toArray();
  }

  private static double middle(LevelQuantile levels, int level) {
    return levels.levels().range().get(0) + level * levels.levels().spacing();
  }

  private static int level(LevelQuantile levels, double value) {
    return (int) Math.max(0, Math.min(levels.shares().length - 1, Math.rint(levels.z(value))));
  }

  /** The density in the middle over the mean of the cell. */
  private static double ratio(double[] answers, int start) {
    double middle = answers[start + PLACES / 2];
    double mean = 0;
    for (int p = 0; p < PLACES; p++) {
      mean += Math.exp(answers[start + p] - middle) / PLACES;
    }
    return 1 / mean;
  }
}
