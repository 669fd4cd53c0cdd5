package org.f2d2.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Tensor;

/**
 * Held-out images whose exact log-density is known.
 *
 * @param rows in model space [n, d + c]
 * @param logDerivatives see {@link org.f2d2.domain.image.Dequantization.Mapped}
 * @param exact their log-densities under the teacher, nats in model space; finite
 */
record SolvedImages(Tensor rows, double[] logDerivatives, double[] exact) {

  /**
   * Leaves out the images whose ODE could not be solved.
   *
   * @param exact one log-density for each image, NaN where there is none
   * @throws F2d2Exception when there is none at all
   */
  static SolvedImages of(ImageData.Held images, double[] exact) {
    int[] solved =
        IntStream.range(0, exact.length).filter(i -> Double.isFinite(exact[i])).toArray();
    if (solved.length == 0) {
      throw new F2d2Exception(
          "the teacher's flow can be solved for none of the held-out images; a lower"
              + " learning rate or more images may help");
    }
    if (solved.length == exact.length) {
      return new SolvedImages(images.rows(), images.logDerivatives(), exact);
    }
    long[] index = Arrays.stream(solved).asLongStream().toArray();
    return new SolvedImages(
        images.rows().rows(Tensor.of(index, index.length)),
        pick(images.logDerivatives(), solved),
        pick(exact, solved));
  }

  /** Some of the values, in the order of the indices. */
  static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }
}
