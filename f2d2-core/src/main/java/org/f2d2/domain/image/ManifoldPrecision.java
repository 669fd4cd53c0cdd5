package org.f2d2.domain.image;

import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.Requirement;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Whether generated rows look real and whether every kind of real row is generated (improved
 * precision and recall, Kynkäänniemi et al., arXiv 1904.06991). Around each row of a sample lies
 * the ball that reaches to its k-th nearest neighbour in the sample; what lies in any of the balls
 * is taken to be where the sample's law lives.
 *
 * <p>Both figures depend on the numbers of rows, so compare only those from equal ones.
 *
 * @param precision share of generated rows in a ball of some real row, in [0, 1]
 * @param recall share of real rows in a ball of some generated row, in [0, 1]
 */
public record ManifoldPrecision(double precision, double recall) {

  /** The paper's k. */
  public static final int NEIGHBOURS = 3;

  /** Rows whose distances to all others are held at a time. */
  private static final int BLOCK = 512;

  /**
   * Measures with the paper's k, 3.
   *
   * @see #of(double[], double[], int, int)
   */
  public static ManifoldPrecision of(double[] real, double[] generated, int features) {
    return of(real, generated, features, NEIGHBOURS);
  }

  /**
   * Measures with Euclidean distances, in 64 bits. A row on the surface of a ball is inside. The
   * time goes with the product of the numbers of rows: about a second for 3000 and 3000.
   *
   * @param real row-major, more than k rows
   * @param generated row-major, more than k rows; the numbers of rows may differ
   * @param features values per row
   * @param k which neighbour a ball reaches to, at least 1; the row itself is not one, a copy of it
   *     is
   * @throws F2d2Exception when a sample has too few rows for k, does not fill whole rows or holds
   *     NaN or an infinity, or k is not positive
   */
  public static ManifoldPrecision of(double[] real, double[] generated, int features, int k) {
    if (k < 1) {
      throw new F2d2Exception("balls need a neighbour, not number " + k);
    }
    try (Scope scope = Scope.open()) {
      Tensor r = rows("real sample", real, features, k);
      Tensor g = rows("generated sample", generated, features, k);
      // Distances are differences of squared norms, which lose least near the origin.
      Tensor centre = r.meanKeep(0);
      Tensor x = r.sub(centre);
      Tensor y = g.sub(centre);
      return new ManifoldPrecision(
          shareInside(y, x, squaredRadii(x, k)), shareInside(x, y, squaredRadii(y, k)));
    }
  }

  private static Tensor rows(String name, double[] sample, int features, int k) {
    int n = Requirement.rows(name, sample, features);
    if (n <= k) {
      throw new F2d2Exception(name + ": " + n + " rows have no neighbour number " + k);
    }
    return Tensor.of(sample, n, features);
  }

  /** The squared distance of each row to its k-th nearest neighbour, [1, n]. */
  private static Tensor squaredRadii(Tensor x, int k) {
    long n = x.size(0);
    Tensor radii = Tensor.zeros(DType.FLOAT64, n);
    for (long start = 0; start < n; start += BLOCK) {
      long length = Math.min(BLOCK, n - start);
      try (Scope scope = Scope.open()) {
        // The smallest distance of all is that of the row to itself.
        Tensor kth = squaredDistances(x.narrow(0, start, length), x, 0).kthSmallest(k + 1);
        radii.narrow(0, start, length).copyInPlace(kth.clamp(0, Double.MAX_VALUE));
      }
    }
    return radii.reshape(1, n);
  }

  private static double shareInside(Tensor points, Tensor centres, Tensor squaredRadii) {
    long n = points.size(0);
    // What the products and sums of a distance may round off, so that surfaces stay inside.
    double rounding = 4 * (points.size(1) + 2) * Math.ulp(1.0);
    long inside = 0;
    for (long start = 0; start < n; start += BLOCK) {
      long length = Math.min(BLOCK, n - start);
      try (Scope scope = Scope.open()) {
        Tensor distances = squaredDistances(points.narrow(0, start, length), centres, rounding);
        for (double depth : squaredRadii.sub(distances).max(1).toDoubles()) {
          inside += depth >= 0 ? 1 : 0;
        }
      }
    }
    return inside / (double) n;
  }

  /** |x|² + |y|² - 2 x·y for each pair, [n, m], less a share of the first two terms. */
  private static Tensor squaredDistances(Tensor x, Tensor y, double less) {
    Tensor norms = x.square().sumKeep(1).add(y.square().sumKeep(1).transpose());
    return norms.mul(1 - less).addScaled(x.matmul(y.transpose()), -2);
  }
}
