package org.f2d2.net;

import org.f2d2.tensor.Tensor;

/**
 * How the d coordinates of a point are an image: channel by channel, row by row.
 *
 * @param channels colours
 * @param height rows
 * @param width columns
 */
public record ImageFormat(int channels, int height, int width) {

  /** Checks that all are positive, and that their product is an int. */
  public ImageFormat {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image needs channels, height and width, got "
              + channels
              + " x "
              + height
              + " x "
              + width);
    }
    if ((long) channels * height > Integer.MAX_VALUE / width) {
      throw new IllegalArgumentException(
          "an image of " + channels + " x " + height + " x " + width + " numbers is too large");
    }
  }

  /** Number of coordinates, d. */
  public int dimensions() {
    return channels * height * width;
  }

  /** Points [n, d] as images [n, channels, height, width]. */
  Tensor images(Tensor x) {
    return x.reshape(x.size(0), channels, height, width);
  }

  void requireDivisible(int by) {
    if (by < 1 || height % by != 0 || width % by != 0) {
      throw new IllegalArgumentException(
          "an image of " + height + " x " + width + " pixels is not a multiple of " + by);
    }
  }
}
