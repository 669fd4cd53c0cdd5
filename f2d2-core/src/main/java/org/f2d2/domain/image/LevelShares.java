package org.f2d2.domain.image;

import java.util.Arrays;
import java.util.List;
import org.f2d2.data.NormalQuantile;

/**
 * The arrays behind {@link PixelScale.Gaussianized}.
 *
 * @param share probability of each level
 * @param below probability of all lower levels
 * @param above probability of all higher levels, added up by itself: one minus the others would
 *     lose the digits of a rare bright level
 */
record LevelShares(double[] share, double[] below, double[] above) {
  static LevelShares of(List<Double> probabilities) {
    int n = probabilities.size();
    double[] share = probabilities.stream().mapToDouble(Double::doubleValue).toArray();
    double[] below = new double[n];
    double[] above = new double[n];
    for (int q = 1; q < n; q++) {
      below[q] = below[q - 1] + share[q - 1];
      above[n - 1 - q] = above[n - q] + share[n - q];
    }
    return new LevelShares(share, below, above);
  }

  /** Where in model space each level but the first begins, ascending, one fewer than the levels. */
  double[] edges() {
    double[] out = new double[share.length - 1];
    for (int q = 0; q < out.length; q++) {
      out[q] = NormalQuantile.of(below[q + 1], above[q]);
    }
    return out;
  }

  /** The place of {@code q + u} in model space, whose level is {@code q} for certain. */
  double place(int q, double u, double[] edges) {
    double x = NormalQuantile.of(below[q] + u * share[q], above[q] + (1 - u) * share[q]);
    // Beside the edge of a rare level, rounding may carry x over it.
    if (q > 0) {
      x = Math.max(x, Math.nextUp(edges[q - 1]));
    }
    return q < edges.length ? Math.min(x, Math.nextDown(edges[q])) : x;
  }

  /** The level whose cell holds x; an edge belongs to the level that begins there. */
  static int level(double x, double[] edges) {
    int found = Arrays.binarySearch(edges, x);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** {@code ln dx/d(q + u) = ln p(q) - ln φ(x)}, in nats. */
  double logDerivative(int q, double x) {
    return Math.log(share[q]) + 0.5 * (x * x + Math.log(2 * Math.PI));
  }
}
