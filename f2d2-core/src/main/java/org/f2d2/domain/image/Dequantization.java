package org.f2d2.domain.image;

import java.util.Arrays;
import java.util.Locale;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * The chain from whole levels to model space and back, with all terms of bits per dimension.
 *
 * <p>A level {@code q} becomes {@code q + U} with {@code U} uniform on (0, 1), independent for
 * every pixel (uniform dequantization: Uria, Murray and Larochelle 2013, "RNADE", section 5), and
 * the scale takes that to {@code x}. U keeps 2^-33 away from 0 and 1, so that x is finite and its
 * level certain; that changes bits per dimension by less than 1e-9.
 *
 * @param levels how many levels there are, 2 or more
 * @param scale the way from {@code q + U} to model space
 */
public record Dequantization(int levels, PixelScale scale) {
  private static final double MARGIN = 0x1p-33;

  /** Checks that the scale knows as many levels. */
  public Dequantization {
    if (levels < 2) {
      throw new IllegalArgumentException("levels must be 2 or more, got " + levels);
    }
    if (scale instanceof PixelScale.Gaussianized g && g.probabilities().size() != levels) {
      throw new IllegalArgumentException(
          "probabilities of " + g.probabilities().size() + " levels for " + levels);
    }
  }

  /**
   * Images in model space.
   *
   * @param values x, image by image, as the levels are
   * @param logDerivatives for each image {@code Σ ln dx/d(q + U)} over its pixels, in nats
   */
  public record Mapped(double[] values, double[] logDerivatives) {
    /**
     * Bits per dimension of one image.
     *
     * @param image from 0
     * @param logDensity of its values in model space, in nats
     */
    public BitsPerDimension bits(int image, double logDensity) {
      return BitsPerDimension.of(logDensity, logDerivatives[image], dimensions());
    }

    /**
     * Mean bits per dimension of all images; NaN without images.
     *
     * @param logDensities of their values in model space, in nats
     * @throws IllegalArgumentException when they are not as many as the images
     */
    public BitsPerDimension meanBits(double[] logDensities) {
      if (logDensities.length != logDerivatives.length) {
        throw new IllegalArgumentException(
            logDensities.length + " log-densities for " + logDerivatives.length + " images");
      }
      if (logDensities.length == 0) {
        return new BitsPerDimension(Double.NaN, Double.NaN);
      }
      return BitsPerDimension.of(
          Arrays.stream(logDensities).average().orElseThrow(),
          Arrays.stream(logDerivatives).average().orElseThrow(),
          dimensions());
    }

    private int dimensions() {
      return values.length / logDerivatives.length;
    }
  }

  /**
   * Images in model space, each pixel with fresh noise.
   *
   * @param q levels, image by image
   * @param dimensions numbers in an image, 1 or more
   * @param rng draws one number per pixel
   * @throws IllegalArgumentException when a level is out of range or the levels do not fill whole
   *     images
   */
  public Mapped map(int[] q, int dimensions, Rng rng) {
    try (Scope scope = Scope.open()) {
      return map(q, dimensions, noise(rng, q.length).toDoubles());
    }
  }

  /**
   * Images in model space with the given noise.
   *
   * @param q levels, image by image
   * @param dimensions numbers in an image, 1 or more
   * @param noise U, one per pixel, inside (0, 1)
   * @throws IllegalArgumentException when a level or U is out of range, or the numbers do not fill
   *     whole images
   */
  public Mapped map(int[] q, int dimensions, double[] noise) {
    if (dimensions < 1 || q.length % dimensions != 0 || noise.length != q.length) {
      throw new IllegalArgumentException(
          q.length + " levels and " + noise.length + " draws for images of " + dimensions);
    }
    for (int i = 0; i < q.length; i++) {
      if (q[i] < 0 || q[i] >= levels || !(noise[i] > 0 && noise[i] < 1)) {
        throw new IllegalArgumentException(
            "number " + i + ": level " + q[i] + " of " + levels + " with noise " + noise[i]);
      }
    }
    double[] x = new double[q.length];
    double[] logDerivatives = new double[q.length / dimensions];
    if (scale instanceof PixelScale.Affine affine) {
      for (int i = 0; i < x.length; i++) {
        x[i] = affine.a() * ((q[i] + noise[i]) / levels) + affine.b();
      }
      Arrays.fill(logDerivatives, dimensions * Math.log(affine.a() / levels));
    } else if (scale instanceof PixelScale.Gaussianized gaussianized) {
      LevelShares shares = LevelShares.of(gaussianized.probabilities());
      double[] edges = shares.edges();
      for (int i = 0; i < x.length; i++) {
        x[i] = shares.place(q[i], noise[i], edges);
        logDerivatives[i / dimensions] += shares.logDerivative(q[i], x[i]);
      }
    }
    return new Mapped(x, logDerivatives);
  }

  /**
   * A batch in model space, each pixel with fresh noise, for training.
   *
   * <p>The same seed draws the same noise as {@link #map(int[], int, Rng)}. In {@link
   * DType#FLOAT32}, x may be rounded onto the edge of its level.
   *
   * @param q levels as {@link DType#INT64}, of any shape; not checked against the range
   * @param type of the result
   * @param rng draws one number per pixel
   * @return x, in the shape of the levels
   */
  public Tensor draw(Tensor q, DType type, Rng rng) {
    try (Scope scope = Scope.open()) {
      Tensor noise = noise(rng, q.shape());
      Tensor x =
          scale instanceof PixelScale.Gaussianized gaussianized
              ? normal(LevelShares.of(gaussianized.probabilities()), q, noise)
              : affine((PixelScale.Affine) scale, q, noise);
      return scope.keep(x.to(type));
    }
  }

  /**
   * The levels whose cells hold the given numbers; those beyond the ends get the first or the last
   * level, NaN the first.
   *
   * @param x numbers in model space
   */
  public int[] inverse(double[] x) {
    int[] q = new int[x.length];
    if (scale instanceof PixelScale.Affine affine) {
      for (int i = 0; i < q.length; i++) {
        double cells = Math.floor((x[i] - affine.b()) / affine.a() * levels);
        q[i] = (int) Math.max(0, Math.min(levels - 1, cells));
      }
    } else if (scale instanceof PixelScale.Gaussianized gaussianized) {
      double[] edges = LevelShares.of(gaussianized.probabilities()).edges();
      for (int i = 0; i < q.length; i++) {
        q[i] = Double.isNaN(x[i]) ? 0 : LevelShares.level(x[i], edges);
      }
    }
    return q;
  }

  /**
   * Every term of the given bits in one line; for an affine scale the derivative is taken apart
   * into the levels and the factor.
   */
  public String line(BitsPerDimension bits) {
    if (scale instanceof PixelScale.Affine affine) {
      return String.format(
          Locale.ROOT,
          "%.4f bits per dimension = %.4f (-log2 p(x) / d) + %.4f (log2 of %d levels) - %.4f (log2"
              + " of the factor %s)",
          bits.total(),
          bits.model(),
          Math.log(levels) / Math.log(2),
          levels,
          Math.log(affine.a()) / Math.log(2),
          affine.a());
    }
    return bits.line();
  }

  private static Tensor noise(Rng rng, long... shape) {
    return rng.uniform(DType.FLOAT64, shape).mul(1 - 2 * MARGIN).add(MARGIN);
  }

  private Tensor affine(PixelScale.Affine affine, Tensor q, Tensor noise) {
    return q.to(DType.FLOAT64).add(noise).mul(affine.a() / levels).add(affine.b());
  }

  private Tensor normal(LevelShares shares, Tensor q, Tensor noise) {
    Tensor index = q.reshape(-1);
    Tensor u = noise.reshape(-1);
    Tensor share = Tensor.of(shares.share(), levels).rows(index);
    Tensor below = Tensor.of(shares.below(), levels).rows(index).addProduct(share, u);
    Tensor above =
        Tensor.of(shares.above(), levels).rows(index).addProduct(share, u.subtractFrom(1));
    // The smaller of the two tails decides, since the larger one has lost the digits of a far x.
    Tensor x = below.minimum(above).inverseNormalCdf();
    return Tensor.where(below.lessThan(above), x, x.neg()).reshape(q.shape());
  }
}
