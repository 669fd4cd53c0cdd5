package org.f2d2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers for rows, in the order of the rows.
 *
 * @param logDensity nats, in the units of the input columns; NaN for a row in {@code failures}
 * @param errorBound the distance to the model's own exact value that 95 % of rows like the
 *     calibration rows stay below, nats; wider for a row far off, whose numbers are larger; NaN for
 *     a row in {@code failures}. Answers to one row among different others may differ by a
 *     rounding, exact ones by twice this
 * @param pValue share of normal rows whose log-density is as low or lower; the smallest that the
 *     model gives for a row in {@code failures}
 * @param nfe network evaluations spent on each row; of exact values those of the row with most
 * @param failures rows that are impossible under the model or too far from its data to have a
 *     density, by index, with the reason
 */
public record Scores(
    double[] logDensity,
    double[] errorBound,
    double[] pValue,
    int nfe,
    Map<Integer, String> failures) {

  /** The answers for several runs of rows, one run after the other; at least one. */
  static Scores join(List<Scores> parts) {
    int n = parts.stream().mapToInt(part -> part.logDensity.length).sum();
    double[] logDensity = new double[n];
    double[] errorBound = new double[n];
    double[] pValue = new double[n];
    Map<Integer, String> failures = new LinkedHashMap<>();
    int at = 0;
    for (Scores part : parts) {
      int length = part.logDensity.length;
      System.arraycopy(part.logDensity, 0, logDensity, at, length);
      System.arraycopy(part.errorBound, 0, errorBound, at, length);
      System.arraycopy(part.pValue, 0, pValue, at, length);
      int first = at;
      part.failures.forEach((row, reason) -> failures.put(first + row, reason));
      at += length;
    }
    return new Scores(logDensity, errorBound, pValue, parts.get(0).nfe, failures);
  }
}
