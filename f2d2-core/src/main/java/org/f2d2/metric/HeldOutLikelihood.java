package org.f2d2.metric;

import java.util.Arrays;

/**
 * The mean log-density of rows that a density has not seen.
 *
 * @param density its name
 * @param mean nats per row, in the units of the input columns; rows without a density left out
 * @param standardError of the mean, over rows
 */
public record HeldOutLikelihood(String density, double mean, double standardError) {

  /**
   * From log-densities in model space.
   *
   * @param logDensity nats
   * @param volume log-determinant of the way there, for each row
   */
  public static HeldOutLikelihood of(String density, double[] logDensity, double[] volume) {
    Requirement.sameLength("log-densities", logDensity.length, "volumes", volume.length);
    double[] values = new double[logDensity.length];
    Arrays.setAll(values, i -> logDensity[i] + volume[i]);
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    double mean = Arrays.stream(finite).average().orElse(0);
    double squares = Arrays.stream(finite).map(v -> (v - mean) * (v - mean)).sum();
    int n = finite.length;
    return new HeldOutLikelihood(density, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
  }
}
