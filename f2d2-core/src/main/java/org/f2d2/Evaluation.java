package org.f2d2;

import java.util.Map;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.score.Head;

/**
 * Few-step log-densities beside the model's own exact ones, on the same rows.
 *
 * @param rows how many rows
 * @param dimensions columns that are modelled
 * @param reference how the exact value was computed
 * @param meanExact mean exact log-density, nats
 * @param few per number of evaluations
 * @param exact log-densities of the rows, nats
 * @param exactEvaluations network evaluations of the exact value, per row
 * @param exactSeconds wall time of the exact values
 */
public record Evaluation(
    int rows,
    int dimensions,
    String reference,
    double meanExact,
    Map<Integer, Few> few,
    double[] exact,
    int exactEvaluations,
    double exactSeconds) {

  /**
   * One number of evaluations.
   *
   * @param head which way the evaluations take
   * @param meanLogDensity nats
   * @param error few-step minus exact
   * @param coverage share of rows within the stated error bound
   * @param seconds wall time
   * @param logDensity nats, per row
   */
  public record Few(
      Head head,
      double meanLogDensity,
      ErrorStatistics error,
      double coverage,
      double seconds,
      double[] logDensity) {

    /** Rows per second. */
    public double rowsPerSecond() {
      return logDensity.length / seconds;
    }
  }
}
