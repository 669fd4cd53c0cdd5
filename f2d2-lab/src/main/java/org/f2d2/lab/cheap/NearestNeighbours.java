package org.f2d2.lab.cheap;

import java.util.Arrays;

/**
 * Distance to the k-th nearest row of the fit, in columns of unit scale: a score of how strange a
 * row is (Ramaswamy, Rastogi and Shim, 2000). It is no density.
 */
public final class NearestNeighbours {

  /** The usual number of neighbours. */
  public static final int NEIGHBOURS = 5;

  private final ColumnScales scales;
  private final double[] centres;
  private final int d;
  private final int k;

  /**
   * Keeps the rows.
   *
   * @param rows row-major [n, d], finite
   * @param k which neighbour, from 1; at most n
   */
  public NearestNeighbours(double[] rows, int d, int k) {
    if (k < 1 || k > rows.length / d) {
      throw new IllegalArgumentException("there is no neighbour " + k);
    }
    this.scales = ColumnScales.of(rows, d);
    this.centres = scales.apply(rows);
    this.d = d;
    this.k = k;
  }

  /** Distances of rows [n, d], in standard deviations; larger is stranger. */
  public double[] distance(double[] rows) {
    double[] scaled = scales.apply(rows);
    double[] out = new double[rows.length / d];
    int n = centres.length / d;
    Arrays.parallelSetAll(
        out,
        r -> {
          double[] squared = new double[n];
          for (int c = 0; c < n; c++) {
            for (int i = 0; i < d; i++) {
              double gap = scaled[r * d + i] - centres[c * d + i];
              squared[c] += gap * gap;
            }
          }
          Arrays.sort(squared);
          return Math.sqrt(squared[k - 1]);
        });
    return out;
  }
}
