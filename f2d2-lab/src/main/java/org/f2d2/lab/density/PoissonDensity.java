package org.f2d2.lab.density;

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
  public void draw(double[] row, RandomGenerator random) {
    row[0] = 0;
    // Arrivals before time 1 at this rate.
    double time = random.nextExponential() / mean;
    while (time < 1) {
      row[0]++;
      time += random.nextExponential() / mean;
    }
  }

  @Override
  public double logDensityAt(double[] row) {
    double count = row[0];
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
