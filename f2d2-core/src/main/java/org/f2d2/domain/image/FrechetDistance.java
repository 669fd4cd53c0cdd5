package org.f2d2.domain.image;

import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.Requirement;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.SymmetricEigen;
import org.f2d2.tensor.Tensor;

/**
 * The squared Fréchet distance, which is the squared W2 distance, between Gaussians fitted to two
 * samples (Dowson and Landau 1982). On the features of a network that classifies images it judges
 * generated ones (Heusel et al., arXiv 1706.08500, equation 6):
 *
 * <pre>
 *   |m₁ - m₂|² + tr( C₁ + C₂ - 2 (C₁ C₂)^½ ),   tr (C₁ C₂)^½ = tr (C₁^½ C₂ C₁^½)^½
 * </pre>
 *
 * <p>Estimates of one law from few rows are apart: the distance has a bias that falls about as one
 * over the rows. Compare only figures from equal numbers of rows.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Fits both Gaussians, covariances with the divisor n - 1, and measures in 64 bits. Covariances
   * may be singular, so there may be fewer rows than features; the root of a singular one rounds to
   * about 1e-8 of its size.
   *
   * @param first row-major, at least two rows
   * @param second row-major, at least two rows; the numbers of rows may differ
   * @param features values per row
   * @return at least 0, in the squared unit of the features
   * @throws F2d2Exception when a sample has fewer than two rows, does not fill whole rows or holds
   *     NaN or an infinity
   */
  public static double of(double[] first, double[] second, int features) {
    try (Scope scope = Scope.open()) {
      Gaussian a = Gaussian.of("first sample", first, features);
      Gaussian b = Gaussian.of("second sample", second, features);
      SymmetricEigen eigen = SymmetricEigen.of(a.covariance());
      Tensor v = eigen.vectors();
      Tensor root = v.mul(rootOfPositive(eigen.values())).matmul(v.transpose());
      Tensor inner = root.matmul(b.covariance()).matmul(root);
      double cross =
          rootOfPositive(SymmetricEigen.of(inner.add(inner.transpose()).mul(0.5)).values())
              .sum()
              .item();
      double means = a.mean().sub(b.mean()).square().sum().item();
      double traces = a.trace() + b.trace();
      // Rounding may leave a little less than nothing.
      return Math.max(0, means + traces - 2 * cross);
    }
  }

  /** Eigenvalues that are zero come out a little below it. */
  private static Tensor rootOfPositive(Tensor values) {
    return values.clamp(0, Double.MAX_VALUE).sqrt();
  }

  private record Gaussian(Tensor mean, Tensor covariance, double trace) {

    static Gaussian of(String name, double[] sample, int features) {
      int n = Requirement.rows(name, sample, features);
      if (n < 2) {
        throw new F2d2Exception(name + ": a covariance needs two rows, not " + n);
      }
      Tensor rows = Tensor.of(sample, n, features);
      Tensor mean = rows.meanKeep(0);
      Tensor centred = rows.sub(mean);
      Tensor covariance = centred.transpose().matmul(centred).div(n - 1);
      return new Gaussian(mean, covariance, centred.square().sum().item() / (n - 1));
    }
  }
}
