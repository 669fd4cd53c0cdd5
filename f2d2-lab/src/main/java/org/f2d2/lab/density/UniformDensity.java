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
  public void draw(double[] row, RandomGenerator random) {
    Arrays.setAll(row, i -> from + width * random.nextDouble());
  }

  @Override
  public double logDensityAt(double[] row) {
    boolean inside = Arrays.stream(row).allMatch(x -> x >= from && x < from + width);
    return inside ? -dimensions * Math.log(width) : Double.NEGATIVE_INFINITY;
  }
}
