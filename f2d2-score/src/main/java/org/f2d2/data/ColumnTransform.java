package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.f2d2.error.F2d2Exception;

/**
 * What preprocessing does with one column, as fitted on the training rows; immutable.
 *
 * <p>A column becomes some values of a model row that move, {@link #coordinates}, and some that
 * stand still, {@link #conditions}; what it does not say otherwise, it leaves out of model space.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ColumnTransform.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = TailedColumn.class, name = "modelled"),
  @JsonSubTypes.Type(value = LevelQuantile.class, name = "levels"),
  @JsonSubTypes.Type(value = ColumnTransform.Condition.class, name = "condition")
})
public sealed interface ColumnTransform {
  /** The input column's name. */
  String name();

  /** How many values of a model row that move the column becomes. */
  default int coordinates() {
    return 0;
  }

  /** How many values of a model row that stand still the column becomes. */
  default int conditions() {
    return 0;
  }

  /** Whether some values have no density, see {@link #fault}. */
  default boolean canDepart() {
    return false;
  }

  /** Why a value has no density; empty where it has one. */
  default Optional<String> fault(double value) {
    return Optional.empty();
  }

  /** Whether training values are spread, so that they come out otherwise each time. */
  default boolean spreads() {
    return false;
  }

  /** A training value as it goes into model space: spread over its cell where it was rounded. */
  default double spread(double value, RandomGenerator noise) {
    return value;
  }

  /** The value that a sample's value stands for: the nearest that the column can have. */
  default double round(double value) {
    return value;
  }

  /**
   * Writes the coordinates of a value.
   *
   * @param out receives {@link #coordinates} values
   * @param at index of the first of them
   */
  default void encode(double value, double[] out, int at) {}

  /**
   * {@link #encode} with what it does to the density.
   *
   * @return the part of {@code ln |d out / d value|} that depends on the value, less what a model's
   *     density is too high there, in nats
   */
  default double encodeWithSlope(double value, double[] out, int at) {
    encode(value, out, at);
    return 0;
  }

  /** The part of {@code ln |d out / d value|} that is the same for all values, in nats. */
  default double logSlopeOfAll() {
    return 0;
  }

  /**
   * Writes the conditions of a value.
   *
   * @param out receives {@link #conditions} values
   * @param at index of the first of them
   */
  default void encodeConditions(double value, double[] out, int at) {}

  /**
   * The conditions of a new row.
   *
   * @param only the value that all new rows have; if empty, one is drawn as often as the training
   *     rows have it
   * @throws F2d2Exception when the column has no such value
   */
  default void drawConditions(
      Optional<Double> only, RandomGenerator random, double[] out, int at) {}

  /**
   * The value of a model row, not rounded.
   *
   * @param row values that move
   * @param at index of this column's first among them
   * @param conditions a row that has the values that stand still
   * @param conditionsAt index of this column's first among them
   */
  double decode(double[] row, int at, double[] conditions, int conditionsAt);

  /**
   * A column with one value in all training rows: set aside, and put back by the inverse.
   *
   * @param name the column
   * @param value its value
   */
  @JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
  record Constant(String name, double value) implements ColumnTransform {
    /** Checks that the value is finite. */
    public Constant {
      if (!Double.isFinite(value)) {
        throw new F2d2Exception("column '" + name + "' cannot be constant at " + value);
      }
    }

    @Override
    public boolean canDepart() {
      return true;
    }

    @Override
    public Optional<String> fault(double other) {
      return departs(other)
          ? Optional.of("column " + name + " differs from its only value in the training data")
          : Optional.empty();
    }

    @Override
    public double decode(double[] row, int at, double[] conditions, int conditionsAt) {
      return value;
    }

    /**
     * Whether a value differs from the constant; NaN does.
     *
     * <p>A whole number is compared exactly: beside 1000000, the time stamp or the id 1000001 is
     * another one. A fraction may have been rounded on its way, in its last digits or to single
     * precision.
     */
    public boolean departs(double other) {
      if (other == value) {
        return false;
      }
      boolean rounded =
          DistinctValues.areOneButForRounding(other, value)
              || other == (float) value
              || value == (float) other;
      return DistinctValues.isWhole(value) || !rounded;
    }
  }

  /**
   * A column of classes that the density is conditioned on: zeros and a one in model space, all
   * zeros for an unknown class, which is NaN in input units.
   *
   * @param name the column
   * @param classes its values in the training rows, ascending
   * @param shares how often each occurs there; they sum to 1
   */
  @JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
  record Condition(String name, List<Double> classes, List<Double> shares)
      implements ColumnTransform {
    /** More different values than these are no classes. */
    static final int MOST_CLASSES = 1000;

    /** Checks that the lists belong together. */
    public Condition {
      classes = List.copyOf(classes);
      shares = List.copyOf(shares);
      if (classes.size() < 2 || classes.size() != shares.size()) {
        throw new F2d2Exception("the classes of column '" + name + "' are not usable");
      }
    }

    /** Takes the classes from training values, all finite. */
    public static Condition fit(String name, DistinctValues distinct) {
      if (distinct.size() < 2 || distinct.size() > MOST_CLASSES) {
        throw new F2d2Exception(
            "column '"
                + name
                + "' has "
                + distinct.size()
                + " different values; a condition needs 2 to "
                + MOST_CLASSES);
      }
      List<Double> classes = new ArrayList<>();
      List<Double> shares = new ArrayList<>();
      for (int i = 0; i < distinct.size(); i++) {
        classes.add(distinct.value(i));
        shares.add(distinct.count(i) / (double) distinct.rows());
      }
      return new Condition(name, classes, shares);
    }

    @Override
    public int conditions() {
      return classes.size();
    }

    @Override
    public boolean canDepart() {
      return true;
    }

    @Override
    public Optional<String> fault(double value) {
      return departs(value)
          ? Optional.of("column " + name + " has a class that the training data do not have")
          : Optional.empty();
    }

    /** Whether a value is none of the classes; NaN, which stands for no class, is not meant. */
    public boolean departs(double value) {
      // Not List.contains: a negative zero is the class 0 to every reader of a table.
      return !Double.isNaN(value) && classes.stream().noneMatch(known -> known == value);
    }

    /** Writes a value's zeros and one. */
    @Override
    public void encodeConditions(double value, double[] out, int at) {
      for (int i = 0; i < classes.size(); i++) {
        out[at + i] = classes.get(i) == value ? 1 : 0;
      }
    }

    @Override
    public void drawConditions(
        Optional<Double> only, RandomGenerator random, double[] out, int at) {
      if (only.filter(this::departs).isPresent()) {
        throw new F2d2Exception(
            "column "
                + name
                + " has no class "
                + NumberText.plain(only.get())
                + "; its classes are "
                + classes.stream().map(NumberText::plain).collect(Collectors.joining(", ")));
      }
      encodeConditions(only.orElseGet(() -> draw(random)), out, at);
    }

    /** A class, as often as the training rows have it. */
    private double draw(RandomGenerator random) {
      double left = random.nextDouble();
      for (int i = 0; i < classes.size() - 1; i++) {
        left -= shares.get(i);
        if (left < 0) {
          return classes.get(i);
        }
      }
      return classes.get(classes.size() - 1);
    }

    /** The class whose number is above one half; NaN where none is. */
    @Override
    public double decode(double[] row, int at, double[] conditions, int conditionsAt) {
      for (int i = 0; i < classes.size(); i++) {
        if (conditions[conditionsAt + i] > 0.5) {
          return classes.get(i);
        }
      }
      return Double.NaN;
    }
  }

  /**
   * A column that the model sees: a smooth and strictly increasing map, in two stages so that a
   * row's value and its log-derivative cost one pass.
   *
   * <pre>
   *   w = guard( standard( z(x) ) ),     ln dw/dx = logShape( z, standard ) - logScale
   * </pre>
   *
   * <p>The guard is the identity up to 512 and logarithmic beyond, so every finite input gives a
   * value within ±4e5.
   */
  sealed interface Modelled extends ColumnTransform permits TailedColumn, LevelQuantile {
    /** Empty for a continuous column, else its one lattice. */
    List<Lattice> lattice();

    @Override
    default int coordinates() {
      return 1;
    }

    @Override
    default boolean spreads() {
      return !lattice().isEmpty();
    }

    @Override
    default void encode(double value, double[] out, int at) {
      out[at] = forward(value);
    }

    @Override
    default double encodeWithSlope(double value, double[] out, int at) {
      double z = z(value);
      double standard = standard(z);
      out[at] = RangeGuard.apply(standard);
      return logShape(z, standard) - logExcess(z);
    }

    @Override
    default double logSlopeOfAll() {
      return -logScale();
    }

    @Override
    default double decode(double[] row, int at, double[] conditions, int conditionsAt) {
      return inverse(row[at]);
    }

    /** The first stage: a value in units of the column to one without a unit. */
    double z(double value);

    /** The second stage, to the value in front of the guard. */
    double standard(double z);

    /** The part of {@link #logSlope} that depends on the value, from its two stages, in nats. */
    double logShape(double z, double standard);

    /**
     * What a model's density is too high at a value that stands for its cell, in nats; 0 for a
     * continuous column.
     */
    default double logExcess(double z) {
      return 0;
    }

    /** What {@link #logSlope} is less than {@link #logShape}, at every value, in nats. */
    double logScale();

    /**
     * From model units to input units, not rounded to the lattice; finite for any finite value:
     * what exceeds a double is held at its largest.
     */
    double inverse(double modelValue);

    /** From input units to model units; any finite value gives one within ±4e5. */
    default double forward(double value) {
      return RangeGuard.apply(standard(z(value)));
    }

    /** {@code ln dw/dx} at an input value, in nats, for x in units of the column. */
    default double logSlope(double value) {
      double z = z(value);
      return logShape(z, standard(z)) - logScale();
    }

    @Override
    default double round(double value) {
      return lattice().isEmpty() ? value : lattice().get(0).round(value);
    }

    /** A continuous value stays and draws nothing. */
    @Override
    default double spread(double value, RandomGenerator noise) {
      return lattice().isEmpty() ? value : lattice().get(0).spread(value, noise);
    }
  }
}
