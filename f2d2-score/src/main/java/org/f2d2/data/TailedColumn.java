package org.f2d2.data;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;

/**
 * A column whose long tails are pulled in, {@code w = guard((asinh(a z)/a - mean)/sd)} of {@code z
 * = (x - median)/scale}.
 *
 * @param name the column
 * @param lattice empty for a continuous column, else its one lattice
 * @param median of the training values, in units of the column
 * @param scale interquartile range over 1.349, which is the standard deviation of a normal column;
 *     the standard deviation itself where the quartiles coincide; positive, in units of the column
 * @param tail strength {@code a} of the tail transform; 0 is the linear map
 * @param mean of the training values after the tail transform
 * @param sd their standard deviation; positive
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record TailedColumn(
    String name,
    List<Lattice> lattice,
    double median,
    double scale,
    double tail,
    double mean,
    double sd)
    implements ColumnTransform.Modelled {
  /** Keeps z and its multiples within a double. */
  private static final double Z_LIMIT = 1e300;

  /** Quartile distance of a normal law with standard deviation 1. */
  private static final double NORMAL_IQR = 1.349;

  /** Training values beyond this size would overflow the squares of the fit. */
  private static final double FIT_LIMIT = 1e100;

  /** Checks that the parameters are finite and the scales are positive. */
  public TailedColumn {
    lattice = List.copyOf(lattice);
    boolean usable =
        Double.isFinite(median)
            && Double.isFinite(mean)
            && scale > 0
            && sd > 0
            && tail >= 0
            && Double.isFinite(scale + sd + tail)
            && lattice.size() <= 1;
    if (!usable) {
      throw new F2d2Exception("the transform of column '" + name + "' is not usable");
    }
  }

  /**
   * Fits the chain to training values.
   *
   * @param name the column
   * @param lattice the lattice its values sit on, if any
   * @param values finite training values, already spread over the lattice's cells; not changed
   * @param tails whether the tail transform may be used
   * @throws F2d2Exception when a value is not finite or beyond 1e100 in size
   */
  public static TailedColumn fit(
      String name, Optional<Lattice> lattice, double[] values, boolean tails) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    if (!(Math.abs(sorted[0]) <= FIT_LIMIT && Math.abs(sorted[n - 1]) <= FIT_LIMIT)) {
      throw new F2d2Exception(
          "column '" + name + "' holds training values beyond 1e100 or not finite");
    }
    double median = quantile(sorted, 0.5);
    double iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    double sd = moments(values)[1];
    // Quartiles that coincide but for rounding say nothing about the width of the column.
    double scale = iqr > 1e-12 * sd ? iqr / NORMAL_IQR : sd;
    double[] z = new double[n];
    for (int i = 0; i < n; i++) {
      z[i] = (values[i] - median) / scale;
    }
    double tail = tails ? TailTransform.strength(z) : 0;
    for (int i = 0; i < n; i++) {
      z[i] = TailTransform.apply(z[i], tail);
    }
    double[] moments = moments(z);
    return new TailedColumn(
        name, lattice.stream().toList(), median, scale, tail, moments[0], moments[1]);
  }

  @Override
  public double logShape(double z, double standard) {
    return RangeGuard.logSlope(standard) + TailTransform.logSlope(z, tail);
  }

  @Override
  public double logScale() {
    return Math.log(sd) + Math.log(scale);
  }

  @Override
  public double standard(double z) {
    return (TailTransform.apply(z, tail) - mean) / sd;
  }

  @Override
  public double inverse(double modelValue) {
    double standard = RangeGuard.invert(modelValue);
    double value = median + scale * TailTransform.invert(mean + sd * standard, tail);
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  /** A value in units of the column as robust standard deviations from its median. */
  @Override
  public double z(double value) {
    double z = (value - median) / scale;
    return Math.max(-Z_LIMIT, Math.min(Z_LIMIT, z));
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Mean and standard deviation (over n) by the stable one-pass update. */
  private static double[] moments(double[] values) {
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double step = values[i] - mean;
      mean += step / (i + 1);
      squares += step * (values[i] - mean);
    }
    return new double[] {mean, Math.sqrt(squares / values.length)};
  }
}
