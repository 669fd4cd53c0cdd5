package org.f2d2.lab.density;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * Uniform on the cube [from, from + width)^d.
 *
 * @param dimensions d
 * @param from lower end of each column
 * @param width positive
 */
public record UniformDensity(int dimensions, double from, double width) implements TestDensity {

  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public double[] sample(int n, RandomGenerator random) {
    double[] rows = new double[n * dimensions];
    Arrays.setAll(rows, i -> from + width * random.nextDouble());
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    double[] out = new double[rows.length / dimensions];
    for (int i = 0; i < rows.length; i++) {
      boolean inside = rows[i] >= from && rows[i] < from + width;
      out[i / dimensions] += inside ? -Math.log(width) : Double.NEGATIVE_INFINITY;
    }
    return out;
  }
}
