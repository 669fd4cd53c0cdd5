package org.f2d2;

import java.util.Map;
import org.f2d2.domain.image.BitsPerDimension;

/**
 * Answers for images, in the order of the images.
 *
 * @param logDensity nats per image: of the image with the noise of its dequantization, per unit of
 *     a level; its mean over that noise is a lower bound of the image's log-probability; NaN for an
 *     image in {@code failures}
 * @param bits the same in bits per dimension, with every term
 * @param errorBound the distance to the teacher's exact value that 95 % of images like the
 *     calibration images stay below, nats; NaN for an image in {@code failures}
 * @param pValue share of calibration images whose log-density is as low or lower; the smallest that
 *     the model gives for an image in {@code failures}
 * @param nfe network evaluations spent on each image
 * @param failures images that have no density, by index, with the reason
 */
public record ImageScores(
    double[] logDensity,
    BitsPerDimension[] bits,
    double[] errorBound,
    double[] pValue,
    int nfe,
    Map<Integer, String> failures) {}
