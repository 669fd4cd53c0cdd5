package org.f2d2.flow;

import org.f2d2.plain.SupportBlend;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/** One more component of a closed form, wide and rare, which rules far from the data. */
public final class WideComponent {

  private WideComponent() {}

  /**
   * The mixture, or kernels, with one more component, wide and rare, which rules far from the data:
   * there the others would hand over to each other so abruptly that no solver follows.
   */
  public static ClosedFormFlow beside(ClosedFormFlow flow) {
    if (flow instanceof KernelDensityFlow kernels) {
      double share = kernels.share() * (1 - SupportBlend.WIDE_SHARE);
      // Of the mixture beside the kernels the wide component is a larger part than of all.
      return kernels.beside(
          beside(kernels.mixture(), SupportBlend.WIDE_SHARE / (1 - share)), share);
    }
    return beside((GaussianMixtureFlow) flow, SupportBlend.WIDE_SHARE);
  }

  private static GaussianMixtureFlow beside(GaussianMixtureFlow mixture, double wide) {
    int d = mixture.dimensions();
    Tensor share = Tensor.full(wide, DType.FLOAT64, 1);
    Tensor variance =
        Tensor.eye(d, DType.FLOAT64).mul(SupportBlend.WIDE_SCALE * SupportBlend.WIDE_SCALE);
    return GaussianMixtureFlow.of(
        Tensor.cat(0, mixture.weights().mul(1 - wide), share),
        Tensor.cat(0, mixture.means(), Tensor.zeros(DType.FLOAT64, 1, d)),
        Tensor.cat(0, mixture.covariances(), variance.reshape(1, d, d)));
  }
}
