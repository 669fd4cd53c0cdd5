package org.f2d2.train;

import java.util.Arrays;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** How much noise keeps a network from learning few rows by heart. */
final class NeighbourNoise {

  private static final double PART = 0.7;

  /** Rows whose nearest neighbours are looked for. */
  private static final long NEIGHBOURS_OF = 1000;

  private static final int NEIGHBOURS_AT_ONCE = 100;

  private NeighbourNoise() {}

  /**
   * Standard deviation of the noise on training rows: a part of the distance of a row from its
   * nearest neighbour, in each direction. A network would otherwise learn few rows by heart; with
   * many the distance is small and nothing is blurred.
   *
   * @param rows distinct rows in model space [n, d]
   */
  static double of(Tensor rows, int d) {
    long n = rows.size(0);
    if (n >= FitData.ENOUGH_ROWS) {
      return 0;
    }
    try (Scope scope = Scope.open()) {
      Tensor x = rows.narrow(1, 0, d);
      int asked = (int) Math.min(n, NEIGHBOURS_OF);
      double[] nearest = new double[asked];
      Tensor squares = x.square().sumKeep(1).transpose();
      for (int from = 0; from < asked; from += NEIGHBOURS_AT_ONCE) {
        int to = Math.min(asked, from + NEIGHBOURS_AT_ONCE);
        try (Scope part = Scope.open()) {
          Tensor some = x.rows(from, to);
          // Of |a|² + |b|² - 2ab, what depends on b; the row itself has -|a|².
          double[] gaps = squares.addScaled(some.matmul(x.transpose()), -2).toDoubles();
          double[] own = some.square().sum(1).toDoubles();
          for (int r = from; r < to; r++) {
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < n; i++) {
              double gap = gaps[(int) ((r - from) * n) + i] + own[r - from];
              least = i == r ? least : Math.min(least, gap);
            }
            nearest[r] = Math.sqrt(Math.max(0, least));
          }
        }
      }
      Arrays.sort(nearest);
      return PART * nearest[asked / 2] / Math.sqrt(d);
    }
  }
}
