package org.f2d2.lab.density;

import java.util.Arrays;
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
  public double[] sample(int n, RandomGenerator random) {
    int d = dimensions();
    double[] rows = new double[n * d];
    for (int r = 0; r < n; r++) {
      double set = 0;
      for (int i = 0; i < flags; i++) {
        rows[r * d + i] = random.nextDouble() < rate ? 1 : 0;
        set += rows[r * d + i];
      }
      for (int i = flags; i < d; i++) {
        rows[r * d + i] = shift * set + random.nextGaussian();
      }
    }
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    int d = dimensions();
    double[] out = new double[rows.length / d];
    Arrays.setAll(
        out,
        r -> {
          double log = 0;
          double set = 0;
          for (int i = 0; i < flags; i++) {
            double flag = rows[r * d + i];
            log +=
                flag == 1
                    ? Math.log(rate)
                    : flag == 0 ? Math.log1p(-rate) : Double.NEGATIVE_INFINITY;
            set += flag;
          }
          for (int i = flags; i < d; i++) {
            double z = rows[r * d + i] - shift * set;
            log -= 0.5 * z * z + 0.5 * Math.log(2 * Math.PI);
          }
          return log;
        });
    return out;
  }
}
