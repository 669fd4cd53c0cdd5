package org.f2d2.lab.density;

import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * A normal column rounded to tenths. The density of a tenth is its probability, a difference of the
 * distribution function, over the cell's width.
 *
 * @param mean of the column before rounding
 * @param deviation of the column before rounding, positive
 */
public record RoundedDensity(double mean, double deviation) implements TestDensity {

  /** Steps of Simpson's rule over a cell: ten times finer than it needs for double precision. */
  private static final int STEPS = 40;

  private static final double CELLS = 10;

  @Override
  public String name() {
    return "tenths";
  }

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    row[0] = Math.rint(CELLS * (mean + deviation * random.nextGaussian())) / CELLS;
  }

  @Override
  public double logDensityAt(double[] row) {
    boolean tenth = Math.rint(CELLS * row[0]) / CELLS == row[0];
    return tenth ? Math.log(meanDensity(row[0])) : Double.NEGATIVE_INFINITY;
  }

  private double meanDensity(double middle) {
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double z = (middle + (i / (double) STEPS - 0.5) / CELLS - mean) / deviation;
      double weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-0.5 * z * z);
    }
    return sum / (3 * STEPS) / (deviation * Math.sqrt(2 * Math.PI));
  }
}
