package org.f2d2.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

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
   * @param logDensity nats; at least one is finite
   * @param volume log-determinant of the way there, for each row
   */
  public static HeldOutLikelihood of(String density, double[] logDensity, double[] volume) {
    Requirement.sameLength("log-densities", logDensity.length, "volumes", volume.length);
    double[] values =
        IntStream.range(0, volume.length)
            .mapToDouble(i -> logDensity[i] + volume[i])
            .filter(Double::isFinite)
            .toArray();
    int n = values.length;
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new HeldOutLikelihood(density, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
  }
}
