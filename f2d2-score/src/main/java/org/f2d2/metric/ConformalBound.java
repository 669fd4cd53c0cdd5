package org.f2d2.metric;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import org.f2d2.error.F2d2Exception;

/**
 * A bound on the absolute error of one more row, by split conformal prediction.
 *
 * <p>Of n calibration errors and one new error that is exchangeable with them, the new one is at
 * most the {@code ceil((n + 1) level)}-th smallest of the n with probability at least {@code level}
 * (Vovk, Gammerman and Shafer 2005; Lei et al., "Distribution-free predictive inference for
 * regression", 2018). The promise is about rows like the calibration rows, and on average over
 * them.
 *
 * @param level wanted coverage in (0, 1)
 * @param halfWidth the bound, in the unit of the errors; not negative; infinite when there were too
 *     few calibration rows for the level
 * @param count number of calibration rows
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record ConformalBound(double level, double halfWidth, int count) {
  /** Checks the ranges. */
  public ConformalBound {
    if (!(level > 0 && level < 1)) {
      throw new F2d2Exception("coverage level " + level + " is not in (0, 1)");
    }
    if (!(halfWidth >= 0) || count < 0) {
      throw new F2d2Exception("no bound has half-width " + halfWidth + " from " + count + " rows");
    }
  }

  /**
   * Calibrates the bound.
   *
   * @param errors errors of the calibration rows, of either sign; an infinite one is larger than
   *     any other; may be empty, which gives an infinite bound
   * @param level wanted coverage in (0, 1)
   * @throws F2d2Exception when an error is NaN or the level is out of range
   */
  public static ConformalBound of(double[] errors, double level) {
    double[] sizes = new double[errors.length];
    for (int i = 0; i < errors.length; i++) {
      sizes[i] = Math.abs(errors[i]);
      if (Double.isNaN(sizes[i])) {
        throw new F2d2Exception("error " + i + " is NaN");
      }
    }
    Arrays.sort(sizes);
    // 0.95 * 20 must count as 19: the product's last digits may lie on the wrong side.
    double rank = Math.ceil((sizes.length + 1) * level * (1 - 1e-12));
    double halfWidth =
        rank > sizes.length ? Double.POSITIVE_INFINITY : sizes[Math.max(0, (int) rank - 1)];
    return new ConformalBound(level, halfWidth, sizes.length);
  }

  /**
   * The share of errors within the bound.
   *
   * @param errors at least one, of either sign; NaN counts as outside
   * @throws F2d2Exception when there is none
   */
  public double coverage(double[] errors) {
    if (errors.length == 0) {
      throw new F2d2Exception("there is no error to cover");
    }
    long within = Arrays.stream(errors).filter(e -> Math.abs(e) <= halfWidth).count();
    return within / (double) errors.length;
  }
}
