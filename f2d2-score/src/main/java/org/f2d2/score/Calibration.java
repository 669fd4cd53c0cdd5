package org.f2d2.score;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
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

  public static final double USUAL_ERROR = 0.1;

  /**
   * Share of a log-density that the 32-bit numbers of the networks leave open: kernels for other
   * numbers of rows round otherwise, and what is added up grows with the row's distance.
   */
  private static final double ROUNDING = 0x1p-20;

  /**
   * What is known of one way to answer.
   *
   * @throws F2d2Exception for a number of evaluations without a calibration
   */
  public Entry of(Nfe nfe) {
    if (!(nfe instanceof Nfe.Jumps jumps)) {
      return exact;
    }
    if (few.isEmpty()) {
      throw new OptionException(
          "nfe", "must be exact: this model has no head for few-step densities");
    }
    Entry entry = few.get(jumps.count());
    if (entry == null) {
      throw new OptionException(
          "nfe",
          jumps.count()
              + " has no calibrated error bound; use one of "
              + few.keySet()
              + " or exact");
    }
    return entry;
  }

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
      Head head, ConformalBound error, double meanAbsoluteError, ReferenceDistribution reference) {

    /** The stated error of a log-density in model space, nats. */
    public double stated(double logDensity) {
      // By the next power of two: files of scores then repeat few errors, which are written faster.
      double size = Math.scalb(1.0, Math.getExponent(1 + Math.abs(logDensity)) + 1);
      return error.halfWidth() + ROUNDING * size;
    }

    /** Network evaluations that k jumps cost. */
    public int spent(int k) {
      return switch (head) {
        case DIVERGENCE -> k;
        case LOG_DENSITY -> 1;
      };
    }
  }
}
