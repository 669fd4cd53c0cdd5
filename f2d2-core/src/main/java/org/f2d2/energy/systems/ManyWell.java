package org.f2d2.energy.systems;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.f2d2.energy.Energy;

/**
 * Independent copies of a double well beside a Gaussian,
 *
 * <pre>  E(x) = Σ_i  a_i⁴ - 6 a_i² - a_i/2 + b_i²/2,   x = (a_1, b_1, a_2, b_2, …)</pre>
 *
 * <p>Each a_i has two wells of unequal weight, so there are 2ⁿ modes for n copies.
 *
 * @param copies pairs of coordinates
 */
public record ManyWell(int copies) implements Energy {

  /** Checks the number. */
  public ManyWell {
    if (copies < 1) {
      throw new IllegalArgumentException("a many-well needs a copy at least, got " + copies);
    }
  }

  @Override
  public String name() {
    return "MW" + dimensions();
  }

  @Override
  public int dimensions() {
    return 2 * copies;
  }

  @Override
  public double value(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i += 2) {
      sum += well(x[i]) + 0.5 * x[i + 1] * x[i + 1];
    }
    return sum;
  }

  @Override
  public double value(double[] x, double[] gradient) {
    for (int i = 0; i < x.length; i += 2) {
      double a = x[i];
      gradient[i] = 4 * a * a * a - 12 * a - 0.5;
      gradient[i + 1] = x[i + 1];
    }
    double energy = value(x);
    if (energy == Double.POSITIVE_INFINITY) {
      Arrays.fill(gradient, 0);
    }
    return energy;
  }

  /** E of the first coordinate of a pair. */
  public static double well(double a) {
    double square = a * a;
    // As a product, which no large value turns into infinity less infinity.
    return square * (square - 6) - 0.5 * a;
  }

  /** The integral of a well times that of a Gaussian, for each copy. */
  @Override
  public OptionalDouble logNormaliser() {
    return OptionalDouble.of(copies * (Math.log(wellIntegral()) + 0.5 * Math.log(2 * Math.PI)));
  }

  /** ∫ exp(-well), by a rule that is exact to rounding for what ends as fast as this. */
  static double wellIntegral() {
    double step = 1e-3;
    double sum = 0;
    for (int i = -6000; i <= 6000; i++) {
      sum += Math.exp(-well(i * step)) * step;
    }
    return sum;
  }
}
