package org.f2d2.lab.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A quantity as a power of the number of rows, by least squares of its logarithm against that of
 * the rows, on the sizes where it is clearly above its floor: a value is {@code floor + c nᵃ},
 * which bends towards the floor. The uncertainty comes from drawing the seeds anew with replacement
 * (bootstrap), so that what the sizes of one seed share is not counted as knowledge.
 *
 * @param exponent a, the slope
 * @param standardError standard deviation of the slope over the draws
 * @param low lower end of the interval that holds 95 % of the draws
 * @param high its upper end
 * @param firstRows smallest number of rows that was used
 * @param lastRows largest
 * @param sizes how many numbers of rows were used
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PowerLaw(
    double exponent,
    double standardError,
    double low,
    double high,
    int firstRows,
    int lastRows,
    int sizes) {

  /** A value within this factor of the floor says more of the floor than of the rows. */
  public static final double CLEAR_OF_FLOOR = 1.5;

  private static final int LEAST_SIZES = 3;
  private static final int DRAWS = 2000;
  private static final double TAIL = 0.025;

  /**
   * Fits.
   *
   * @param rows numbers of rows, ascending
   * @param values for each seed a value for each number of rows
   * @param floor of the values; 0 for none
   * @param random draws the seeds
   * @return nothing where fewer than three sizes are clear of the floor, or a value is not positive
   */
  public static Optional<PowerLaw> fit(
      List<Integer> rows, List<double[]> values, double floor, RandomGenerator random) {
    int seeds = values.size();
    List<Integer> used = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int size = i;
      double mean = values.stream().mapToDouble(v -> v[size]).average().orElse(0);
      if (mean > CLEAR_OF_FLOOR * floor) {
        used.add(i);
      }
    }
    if (used.size() < LEAST_SIZES
        || values.stream().anyMatch(v -> used.stream().anyMatch(i -> !(v[i] > 0)))) {
      return Optional.empty();
    }
    // The slope of averaged logarithms is the average of the slopes: least squares is linear.
    double[] slopes = values.stream().mapToDouble(v -> slope(rows, v, used)).toArray();
    double[] draws = new double[DRAWS];
    for (int k = 0; k < DRAWS; k++) {
      for (int s = 0; s < seeds; s++) {
        draws[k] += slopes[random.nextInt(seeds)] / seeds;
      }
    }
    Arrays.sort(draws);
    double mean = Arrays.stream(draws).average().orElseThrow();
    double variance = Arrays.stream(draws).map(d -> (d - mean) * (d - mean)).sum() / DRAWS;
    boolean known = seeds > 1;
    return Optional.of(
        new PowerLaw(
            Arrays.stream(slopes).average().orElseThrow(),
            known ? Math.sqrt(variance) : Double.NaN,
            known ? draws[(int) (TAIL * DRAWS)] : Double.NaN,
            known ? draws[DRAWS - 1 - (int) (TAIL * DRAWS)] : Double.NaN,
            rows.get(used.get(0)),
            rows.get(used.get(used.size() - 1)),
            used.size()));
  }

  private static double slope(List<Integer> rows, double[] values, List<Integer> used) {
    double[] x = used.stream().mapToDouble(i -> Math.log(rows.get(i))).toArray();
    double[] y = used.stream().mapToDouble(i -> Math.log(values[i])).toArray();
    return slope(x, y);
  }

  /** The slope of the least-squares line. */
  public static double slope(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (int i = 0; i < x.length; i++) {
      above += (x[i] - meanX) * y[i];
      below += (x[i] - meanX) * (x[i] - meanX);
    }
    return above / below;
  }

  /** Whether the fall is no shallower than another exponent, up to two standard errors. */
  public boolean fallsAtLeastLike(double other) {
    return exponent - Estimate.STANDARD_ERRORS * standardError <= other;
  }

  @Override
  public String toString() {
    String uncertainty =
        Double.isNaN(standardError)
            ? ""
            : String.format(
                Locale.ROOT, " ± %.2f, 95 %% in [%.2f, %.2f]", standardError, low, high);
    return String.format(
        Locale.ROOT, "%.2f%s, from %d to %d rows", exponent, uncertainty, firstRows, lastRows);
  }
}
