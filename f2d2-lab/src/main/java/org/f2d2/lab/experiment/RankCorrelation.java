package org.f2d2.lab.experiment;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.f2d2.metric.ErrorStatistics;

/** Spearman's rank correlation: the correlation of the ranks, equal values sharing one. */
final class RankCorrelation {

  private RankCorrelation() {}

  /**
   * In [-1, 1]; NaN when a side is constant.
   *
   * @param a at least one value, finite
   * @param b as many
   */
  static double of(double[] a, double[] b) {
    return ErrorStatistics.of(ranks(a), ranks(b)).pearson();
  }

  private static double[] ranks(double[] values) {
    int n = values.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[n];
    for (int from = 0; from < n; ) {
      int to = from;
      while (to < n && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
