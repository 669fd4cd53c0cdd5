package org.f2d2.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far estimates are from reference values, per row. The mean alone hides errors that cancel.
 *
 * @param count number of rows
 * @param meanAbsoluteError mean of |estimate - reference|, in their unit (nats for log-densities)
 * @param maxAbsoluteError its maximum
 * @param worstPercentMean mean of the largest 1 % of absolute errors, of at least one row
 * @param bias mean of estimate - reference
 * @param pearson correlation of estimates and references in [-1, 1]; NaN when either is constant
 */
public record ErrorStatistics(
    int count,
    double meanAbsoluteError,
    double maxAbsoluteError,
    double worstPercentMean,
    double bias,
    double pearson) {
  /**
   * Compares row by row.
   *
   * @param estimate at least one value
   * @param reference as many
   * @throws org.f2d2.error.F2d2Exception when the lengths differ, there is no row, or a value is
   *     NaN or infinite
   */
  public static ErrorStatistics of(double[] estimate, double[] reference) {
    Requirement.sameLength("estimates", estimate.length, "references", reference.length);
    Requirement.finite("estimate", estimate);
    Requirement.finite("reference", reference);
    int n = estimate.length;
    double[] errors = new double[n];
    double bias = 0;
    double total = 0;
    for (int i = 0; i < n; i++) {
      double difference = estimate[i] - reference[i];
      errors[i] = Math.abs(difference);
      bias += difference / n;
      total += errors[i] / n;
    }
    Arrays.sort(errors);
    int worst = (n + 99) / 100;
    double worstMean = 0;
    for (int i = n - worst; i < n; i++) {
      worstMean += errors[i] / worst;
    }
    return new ErrorStatistics(
        n, total, errors[n - 1], worstMean, bias, pearson(estimate, reference));
  }

  /**
   * Mean of estimate - reference without the largest and the smallest hundredth, which a few wild
   * rows cannot move far.
   *
   * @param estimate any values; pairs with one that is not finite are left out
   * @param reference as many
   * @return 0 where no pair is left
   */
  public static double trimmedBias(double[] estimate, double[] reference) {
    Requirement.sameLength("estimates", estimate.length, "references", reference.length);
    double[] differences =
        IntStream.range(0, estimate.length)
            .mapToDouble(i -> estimate[i] - reference[i])
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    int out = differences.length / 100;
    return Arrays.stream(differences, out, differences.length - out).average().orElse(0);
  }

  /**
   * The middle of some values, of two in the middle their mean.
   *
   * @param values any, in any order, none of them NaN
   * @return NaN where there are none
   */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0 ? Double.NaN : 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
  }

  private static double pearson(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < a.length; i++) {
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
      ab += (a[i] - meanA) * (b[i] - meanB);
    }
    double r = ab / (Math.sqrt(aa) * Math.sqrt(bb));
    return Math.max(-1, Math.min(1, r)); // keeps NaN, which 0/0 of a constant side is
  }
}
