package org.f2d2.train;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ConformalBound;
import org.f2d2.metric.ReferenceDistribution;

/**
 * What held-out rows say about the answers of a model, for one number of network evaluations or the
 * exact value.
 *
 * @param few by number of evaluations; empty where few evaluations give no density
 * @param exact of the exact value
 */
public record Calibration(Map<Integer, Entry> few, Entry exact) {

  static final double USUAL_ERROR = 0.1;

  /**
   * The fewest evaluations whose error bound is within a tolerance.
   *
   * @param tolerance in nats
   * @throws F2d2Exception unless it is positive
   */
  public Optional<Integer> fewestWithin(double tolerance) {
    if (!(tolerance > 0)) {
      throw new F2d2Exception("the tolerance must be positive, got " + tolerance);
    }
    return new TreeMap<>(few)
        .entrySet().stream()
            .filter(e -> e.getValue().error().halfWidth() <= tolerance)
            .map(Map.Entry::getKey)
            .findFirst();
  }

  /**
   * The fewest evaluations whose mean distance to the exact value is small beside what a
   * log-density of so many columns varies by.
   *
   * @param dimensions columns that move, d; the distance may be {@value #USUAL_ERROR} √d nats
   * @return empty where no number of evaluations comes as near
   */
  public Optional<Integer> usual(int dimensions) {
    return new TreeMap<>(few)
        .entrySet().stream()
            .filter(e -> e.getValue().meanAbsoluteError() <= USUAL_ERROR * Math.sqrt(dimensions))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  /**
   * One way to answer.
   *
   * @param head which way the few evaluations take
   * @param error bound on the distance to the exact value
   * @param meanAbsoluteError mean distance to the exact value on the calibration rows, nats
   * @param reference log-densities of the calibration rows
   */
  public record Entry(
      Head head, ConformalBound error, double meanAbsoluteError, ReferenceDistribution reference) {}
}
