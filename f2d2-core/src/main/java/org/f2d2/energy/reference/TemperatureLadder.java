package org.f2d2.energy.reference;

import java.util.Arrays;

/**
 * Inverse temperatures from 1 down, moved until neighbours exchange their points equally often
 * (Syed et al., "Non-reversible parallel tempering", 2021, algorithm 2): the share of refused
 * exchanges, summed from the coldest level on, is made to grow evenly over the levels.
 */
final class TemperatureLadder {

  private final double[] inverse;
  private final double[] refused;
  private final long[] tried;

  /**
   * A geometric ladder.
   *
   * @param levels at least 1
   * @param hottest temperature of the last
   */
  TemperatureLadder(int levels, double hottest) {
    inverse = new double[levels];
    for (int level = 0; level < levels; level++) {
      inverse[level] = levels == 1 ? 1 : Math.pow(hottest, -level / (levels - 1.0));
    }
    refused = new double[levels];
    tried = new long[levels];
  }

  int levels() {
    return inverse.length;
  }

  /** β of a level. */
  double inverse(int level) {
    return inverse[level];
  }

  /**
   * The probability of an exchange between a level and the next, which is counted.
   *
   * @param cold E at the level
   * @param hot E at the next
   */
  double exchange(int level, double cold, double hot) {
    double exponent = (inverse[level] - inverse[level + 1]) * (cold - hot);
    double probability = Math.min(1, Math.exp(exponent));
    refused[level] += 1 - probability;
    tried[level]++;
    return probability;
  }

  /** Share of exchanges between a level and the next that were made since the ladder moved. */
  double exchanged(int level) {
    return tried[level] == 0 ? Double.NaN : 1 - refused[level] / tried[level];
  }

  /** Forgets what was counted. */
  void restart() {
    Arrays.fill(refused, 0);
    Arrays.fill(tried, 0);
  }

  /** Moves the inner levels, and forgets what was counted. */
  void move() {
    int last = inverse.length - 1;
    double[] barrier = new double[last + 1];
    for (int level = 0; level < last; level++) {
      // A pair that never refuses still takes its place.
      barrier[level + 1] =
          barrier[level] + Math.max(1e-3, tried[level] == 0 ? 0 : refused[level] / tried[level]);
    }
    double[] moved = inverse.clone();
    int segment = 0;
    for (int level = 1; level < last; level++) {
      double wanted = barrier[last] * level / last;
      while (barrier[segment + 1] < wanted) {
        segment++;
      }
      double share = (wanted - barrier[segment]) / (barrier[segment + 1] - barrier[segment]);
      moved[level] =
          Math.exp(
              (1 - share) * Math.log(inverse[segment]) + share * Math.log(inverse[segment + 1]));
    }
    System.arraycopy(moved, 0, inverse, 0, inverse.length);
    restart();
  }
}
