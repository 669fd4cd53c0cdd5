package org.f2d2.data;

/**
 * Shares of the levels of a column, between what was counted and what the neighbours say.
 *
 * <pre>
 *   q_k ∝ Σ_(j≠k) c_j K( (j - k)/h ) / Σ_(j≠k) K( (j - k)/h )    what the neighbours of level k say
 *   p_k = ( c_k + A q_k ) / ( n + A ),                            Σ q_k = 1
 * </pre>
 *
 * with a triangular kernel K. The width h and the weight A are those under which each row is
 * likeliest given the others, <code>Σ c_k ln( (c_k - 1 + A q_k)/(n - 1 + A) )</code>: few levels
 * with many rows keep their counts, long tails of single values become smooth.
 *
 * @param shares p, which sum to 1
 * @param logLikelihood mean log-probability of a row given the others, nats
 */
record SmoothedShares(double[] shares, double logLikelihood) {

  private static final int[] WIDTHS = {1, 2, 4, 8, 16, 32, 64};
  private static final double[] WEIGHTS = {
    0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1e6
  };

  /** Share of q that is the same for all levels, so that none is impossible. */
  private static final double EVEN = 1e-3;

  /**
   * Chooses width and weight.
   *
   * @param counts rows at each level, at least one level and two rows in all
   */
  static SmoothedShares of(double[] counts) {
    double n = 0;
    for (double count : counts) {
      n += count;
    }
    double best = Double.NEGATIVE_INFINITY;
    double[] shares = new double[counts.length];
    for (int width : WIDTHS) {
      if (width > 1 && width > counts.length) {
        break;
      }
      double[] q = neighbours(counts, width);
      for (double weight : WEIGHTS) {
        double score = 0;
        for (int k = 0; k < counts.length; k++) {
          if (counts[k] > 0) {
            score += counts[k] * Math.log((counts[k] - 1 + weight * q[k]) / (n - 1 + weight));
          }
        }
        if (score / n > best) {
          best = score / n;
          for (int k = 0; k < counts.length; k++) {
            shares[k] = (counts[k] + weight * q[k]) / (n + weight);
          }
        }
      }
    }
    return new SmoothedShares(shares, best);
  }

  private static double[] neighbours(double[] counts, int width) {
    int levels = counts.length;
    double[] q = new double[levels];
    double sum = 0;
    for (int k = 0; k < levels; k++) {
      double norm = 0;
      for (int j = Math.max(0, k - width); j <= Math.min(levels - 1, k + width); j++) {
        double kernel = j == k ? 0 : width + 1 - Math.abs(j - k);
        q[k] += counts[j] * kernel;
        norm += kernel;
      }
      // A mean, so that the ends, which have fewer neighbours, are not thought rarer.
      q[k] = norm > 0 ? q[k] / norm : 0;
      sum += q[k];
    }
    for (int k = 0; k < levels; k++) {
      q[k] = EVEN / levels + (sum > 0 ? (1 - EVEN) * q[k] / sum : (1 - EVEN) / levels);
    }
    return q;
  }
}
