package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;

/**
 * The chain from input columns to model space, its inverse and its log-determinant; immutable.
 *
 * <p>With x a row in input units and y the row in model units,
 *
 * <pre>{@code
 * log p(x) = log p(y) + logAbsDeterminant(x)        nats, density in units of the input columns
 * }</pre>
 *
 * <p>The steps, fitted on training rows:
 *
 * <ol>
 *   <li>A column with a single value is set aside ({@link ColumnTransform.Constant}); a row that
 *       departs from it has no density, see {@link #departure}.
 *   <li>A column of classes that the density is conditioned on becomes zeros and a one, which
 *       follow the modelled columns in a model row ({@link ColumnTransform.Condition}). The density
 *       is then that of the modelled columns given the class; NaN stands for no class. A row of a
 *       class that was not there in training has no density, see {@link #departure}.
 *   <li>A column of rounded values ({@link Lattice}) is spread evenly over its cells in training,
 *       with noise drawn anew on every call. In scoring the value itself is used, so the density is
 *       the one in the middle of the cell, less what is known of its excess over the mean of the
 *       cell, see {@link LevelQuantile}. Inverse rows are rounded to the lattice.
 *   <li>Each modelled column, in one of two ways. Few levels: their own distribution, see {@link
 *       LevelQuantile}. All others: {@code z = (x - median) / (IQR / 1.349)}, {@code t = asinh(a z)
 *       / a}, and {@code (t - mean) / sd}, see {@link TailedColumn}. A column without long tails
 *       has a = 0.
 *   <li>Optionally all columns together: {@link Whitening}.
 *   <li>Where the rows fall into groups that lie far apart beside their width, steps 3 to 5 are
 *       fitted for each group, and zeros and a one that say the group follow the modelled columns,
 *       see {@link FarGroups}. The density is that of the row, its group included.
 *   <li>After 4 and after 5, values beyond 512 standard deviations grow logarithmically only, so
 *       that every finite input row gives model values within ±4e5, fit for single precision. Order
 *       is kept, and the log-determinant includes it.
 * </ol>
 *
 * <p>NaN in a modelled column gives NaN; infinities count as the largest double.
 *
 * <p>As JSON it is the {@link PreprocessingState}; Jackson reads and writes it without further
 * help.
 */
public final class Preprocessing {
  private final PreprocessingState state;
  private final ColumnTransform[] transforms;

  /** One for each group of rows, or the one of all rows. */
  private final Chain[] chains;

  private final int modelled;

  /** Values of a model row that say its class. */
  private final int classes;

  /** Values of a model row that say its group. */
  private final int groups;

  /**
   * Rows in model space, and what the way there does to their densities.
   *
   * @param rows row-major, {@code n * modelDimensions()} long
   * @param logAbsDeterminant as {@link Preprocessing#logAbsDeterminant} gives it, n values
   */
  public record Mapped(double[] rows, double[] logAbsDeterminant) {}

  /**
   * Rebuilds a stored preprocessing.
   *
   * @param state as {@link #state} gave it
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Preprocessing(PreprocessingState state) {
    this.state = state;
    this.transforms = state.columns().toArray(new ColumnTransform[0]);
    this.chains =
        state.groups().isEmpty()
            ? new Chain[] {new Chain(state.columns(), state.whitening(), 0)}
            : state.groups().get(0).groups().stream()
                .map(g -> new Chain(g.columns(), g.whitening(), Math.log(g.share())))
                .toArray(Chain[]::new);
    this.modelled = chains[0].modelled();
    this.classes = state.columns().stream().mapToInt(ColumnTransform::conditions).sum();
    this.groups = state.groups().isEmpty() ? 0 : chains.length;
  }

  /** The stored form. */
  @JsonValue
  public PreprocessingState state() {
    return state;
  }

  /** The input columns' names, in order. */
  public List<String> columns() {
    return state.columns().stream().map(ColumnTransform::name).toList();
  }

  /** One transform per input column, in order. */
  public List<ColumnTransform> transforms() {
    return state.columns();
  }

  /** Number of values in a model row: the modelled columns and, after them, the conditions. */
  public int modelDimensions() {
    return modelled + conditions();
  }

  /** How many of the last values of a model row say which class and which group it is of. */
  public int conditions() {
    return classes + groups;
  }

  /** Whether there is a column of classes that the density is conditioned on. */
  public boolean hasClasses() {
    return classes > 0;
  }

  /** Into how many groups of their own the rows fall, see {@link FarGroups}; 0 for none. */
  public int groups() {
    return groups;
  }

  /**
   * Whether {@link #forward(double[], RandomGenerator)} gives other rows on every call: a column is
   * rounded, or the rows do not vary in some direction.
   */
  public boolean spreads() {
    return Arrays.stream(chains).anyMatch(Chain::spreads);
  }

  /** Whether a column has levels with probabilities of their own. */
  public boolean hasLevels() {
    return IntStream.range(0, Math.max(1, groups))
        .anyMatch(g -> transforms(g).stream().anyMatch(LevelQuantile.class::isInstance));
  }

  /** Whether some rows have no density, see {@link #departure}. */
  public boolean canDepart() {
    return state.columns().stream().anyMatch(ColumnTransform::canDepart);
  }

  /** The last step in force. */
  public Decorrelation decorrelation() {
    return state.decorrelation();
  }

  /** What a user should know about the training columns, one line each. */
  public List<String> warnings() {
    return state.warnings();
  }

  /**
   * Why a row has no density: a constant column holds another value, or a class was not among the
   * training rows; see {@link ColumnTransform#fault}.
   *
   * @param rows row-major input rows
   * @param row index from 0
   * @return the first reason; empty when the row has a density
   */
  public Optional<String> departure(double[] rows, int row) {
    for (int c = 0; c < transforms.length; c++) {
      Optional<String> fault = transforms[c].fault(rows[row * transforms.length + c]);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  /**
   * Refuses rows with a value that no row can have. NaN in a column of classes is a row of no
   * class.
   *
   * @param rows row-major input rows
   * @throws F2d2Exception when a value is NaN or infinite; the message names row, from 0, and
   *     column
   */
  public void requireFinite(double[] rows) {
    int d = transforms.length;
    for (int i = 0; i < rows.length; i++) {
      boolean noClass = Double.isNaN(rows[i]) && transforms[i % d].conditions() > 0;
      if (!Double.isFinite(rows[i]) && !noClass) {
        throw new F2d2Exception(
            "row "
                + i / d
                + ", column '"
                + transforms[i % d].name()
                + "': "
                + rows[i]
                + " is not a finite number");
      }
    }
  }

  /**
   * {@link #departure} of all rows that have one, by row.
   *
   * @param rows row-major input rows
   */
  public Map<Integer, String> departures(double[] rows) {
    if (!canDepart()) {
      return Map.of();
    }
    Map<Integer, String> all = new LinkedHashMap<>();
    for (int r = 0; r < rows.length / transforms.length; r++) {
      int row = r;
      departure(rows, r).ifPresent(why -> all.put(row, why));
    }
    return all;
  }

  /**
   * Input rows to model rows, for scoring: lattice values stand for the middle of their cell.
   *
   * @param rows row-major, {@code n * columns().size()} long
   * @return row-major, {@code n * modelDimensions()} long
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public double[] forward(double[] rows) {
    return forward(rows, (transform, value) -> value, (whitening, row) -> {});
  }

  /**
   * Input rows to model rows, for training: lattice values are spread evenly over their cells, and
   * directions in which the rows do not vary get the variance that they lack.
   *
   * @param rows row-major, {@code n * columns().size()} long
   * @param noise drawn from once per lattice value, row by row
   * @return row-major, {@code n * modelDimensions()} long
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public double[] forward(double[] rows, RandomGenerator noise) {
    return forward(
        rows,
        (transform, value) -> transform.spread(value, noise),
        (whitening, row) -> whitening.dither(row, noise));
  }

  /**
   * {@code ln |det dy/dx|} of {@link #forward(double[])} for each input row, in nats, less the
   * excess of {@link LevelQuantile#excess}; constant columns do not count.
   *
   * @param rows row-major, {@code n * columns().size()} long
   * @return n values
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public double[] logAbsDeterminant(double[] rows) {
    return map(rows).logAbsDeterminant();
  }

  /**
   * {@link #forward(double[])} and {@link #logAbsDeterminant} in one pass.
   *
   * @param rows row-major, {@code n * columns().size()} long
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public Mapped map(double[] rows) {
    int n = count(rows, transforms.length);
    int width = modelDimensions();
    double[] out = new double[Math.multiplyExact(n, width)];
    double[] slopes = new double[n];
    double[] row = new double[modelled];
    double[] mixed = new double[modelled];
    for (int r = 0; r < n; r++) {
      int group = group(rows, r);
      slopes[r] = chains[group].map(rows, r * transforms.length, row, mixed);
      System.arraycopy(row, 0, out, r * width, modelled);
      putConditions(rows, r, group, out);
    }
    return new Mapped(out, slopes);
  }

  /**
   * Model rows to input rows, for samples: rounded to the lattices, constants and classes put back.
   *
   * @param modelRows row-major, {@code n * modelDimensions()} long
   * @return row-major, {@code n * columns().size()} long
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public double[] inverse(double[] modelRows) {
    return inverse(modelRows, ColumnTransform::round);
  }

  /**
   * Model rows to input rows without rounding: the exact inverse of {@link #forward(double[])}.
   *
   * @param modelRows row-major, {@code n * modelDimensions()} long
   * @return row-major, {@code n * columns().size()} long
   * @throws F2d2Exception when the values do not fill whole rows
   */
  public double[] inverseWithoutRounding(double[] modelRows) {
    return inverse(modelRows, (transform, value) -> value);
  }

  /**
   * Conditions for new rows: classes, or groups as often as the training rows are of them.
   *
   * @param rows how many
   * @param only the class of all of them, NaN for none; if empty, classes are drawn as often as the
   *     training rows have them
   * @return row-major, {@code rows * conditions()} long
   * @throws F2d2Exception for a class that is not there
   */
  public double[] drawConditions(int rows, Optional<Double> only, RandomGenerator random) {
    int width = conditions();
    double[] out = new double[Math.multiplyExact(rows, width)];
    int at = 0;
    for (ColumnTransform transform : transforms) {
      for (int r = 0; r < rows; r++) {
        transform.drawConditions(only, random, out, r * width + at);
      }
      at += transform.conditions();
    }
    for (FarGroups some : state.groups()) {
      for (int r = 0; r < rows; r++) {
        out[r * width + at + some.draw(random)] = 1;
      }
    }
    return out;
  }

  @Override
  public String toString() {
    return "Preprocessing["
        + transforms.length
        + " columns, "
        + modelled
        + " modelled, "
        + decorrelation()
        + "]";
  }

  /** The transforms in force for the rows of a group, one per input column; group 0 if none. */
  public List<ColumnTransform> transforms(int group) {
    return state.transforms(group);
  }

  /** The group that a row is of, from 0; 0 where there are no groups. */
  public int group(double[] rows, int r) {
    return groups == 0 ? 0 : state.groups().get(0).of(rows, r * transforms.length);
  }

  /** The same chain with other transforms of the columns of levels. */
  public Preprocessing withLevels(PreprocessingState.LevelChange change) {
    return new Preprocessing(state.withLevels(change));
  }

  private double[] forward(
      double[] rows, Chain.Adjustment adjustment, Chain.RowAdjustment whitened) {
    int n = count(rows, transforms.length);
    int width = modelDimensions();
    double[] out = new double[Math.multiplyExact(n, width)];
    double[] row = new double[modelled];
    for (int r = 0; r < n; r++) {
      int group = group(rows, r);
      chains[group].forward(rows, r * transforms.length, row, adjustment, whitened);
      System.arraycopy(row, 0, out, r * width, modelled);
      putConditions(rows, r, group, out);
    }
    return out;
  }

  private void putConditions(double[] rows, int r, int group, double[] out) {
    int at = r * modelDimensions() + modelled;
    if (groups > 0) {
      out[at + classes + group] = 1;
    }
    for (int c = 0; c < transforms.length && classes > 0; c++) {
      transforms[c].encodeConditions(rows[r * transforms.length + c], out, at);
      at += transforms[c].conditions();
    }
  }

  private double[] inverse(double[] modelRows, Chain.Adjustment adjustment) {
    int width = modelDimensions();
    int n = count(modelRows, width);
    double[] out = new double[Math.multiplyExact(n, transforms.length)];
    double[] row = new double[modelled];
    for (int r = 0; r < n; r++) {
      System.arraycopy(modelRows, r * width, row, 0, modelled);
      int at = r * width + modelled;
      int group = groups == 0 ? 0 : state.groups().get(0).ofModelRow(modelRows, at + classes);
      chains[group].inverse(row, modelRows, at, out, r * transforms.length, adjustment);
    }
    return out;
  }

  private static int count(double[] values, int width) {
    if (values.length % width != 0) {
      throw new F2d2Exception(values.length + " values do not fill rows of " + width + " columns");
    }
    return values.length / width;
  }
}
