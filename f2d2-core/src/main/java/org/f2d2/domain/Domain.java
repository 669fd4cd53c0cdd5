package org.f2d2.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.f2d2.data.Batch;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Calibration;
import org.f2d2.score.Nfe;
import org.f2d2.score.TableDescription;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * What a model is of: the way of a row into model space and back, fitted to the training rows and
 * stored with the model. Immutable.
 *
 * <p>A point of model space has coordinates that move, and behind them conditions that stand still.
 */
public interface Domain {

  /**
   * Rows in model space.
   *
   * @param values row-major, [n, moving + conditions]
   * @param logAbsDeterminant of the way there, by row: {@code log p(row) = log p(point) + this},
   *     nats
   * @param faults why rows have no density, whatever the model says, by row; their points count for
   *     nothing
   */
  record Points(double[] values, double[] logAbsDeterminant, Map<Integer, String> faults) {

    /** Number of rows. */
    public int count() {
      return logAbsDeterminant.length;
    }
  }

  /** What one row is called: row, image. */
  String one();

  /** What a model of it is of, for people: "5 columns". */
  default String describe() {
    return one() + "s";
  }

  /** Coordinates that move, d. */
  int moving();

  /** Conditions of a point. */
  default int conditions() {
    return 0;
  }

  /** Whether the density is that of a row given its class. */
  default boolean hasClasses() {
    return false;
  }

  /** Whether some rows have no density, see {@link Points#faults}. */
  default boolean canDepart() {
    return false;
  }

  /** Names of the numbers of a row, in order; none where a row is no list of named numbers. */
  default List<String> columns() {
    return List.of();
  }

  /** What a user should know about the training rows, one line each. */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * Rows to points.
   *
   * @throws F2d2Exception when these rows are not of this domain
   */
  Points encode(Batch rows);

  /**
   * Refuses rows that no model of this domain can be asked about.
   *
   * @throws F2d2Exception when a value is not finite, or these rows are not of this domain
   */
  default void requireSound(Batch rows) {}

  /**
   * Points to rows.
   *
   * @param points row-major, [n, moving + conditions]
   */
  Batch decode(double[] points);

  /**
   * Conditions of new rows, as often as the training rows have them.
   *
   * @param only the class of all of them, NaN for none
   * @return row-major, [n, conditions]
   * @throws F2d2Exception for a class that is not there, or where there are none
   */
  default double[] drawConditions(int n, Optional<Double> only, RandomGenerator random) {
    if (only.isPresent()) {
      throw new F2d2Exception("this model has no classes");
    }
    return new double[0];
  }

  /**
   * What answers rows well where nothing else is asked for: the fewest evaluations whose mean
   * distance to the exact value on held-out rows is at most .1 √d nats, else exact. Exact, too, for
   * a model of few rows given their class: no held-out row shows how few evaluations answer a row
   * of one class that has the values of another.
   *
   * @param trainingRows how many the networks saw
   */
  default Nfe usualNfe(Calibration calibration, int trainingRows) {
    return TableDescription.usualNfe(hasClasses(), moving(), calibration, trainingRows);
  }

  /** Figures that a scored row has beside its log-density, by name of the column. */
  default List<String> figures() {
    return List.of();
  }

  /**
   * The {@link #figures} of a row.
   *
   * @param logDensity nats, in the units of the rows
   */
  default double[] figuresOf(double logDensity) {
    return new double[0];
  }

  /** Displacement of each noise coordinate by self-guidance. */
  default double guidanceRate() {
    return 0.01;
  }

  /**
   * The measure in which self-guidance raises the density.
   *
   * @return of moving coordinates [n, d] the log-derivative of model space by it, nats [n, 1],
   *     differentiable
   */
  default UnaryOperator<Tensor> guidanceVolume() {
    return x -> Tensor.zeros(DType.FLOAT64, x.size(0), 1);
  }
}
