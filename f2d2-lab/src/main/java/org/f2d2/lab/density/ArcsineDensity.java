package org.f2d2.lab.density;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * Independent Beta(½, ½) columns, 1/(π √(x (1 - x))) on (0, 1): without a bound at both ends.
 *
 * @param dimensions d
 */
public record ArcsineDensity(int dimensions) implements TestDensity {

  @Override
  public String name() {
    return "beta";
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    Arrays.setAll(row, i -> place(random.nextDouble()));
  }

  /** The quantile function: u in (0, 1) to sin²(π u/2). */
  public static double place(double u) {
    double s = Math.sin(0.5 * Math.PI * u);
    return s * s;
  }

  @Override
  public double logDensityAt(double[] row) {
    double log = 0;
    for (double x : row) {
      log +=
          x > 0 && x < 1
              ? -Math.log(Math.PI) - 0.5 * Math.log(x * (1 - x))
              : Double.NEGATIVE_INFINITY;
    }
    return log;
  }
}
