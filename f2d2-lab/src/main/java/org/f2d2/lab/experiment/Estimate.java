package org.f2d2.lab.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.Locale;

/**
 * A mean over seeds.
 *
 * @param mean NaN without a value
 * @param standardError of the mean; NaN from fewer than two values
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Estimate(double mean, double standardError) {

  /** Nothing was measured. */
  public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN);

  /** How many standard errors make a difference. */
  static final double STANDARD_ERRORS = 2;

  /** The mean of independent values; NaN and infinities make it what they are. */
  public static Estimate of(double... values) {
    int n = values.length;
    if (n == 0) {
      return NONE;
    }
    double mean = Arrays.stream(values).sum() / n;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Estimate(mean, n == 1 ? Double.NaN : Math.sqrt(squares / (n - 1) / n));
  }

  /** Whether it differs from zero by more than two standard errors; not if these are unknown. */
  public boolean differsFromZero() {
    return Math.abs(mean) > STANDARD_ERRORS * standardError;
  }

  /** Whether the standard error is known. */
  public boolean isJudged() {
    return !Double.isNaN(standardError);
  }

  @Override
  public String toString() {
    if (Double.isNaN(mean)) {
      return "–";
    }
    String text = String.format(Locale.ROOT, "%.3g", mean);
    return isJudged() ? text + String.format(Locale.ROOT, " ± %.2g", standardError) : text;
  }
}
