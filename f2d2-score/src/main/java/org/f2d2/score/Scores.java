package org.f2d2.score;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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

  /**
   * Share of what an exact value lies below those of all held-out rows that its solver leaves open:
   * its tolerance is relative to a point far off, and a rounding error of the networks may decide
   * whether a step is taken. The largest share seen was as large.
   */
  private static final double FAR = 1e-3;

  /**
   * What a model says about rows.
   *
   * @param one what one of them is called, for messages
   * @param faults why rows have no density whatever the model says, by row
   * @param volume ln |det| of the way into model space, by row
   * @param modelLogDensity their log-densities there, nats; NaN where there is none; not changed
   * @param calibration of the way they were found
   * @param nfe that way
   * @param evaluations network evaluations that were spent on each row
   */
  public static Scores of(
      String one,
      Map<Integer, String> faults,
      double[] volume,
      double[] modelLogDensity,
      Calibration.Entry calibration,
      Nfe nfe,
      int evaluations) {
    int n = modelLogDensity.length;
    double[] logDensity = modelLogDensity.clone();
    Map<Integer, String> failures = new LinkedHashMap<>(faults);
    for (int r = 0; r < n; r++) {
      if (Double.isNaN(logDensity[r])) {
        failures.putIfAbsent(
            r, "the log-density is not a number: the " + one + " is too far from the data");
      }
    }
    double[] bound = new double[n];
    double[] p = new double[n];
    Arrays.setAll(bound, r -> calibration.stated(logDensity[r]));
    for (int r : failures.keySet()) {
      logDensity[r] = Double.NaN;
      bound[r] = Double.NaN;
    }
    double lowest =
        nfe.equals(Nfe.EXACT) ? calibration.reference().values()[0] : Double.NEGATIVE_INFINITY;
    for (int r = 0; r < n; r++) {
      logDensity[r] += volume[r];
      bound[r] += FAR * Math.max(0, lowest - logDensity[r]);
      // A row that cannot be, or is too far off for a figure, is as strange as a row can be.
      p[r] =
          calibration
              .reference()
              .pValue(Double.isNaN(logDensity[r]) ? Double.NEGATIVE_INFINITY : logDensity[r]);
    }
    return new Scores(logDensity, bound, p, evaluations, failures);
  }

  /** The answers for several runs of rows, one run after the other; at least one. */
  public static Scores join(List<Scores> parts) {
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

  /** Number of rows. */
  public int rows() {
    return logDensity.length;
  }

  /** The answer for one row, from 0. */
  public RowScore row(int r) {
    return new RowScore(
        logDensity[r], errorBound[r], pValue[r], nfe, Optional.ofNullable(failures.get(r)));
  }

  @Override
  public String toString() {
    double mean = Arrays.stream(logDensity).filter(v -> !Double.isNaN(v)).average().orElse(0);
    return String.format(
        Locale.ROOT,
        "Scores[rows=%d, nfe=%d, mean log-density=%.4g nats, without density=%d]",
        rows(),
        nfe,
        rows() == failures.size() ? Double.NaN : mean,
        failures.size());
  }
}
