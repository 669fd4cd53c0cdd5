package org.f2d2.lab;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Uniform on the 8 squares [2i, 2i+2) × [2j, 2j+2), i and j in -2..1 with i + j even; log-density
 * -ln 32 on them. Rows within 0.1 of a cell edge are left out of error figures: there the density
 * jumps.
 */
public record CheckerboardDensity() implements TestDensity {

  private static final double MARGIN = 0.1;

  @Override
  public String name() {
    return "checkerboard";
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    int i = random.nextInt(4);
    int j = 2 * random.nextInt(2) + (i & 1);
    row[0] = 2 * (i - 2) + 2 * random.nextDouble();
    row[1] = 2 * (j - 2) + 2 * random.nextDouble();
  }

  @Override
  public double logDensityAt(double[] row) {
    double x = Math.floor(row[0] / 2);
    double y = Math.floor(row[1] / 2);
    boolean inside = x >= -2 && x < 2 && y >= -2 && y < 2 && Math.abs(x + y) % 2 == 0;
    return inside ? -Math.log(32) : Double.NEGATIVE_INFINITY;
  }

  @Override
  public boolean counts(double[] row) {
    return Arrays.stream(row).allMatch(x -> Math.abs(x / 2 - Math.rint(x / 2)) * 2 > MARGIN);
  }
}
