package org.f2d2.lab.far;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One fit and what it thinks of certain anomalies.
 *
 * @param density name
 * @param minutes asked for of the fit
 * @param seed of the rows and of the fit
 * @param lowest log-density of a million draws, nats; the anomalies lie 3 nats and more below
 * @param smallest p-value of a row rarer than all calibration rows; where it is above .01 no
 *     p-value can be below, and rows count as above only where theirs is not the smallest
 * @param one counts of the answers by one evaluation
 * @param exact counts of the exact answers
 * @param fitSeconds wall time of the fit
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FarResult(
    String density,
    double minutes,
    long seed,
    double lowest,
    double smallest,
    Counts one,
    Counts exact,
    double fitSeconds) {

  /**
   * Rows that look more usual than they can be.
   *
   * @param rows certain anomalies that were scored
   * @param refused of these have no density, which is right
   * @param above rows with p > .01
   * @param tenDeviations rows at 10 standard deviations and more from the mean in some column
   * @param notSmallest of these have a p-value that is not the smallest
   * @param worst the row of the largest p-value, in the units of its columns
   * @param worstTruth its true log-density, nats
   * @param worstAnswer the model's log-density of it, nats
   * @param worstP its p-value
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Counts(
      int rows,
      int refused,
      int above,
      int tenDeviations,
      int notSmallest,
      double[] worst,
      double worstTruth,
      double worstAnswer,
      double worstP) {}
}
