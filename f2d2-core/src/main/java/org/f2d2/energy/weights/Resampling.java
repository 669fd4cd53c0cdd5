package org.f2d2.energy.weights;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.Requirement;

/**
 * Ways to draw equally weighted copies of weighted rows. Of n copies, row i has n W_i in the mean
 * in each of them, W being the normalised weights; they differ in how far single counts depart from
 * that (Douc, Cappé and Moulines, "Comparison of resampling schemes for particle filtering", 2005).
 */
public enum Resampling {

  /** Each copy by itself. */
  MULTINOMIAL {
    @Override
    int[] rows(double[] cumulative, int count, SplittableRandom random) {
      return at(cumulative, random.doubles(count).sorted().toArray());
    }
  },

  /** One copy from each of n equal parts of the weight. */
  STRATIFIED {
    @Override
    int[] rows(double[] cumulative, int count, SplittableRandom random) {
      double[] places = new double[count];
      Arrays.setAll(places, i -> (i + random.nextDouble()) / count);
      return at(cumulative, places);
    }
  },

  /**
   * One copy from each of n equal parts of the weight, at the same place in each. The count of a
   * row is n W_i rounded up or down; the copies depend on the order of the rows.
   */
  SYSTEMATIC {
    @Override
    int[] rows(double[] cumulative, int count, SplittableRandom random) {
      double place = random.nextDouble();
      double[] places = new double[count];
      Arrays.setAll(places, i -> (i + place) / count);
      return at(cumulative, places);
    }
  },

  /** n W_i copies rounded down, and the rest by {@link #MULTINOMIAL} from what was cut off. */
  RESIDUAL {
    @Override
    int[] rows(double[] cumulative, int count, SplittableRandom random) {
      double total = cumulative[cumulative.length - 1];
      double[] rest = new double[cumulative.length];
      int[] rows = new int[count];
      int used = 0;
      double left = 0;
      for (int i = 0; i < cumulative.length; i++) {
        double share = (cumulative[i] - (i == 0 ? 0 : cumulative[i - 1])) / total * count;
        int whole = Math.min((int) share, count - used);
        Arrays.fill(rows, used, used + whole, i);
        used += whole;
        left += share - whole;
        rest[i] = left;
      }
      if (used < count) {
        int[] others = MULTINOMIAL.rows(rest, count - used, random);
        System.arraycopy(others, 0, rows, used, others.length);
        Arrays.sort(rows);
      }
      return rows;
    }
  };

  /**
   * Draws copies.
   *
   * @param weights of the rows, at least one; not negative, not all zero, in any unit
   * @param count how many copies, n, at least 1
   * @param random settles the copies
   * @return the rows that the copies are of, from 0, in ascending order; none of weight zero
   * @throws F2d2Exception when a weight is negative or not finite, all are zero, or the count is
   *     below 1
   */
  public int[] draw(double[] weights, int count, SplittableRandom random) {
    Requirement.finite("weight", weights);
    if (count < 1) {
      throw new F2d2Exception("resampling draws at least one row, got " + count);
    }
    double largest = Arrays.stream(weights).max().orElseThrow();
    if (!(largest > 0)) {
      throw new F2d2Exception("every weight is zero");
    }
    double[] cumulative = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < 0) {
        throw new F2d2Exception("weight " + i + " is " + weights[i]);
      }
      // In units of the largest the sum cannot overflow.
      sum += weights[i] / largest;
      cumulative[i] = sum;
    }
    return rows(cumulative, count, random);
  }

  /**
   * {@link #draw} of weights that are sound.
   *
   * @param cumulative sums of the weights up to and with each row
   */
  abstract int[] rows(double[] cumulative, int count, SplittableRandom random);

  /**
   * The rows at some places of the total weight.
   *
   * @param places in [0, 1), ascending
   */
  private static int[] at(double[] cumulative, double[] places) {
    double total = cumulative[cumulative.length - 1];
    // The last row with a weight: a place rounded up to the total belongs to it.
    int last = cumulative.length - 1;
    while (last > 0 && cumulative[last - 1] == total) {
      last--;
    }
    int[] rows = new int[places.length];
    int row = 0;
    for (int i = 0; i < places.length; i++) {
      while (row < last && cumulative[row] <= places[i] * total) {
        row++;
      }
      rows[i] = row;
    }
    return rows;
  }
}
