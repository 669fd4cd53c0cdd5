package org.f2d2.lab.density;

import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * Flags, each set by itself, and standard normal columns whose mean is {@code shift} times the
 * number of flags set. Flags come first; a flag's probability is its density, its cell being 1
 * wide.
 *
 * @param name for tables
 * @param flags number of flags
 * @param rate probability that one is set, in (0, 1)
 * @param normals number of normal columns
 * @param shift of the normal columns by each flag
 */
public record FlagDensity(String name, int flags, double rate, int normals, double shift)
    implements TestDensity {

  @Override
  public int dimensions() {
    return flags + normals;
  }

  @Override
  public void draw(double[] row, RandomGenerator random) {
    double set = 0;
    for (int i = 0; i < flags; i++) {
      row[i] = random.nextDouble() < rate ? 1 : 0;
      set += row[i];
    }
    for (int i = flags; i < row.length; i++) {
      row[i] = shift * set + random.nextGaussian();
    }
  }

  @Override
  public double logDensityAt(double[] row) {
    double log = 0;
    double set = 0;
    for (int i = 0; i < flags; i++) {
      log +=
          row[i] == 1 ? Math.log(rate) : row[i] == 0 ? Math.log1p(-rate) : Double.NEGATIVE_INFINITY;
      set += row[i];
    }
    for (int i = flags; i < row.length; i++) {
      double z = row[i] - shift * set;
      log -= 0.5 * z * z + 0.5 * Math.log(2 * Math.PI);
    }
    return log;
  }
}
