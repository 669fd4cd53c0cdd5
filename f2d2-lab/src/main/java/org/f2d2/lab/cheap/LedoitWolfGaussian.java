package org.f2d2.lab.cheap;

import java.util.Locale;
import org.f2d2.lab.MixtureDensity;

/**
 * One Gaussian whose covariance is drawn towards a multiple of the identity, by as much as the
 * scatter of the sample covariance asks for (Ledoit and Wolf, "A well-conditioned estimator for
 * large-dimensional covariance matrices", 2004, equations 14 to 17). With S the sample covariance
 * of n rows, ‖A‖² = Σ a²/d and m = tr S/d,
 *
 * <pre>
 *   δ² = ‖S - m I‖²
 *   β² = min(δ², Σ_r ‖x_r x_rᵀ - S‖² / n²)
 *   Σ  = (β²/δ²) m I + (1 - β²/δ²) S
 * </pre>
 */
public final class LedoitWolfGaussian implements CheapModel {

  private final MixtureDensity density;
  private final double shrinkage;

  private LedoitWolfGaussian(MixtureDensity density, double shrinkage) {
    this.density = density;
    this.shrinkage = shrinkage;
  }

  /**
   * The Gaussian of some rows.
   *
   * @param rows row-major [n, d], finite; columns of similar scale, for the shrinkage treats all
   *     alike
   * @throws IllegalArgumentException when all rows are equal
   */
  public static LedoitWolfGaussian fit(double[] rows, int d) {
    int n = rows.length / d;
    double[] mean = Covariance.mean(rows, d);
    double[] s = Covariance.of(rows, mean);
    double m = 0;
    double squares = 0;
    for (int i = 0; i < d; i++) {
      m += s[i * d + i] / d;
    }
    for (double value : s) {
      squares += value * value / d;
    }
    double delta = squares - m * m;
    // Σ_r ‖x xᵀ - S‖² = Σ_r ‖x xᵀ‖² - n ‖S‖², and ‖x xᵀ‖² = (xᵀx)²/d.
    double fourth = 0;
    for (int r = 0; r < n; r++) {
      double length = 0;
      for (int i = 0; i < d; i++) {
        double gap = rows[r * d + i] - mean[i];
        length += gap * gap;
      }
      fourth += length * length / d;
    }
    double beta = Math.max(0, (fourth / n - squares) / n);
    // In one column, and where S is a multiple of the identity, both estimates are the same.
    double shrinkage = delta > 0 ? Math.min(1, beta / delta) : 1;
    double[] shrunk = new double[d * d];
    for (int i = 0; i < d * d; i++) {
      shrunk[i] = (1 - shrinkage) * s[i] + (i % (d + 1) == 0 ? shrinkage * m : 0);
    }
    double[] factor =
        Covariance.cholesky(shrunk, d)
            .orElseThrow(() -> new IllegalArgumentException("the rows have no width"));
    MixtureDensity density =
        new MixtureDensity(
            "Ledoit-Wolf", new double[] {1}, new double[][] {mean}, new double[][] {factor});
    return new LedoitWolfGaussian(density, shrinkage);
  }

  /** Share of the identity, 0 to 1. */
  public double shrinkage() {
    return shrinkage;
  }

  @Override
  public String name() {
    return density.name();
  }

  @Override
  public String choice() {
    return String.format(Locale.ROOT, "%.3f", shrinkage);
  }

  @Override
  public double[] logDensity(double[] rows) {
    return density.logDensity(rows);
  }
}
