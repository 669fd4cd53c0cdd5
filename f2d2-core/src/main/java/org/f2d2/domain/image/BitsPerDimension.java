package org.f2d2.domain.image;

import java.util.Locale;

/**
 * Bits per dimension of an image with whole levels, or a mean over images, with both its terms.
 *
 * <p>{@code -(log p(x) + Σ ln dx/d(q + U)) / (d ln 2)}, where x is the image in model space: the
 * density of the levels with uniform noise (Theis, van den Oord and Bethge 2016, "A note on the
 * evaluation of generative models", section 3.1). Averaged over the noise it is no less than the
 * bits of the levels themselves.
 *
 * @param model {@code -log p(x) / (d ln 2)}, in bits per dimension of model space
 * @param derivative {@code -Σ ln dx/d(q + U) / (d ln 2)}, what the way into model space adds
 */
public record BitsPerDimension(double model, double derivative) {
  private static final double LN_2 = Math.log(2);

  /**
   * From the sums of one image.
   *
   * @param logDensity {@code log p(x)} in model space, in nats
   * @param logDerivative {@code Σ ln dx/d(q + U)}, in nats
   * @param dimensions numbers in an image, 1 or more
   */
  public static BitsPerDimension of(double logDensity, double logDerivative, int dimensions) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("no image has " + dimensions + " dimensions");
    }
    double nats = dimensions * LN_2;
    return new BitsPerDimension(-logDensity / nats, -logDerivative / nats);
  }

  /** The sum of both terms: bits per dimension; NaN and infinity pass through. */
  public double total() {
    return model + derivative;
  }

  /** Every term in one line. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%.4f bits per dimension = %.4f (-log2 p(x) / d) %s %.4f (-log2 dx/dq, mean of pixels)",
        total(),
        model,
        derivative < 0 ? "-" : "+",
        Math.abs(derivative));
  }
}
