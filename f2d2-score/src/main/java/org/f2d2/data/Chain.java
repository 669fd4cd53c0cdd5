package org.f2d2.data;

import java.util.List;

/**
 * The steps of {@link Preprocessing} that change modelled values, with one set of transforms: one
 * for all rows, or one for each group of them. Immutable.
 */
final class Chain {
  /** What the inverse of the guard may reach before columns are mixed; keeps their sums finite. */
  private static final double MIXING_LIMIT = 1e200;

  private final ColumnTransform[] transforms;
  private final List<Whitening> whitening;
  private final int modelled;

  /** The part of the log-determinant that is the same for all rows. */
  private final double logScales;

  /**
   * Takes the steps.
   *
   * @param columns one transform per input column
   * @param whitening empty, or the one whitening of all modelled columns
   * @param constant added to the log-determinant of every row, nats
   */
  Chain(List<ColumnTransform> columns, List<Whitening> whitening, double constant) {
    this.transforms = columns.toArray(new ColumnTransform[0]);
    this.whitening = whitening;
    this.modelled = columns.stream().mapToInt(ColumnTransform::coordinates).sum();
    double scales = constant;
    for (ColumnTransform transform : transforms) {
      scales += transform.logSlopeOfAll();
    }
    for (Whitening step : whitening) {
      scales += step.logDeterminant();
    }
    this.logScales = scales;
  }

  /** A change of a value in input units, before the smooth part of the chain or after it. */
  interface Adjustment {
    double apply(ColumnTransform transform, double value);
  }

  /** A change of a whitened row in place. */
  interface RowAdjustment {
    void apply(Whitening whitening, double[] row);
  }

  int modelled() {
    return modelled;
  }

  /** Whether training rows are spread: over cells, or in directions in which they do not vary. */
  boolean spreads() {
    for (ColumnTransform transform : transforms) {
      if (transform.spreads()) {
        return true;
      }
    }
    return whitening.stream().anyMatch(step -> !step.floored().isEmpty());
  }

  /**
   * One input row to a model row.
   *
   * @param start index of the row's first value
   * @param row receives the model values of the modelled columns
   * @param mixed as long as {@code row}; overwritten
   * @return the log-determinant less the excess of the columns of levels, nats
   */
  double map(double[] rows, int start, double[] row, double[] mixed) {
    double sum = logScales;
    int at = 0;
    for (int c = 0; c < transforms.length; c++) {
      sum += transforms[c].encodeWithSlope(rows[start + c], row, at);
      at += transforms[c].coordinates();
    }
    for (Whitening step : whitening) {
      step.forward(row, mixed);
      for (int i = 0; i < modelled; i++) {
        sum += RangeGuard.logSlope(mixed[i]);
        row[i] = RangeGuard.apply(mixed[i]);
      }
    }
    return sum;
  }

  /** {@link #map} with changes on the way, and without the log-determinant. */
  void forward(
      double[] rows, int start, double[] row, Adjustment adjustment, RowAdjustment whitened) {
    int at = 0;
    for (int c = 0; c < transforms.length; c++) {
      transforms[c].encode(adjustment.apply(transforms[c], rows[start + c]), row, at);
      at += transforms[c].coordinates();
    }
    for (Whitening step : whitening) {
      step.forward(row);
      whitened.apply(step, row);
      for (int i = 0; i < modelled; i++) {
        row[i] = RangeGuard.apply(row[i]);
      }
    }
  }

  /**
   * A model row to an input row.
   *
   * @param row the values that move; overwritten
   * @param conditions a row that has the values that stand still
   * @param conditionsAt index of the first of them
   * @param out receives the values
   * @param start index of the first of them
   */
  void inverse(
      double[] row,
      double[] conditions,
      int conditionsAt,
      double[] out,
      int start,
      Adjustment adjustment) {
    for (Whitening step : whitening) {
      for (int i = 0; i < modelled; i++) {
        double value = RangeGuard.invert(row[i]);
        row[i] = Math.max(-MIXING_LIMIT, Math.min(MIXING_LIMIT, value));
      }
      step.inverse(row);
    }
    int at = 0;
    int still = conditionsAt;
    for (int c = 0; c < transforms.length; c++) {
      double value = transforms[c].decode(row, at, conditions, still);
      out[start + c] = adjustment.apply(transforms[c], value);
      at += transforms[c].coordinates();
      still += transforms[c].conditions();
    }
  }
}
