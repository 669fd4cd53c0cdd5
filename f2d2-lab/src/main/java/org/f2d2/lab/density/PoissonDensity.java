package org.f2d2.lab.density;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.f2d2.lab.TestDensity;

/**
 * Counts; a count's probability is its density, its cell being 1 wide.
 *
 * @param mean positive, small enough for exp(-mean) to be a number
 */
public record PoissonDensity(double mean) implements TestDensity {

  @Override
  public String name() {
    return "poisson";
  }

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public double[] sample(int n, RandomGenerator random) {
    double[] rows = new double[n];
    for (int r = 0; r < n; r++) {
      // Arrivals before time 1 at this rate.
      double time = random.nextExponential() / mean;
      while (time < 1) {
        rows[r]++;
        time += random.nextExponential() / mean;
      }
    }
    return rows;
  }

  @Override
  public double[] logDensity(double[] rows) {
    return Arrays.stream(rows).map(this::logProbability).toArray();
  }

  private double logProbability(double count) {
    if (count < 0 || count != Math.rint(count)) {
      return Double.NEGATIVE_INFINITY;
    }
    double log = -mean;
    for (int k = 1; k <= count; k++) {
      log += Math.log(mean / k);
    }
    return log;
  }
}
