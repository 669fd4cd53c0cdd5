package org.f2d2.tensor;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations on batches of images, [n, channels, height, width].
 *
 * <p>All can be differentiated in forward and in reverse mode, and in reverse over forward mode.
 */
public final class Images {

  static {
    Engine.start();
  }

  /** Added to the variance of a group before its root is taken. */
  public static final double NORM_EPSILON = 1e-5;

  private Images() {}

  /**
   * The convolution with a square kernel of odd side, padded with zeros so that a stride of 1 keeps
   * the size.
   *
   * @param x [n, in, h, w]
   * @param weight [out, in, k, k]
   * @param bias [out]
   * @param stride of the kernel's places
   * @return [n, out, ⌈h/stride⌉, ⌈w/stride⌉]
   */
  public static Tensor convolve(Tensor x, Tensor weight, Tensor bias, int stride) {
    return convolve(x, weight, new TensorOptional(bias.torch()), stride);
  }

  /** {@link #convolve(Tensor, Tensor, Tensor, int)} without a bias. */
  public static Tensor convolve(Tensor x, Tensor weight, int stride) {
    return convolve(x, weight, new TensorOptional(), stride);
  }

  private static Tensor convolve(Tensor x, Tensor weight, TensorOptional bias, int stride) {
    long padding = weight.size(-1) / 2;
    return new Tensor(
        torch.conv2d(
            x.torch(),
            weight.torch(),
            bias,
            new long[] {stride, stride},
            new long[] {padding, padding},
            new long[] {1, 1},
            1));
  }

  /**
   * Group normalisation (Wu and He, arXiv 1803.08494): of each image, the channels of a group are
   * shifted and scaled together to mean 0 and variance 1, and then each channel by its own numbers.
   *
   * @param x [n, c, h, w]
   * @param groups a divisor of c
   * @param scale [c]
   * @param shift [c]
   */
  public static Tensor groupNorm(Tensor x, int groups, Tensor scale, Tensor shift) {
    return new Tensor(
        torch.group_norm(
            x.torch(),
            groups,
            new TensorOptional(scale.torch()),
            new TensorOptional(shift.torch()),
            NORM_EPSILON,
            false));
  }

  /** Each pixel repeated in a 2 × 2 square: [n, c, 2h, 2w]. */
  public static Tensor enlarge(Tensor x) {
    return new Tensor(
        torch.upsample_nearest2d(x.torch(), new long[] {2 * x.size(2), 2 * x.size(3)}));
  }

  /**
   * Squares of p × p pixels as the channels of one pixel: [n, c p², h/p, w/p].
   *
   * @param p a divisor of h and w
   */
  public static Tensor patches(Tensor x, int p) {
    return p == 1 ? x : new Tensor(torch.pixel_unshuffle(x.torch(), p));
  }

  /** The inverse of {@link #patches}. */
  public static Tensor fromPatches(Tensor x, int p) {
    return p == 1 ? x : new Tensor(torch.pixel_shuffle(x.torch(), p));
  }
}
