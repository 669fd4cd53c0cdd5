package org.f2d2.domain.image;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.f2d2.data.ImageSet;

/**
 * Where a level with noise, {@code q + U}, lies in model space; {@link Dequantization} computes it.
 *
 * <p>{@code q} is a level, 0 to {@code levels - 1}, and {@code U} is uniform on (0, 1). Every scale
 * increases and maps the cells of the levels onto neighbouring intervals.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PixelScale.Affine.class, name = "affine"),
  @JsonSubTypes.Type(value = PixelScale.Gaussianized.class, name = "gaussianized")
})
public sealed interface PixelScale {
  /** The scale of most papers: onto [-1, 1]. */
  Affine SYMMETRIC = new Affine(2, -1);

  /**
   * The scale that makes the pixels of the given images, all together, standard normal.
   *
   * <p>One is added to the count of every level, so that a level which these images lack can still
   * occur in others.
   *
   * @param images any set; without images all levels are equally likely
   */
  static Gaussianized gaussianized(ImageSet images) {
    long[] histogram = images.histogram();
    double all = (double) images.count() * images.dimensions() + histogram.length;
    List<Double> probabilities = new ArrayList<>();
    for (long count : histogram) {
      probabilities.add((count + 1) / all);
    }
    return new Gaussianized(probabilities);
  }

  /**
   * {@code x = a (q + U) / levels + b}.
   *
   * @param a factor, positive and finite
   * @param b the image of level 0's lower end, finite
   */
  record Affine(double a, double b) implements PixelScale {
    /** Checks the ranges. */
    public Affine {
      if (!(a > 0) || !Double.isFinite(a) || !Double.isFinite(b)) {
        throw new IllegalArgumentException("no scale has factor " + a + " and offset " + b);
      }
    }
  }

  /**
   * {@code x = Φ^-1(F(q) + U p(q))}, where {@code p(q)} is the share of level {@code q} among all
   * pixels, {@code F(q)} that of the levels below it, and {@code Φ} the standard normal
   * distribution function.
   *
   * <p>For pixels with these shares, x is standard normal: the marginal Gaussianization of Chen and
   * Gopinath (2000), with one law for all pixels.
   *
   * @param probabilities {@code p}, one per level, each at least {@value #LEAST}; their sum is one
   */
  record Gaussianized(List<Double> probabilities) implements PixelScale {
    /** Narrower cells would be lost among the digits of x. */
    public static final double LEAST = 1e-12;

    /** Checks the ranges. */
    public Gaussianized {
      probabilities = List.copyOf(probabilities);
      double sum = 0;
      for (double p : probabilities) {
        if (!(p >= LEAST)) {
          throw new IllegalArgumentException("a level has probability " + p + ", below " + LEAST);
        }
        sum += p;
      }
      if (!(Math.abs(sum - 1) < 1e-12)) {
        throw new IllegalArgumentException("the probabilities of levels add up to " + sum);
      }
    }

    /** The entropy of a pixel with these shares, in bits. */
    public double entropy() {
      double nats = 0;
      for (double p : probabilities) {
        nats -= p * Math.log(p);
      }
      return nats / Math.log(2);
    }
  }
}
