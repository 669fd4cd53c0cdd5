package org.f2d2.metric;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.TreeSet;
import org.f2d2.error.F2d2Exception;

/**
 * The log-densities of held-out normal rows, thinned for storage: what turns a log-density into a
 * p-value.
 *
 * <p>With n held-out values, the p-value of v is {@code (1 + #{held-out values <= v}) / (n + 1)}:
 * for a row like the held-out ones, the chance of a p-value of at most q is at most q. At most
 * {@value #MOST_KNOTS} values are kept. Up to that many, all are; beyond, the lowest 1,000 are all
 * kept, so that small p-values are exact, and the rest are spread evenly, between which the count
 * is interpolated; there the p-value is within {@code 1/1000} of the exact one. Immutable.
 */
public final class ReferenceDistribution {
  static final int MOST_KNOTS = 2000;
  private static final int LOWEST = 1000;

  /** Of a log-density and one, by which answers to the same row may differ. */
  static final double ROUNDING = 0x1p-20;

  private final int count;
  private final int[] lower;
  private final int[] ranks;
  private final double[] values;

  /**
   * Rebuilds a stored distribution.
   *
   * @param count number of held-out rows
   * @param lower how many held-out values are below each kept value
   * @param ranks how many held-out values are at most each kept value; ascending, from 1 to count
   * @param values the kept values, ascending and finite, as many
   * @throws F2d2Exception when these do not fit together
   */
  @JsonCreator
  public ReferenceDistribution(
      @JsonProperty("count") int count,
      @JsonProperty("lower") int[] lower,
      @JsonProperty("ranks") int[] ranks,
      @JsonProperty("values") double[] values) {
    this.count = count;
    this.lower = lower.clone();
    this.ranks = ranks.clone();
    this.values = values.clone();
    boolean usable =
        values.length > 0
            && ranks.length == values.length
            && lower.length == values.length
            && lower[0] == 0
            && ranks[ranks.length - 1] == count;
    for (int i = 0; usable && i < values.length; i++) {
      usable =
          Double.isFinite(values[i])
              && lower[i] < ranks[i]
              && (i == 0 || (lower[i] >= ranks[i - 1] && values[i] > values[i - 1]));
    }
    if (!usable) {
      throw new F2d2Exception("the stored reference distribution is not in order");
    }
  }

  /**
   * Summarises held-out rows.
   *
   * @param logDensities at least one, finite, in any order; not changed
   * @throws F2d2Exception when there is none, or one is NaN or infinite
   */
  public static ReferenceDistribution of(double[] logDensities) {
    Requirement.finite("log-density", logDensities);
    // Sorting and searching tell the two zeros apart; adding zero makes them one.
    double[] sorted = Arrays.stream(logDensities).map(v -> v + 0.0).toArray();
    Arrays.sort(sorted);
    int n = sorted.length;
    TreeSet<Integer> kept = new TreeSet<>();
    int whole = n <= MOST_KNOTS ? n : LOWEST;
    for (int i = 0; i < whole; i++) {
      kept.add(i);
    }
    int rest = MOST_KNOTS - LOWEST;
    for (int i = 1; n > MOST_KNOTS && i <= rest; i++) {
      kept.add(LOWEST - 1 + (int) ((long) (n - LOWEST) * i / rest));
    }
    TreeSet<Integer> ranks = new TreeSet<>();
    for (int i : kept) {
      ranks.add(lastOfEqual(sorted, i) + 1);
    }
    int[] rankArray = ranks.stream().mapToInt(Integer::intValue).toArray();
    double[] values = Arrays.stream(rankArray).mapToDouble(rank -> sorted[rank - 1]).toArray();
    int[] lower = Arrays.stream(rankArray).map(rank -> firstOfEqual(sorted, rank - 1)).toArray();
    return new ReferenceDistribution(n, lower, rankArray, values);
  }

  /** Number of held-out rows. */
  @JsonProperty("count")
  public int count() {
    return count;
  }

  /** A copy of how many held-out values are below each kept value. */
  @JsonProperty("lower")
  public int[] lower() {
    return lower.clone();
  }

  /** A copy of the ranks of the kept values: how many held-out values are at most each. */
  @JsonProperty("ranks")
  public int[] ranks() {
    return ranks.clone();
  }

  /** A copy of the kept values, ascending, in nats. */
  @JsonProperty("values")
  public double[] values() {
    return values.clone();
  }

  /**
   * The share of normal rows with a density as low or lower, with the correction for one more row.
   * A density that is higher by no more than rounding is as low.
   *
   * @param logDensity in nats; negative infinity gives the smallest p-value, positive infinity 1
   * @return in [1/(n+1), 1]
   * @throws F2d2Exception for NaN
   */
  public double pValue(double logDensity) {
    if (Double.isNaN(logDensity)) {
      throw new F2d2Exception("a log-density of NaN has no p-value");
    }
    // In a batch of another size the same row may be rounded otherwise: it is still its equal.
    double reached = logDensity + ROUNDING * (1 + Math.abs(logDensity));
    return (1 + countUpTo(Double.isFinite(reached) ? reached : logDensity)) / (count + 1.0);
  }

  /** The p-value below which this distribution cannot tell how strange a row is: 1/(n+1). */
  public double smallestPValue() {
    return 1 / (count + 1.0);
  }

  private double countUpTo(double value) {
    int at = Arrays.binarySearch(values, value);
    if (at >= 0) {
      return ranks[at];
    }
    int above = -at - 1;
    if (above == 0) {
      // The lowest value is always kept, so nothing lies below this one.
      return 0;
    }
    if (above == values.length) {
      return count;
    }
    int below = above - 1;
    // Neighbours in rank leave nothing to interpolate: all kept, all counts are exact.
    double between = lower[above] - ranks[below];
    double share = (value - values[below]) / (values[above] - values[below]);
    return ranks[below] + between * share;
  }

  private static int firstOfEqual(double[] sorted, int i) {
    int first = i;
    while (first > 0 && sorted[first - 1] == sorted[i]) {
      first--;
    }
    return first;
  }

  private static int lastOfEqual(double[] sorted, int i) {
    int last = i;
    while (last + 1 < sorted.length && sorted[last + 1] == sorted[i]) {
      last++;
    }
    return last;
  }
}
