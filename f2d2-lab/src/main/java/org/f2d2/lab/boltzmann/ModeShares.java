package org.f2d2.lab.boltzmann;

import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.systems.GaussianMixtureEnergy;

/**
 * How samples of a mixture of equal Gaussians are spread over these.
 *
 * @param found components with a sample within three standard deviations of their mean
 * @param components how many there are, K
 * @param worst largest |share · K - 1| of the weighted samples, with the share of a component as
 *     the mean probability that it made the sample
 */
public record ModeShares(int found, int components, double worst) {

  private static final double WITHIN = 3;

  /**
   * Those of weighted samples.
   *
   * @param weights that sum to 1
   */
  static ModeShares of(GaussianMixtureEnergy energy, Configurations rows, double[] weights) {
    int k = energy.components();
    boolean[] near = new boolean[k];
    double[] shares = new double[k];
    for (int i = 0; i < rows.count(); i++) {
      double[] x = rows.row(i);
      double[] own = energy.responsibilities(x);
      for (int c = 0; c < k; c++) {
        shares[c] += weights[i] * own[c];
      }
      int nearest = energy.nearest(x);
      double square = 0;
      for (int j = 0; j < x.length; j++) {
        square += Math.pow(x[j] - energy.mean(nearest)[j], 2);
      }
      near[nearest] |= square <= Math.pow(WITHIN * energy.sd(), 2);
    }
    int found = 0;
    double worst = 0;
    for (int c = 0; c < k; c++) {
      found += near[c] ? 1 : 0;
      worst = Math.max(worst, Math.abs(shares[c] * k - 1));
    }
    return new ModeShares(found, k, worst);
  }
}
