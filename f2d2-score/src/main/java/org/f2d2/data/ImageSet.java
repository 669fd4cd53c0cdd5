package org.f2d2.data;

import java.util.Arrays;

/**
 * Images of one size whose pixels take whole levels, with a class for each if known; immutable.
 *
 * <p>Pixels are stored image by image; within an image channel by channel, and within a channel row
 * by row from the top: pixel {@code (c, y, x)} has the index {@code (c * height + y) * width + x}.
 * A set may have no images.
 */
public final class ImageSet implements Batch {
  /** The most levels that a pixel of one byte can tell apart. */
  public static final int MOST_LEVELS = 256;

  private final int channels;
  private final int height;
  private final int width;
  private final int levels;
  private final int count;
  private final byte[] pixels;
  private final int[] labels;

  /**
   * A set with copies of the given arrays.
   *
   * @param channels colours per pixel, 1 or more
   * @param height rows of an image, 1 or more
   * @param width columns of an image, 1 or more
   * @param levels how many levels a pixel may take, 2 to {@value #MOST_LEVELS}; they are 0 to
   *     {@code levels - 1}
   * @param pixels unsigned levels in the order above, {@code count * channels * height * width}
   *     long
   * @param labels a class per image, 0 or more; empty if unknown
   * @throws IllegalArgumentException when a size is out of range, the pixels do not fill whole
   *     images, a pixel is no level, or the labels are negative or not as many as the images
   */
  public ImageSet(int channels, int height, int width, int levels, byte[] pixels, int[] labels) {
    this(channels, height, width, levels, labels.clone(), pixels.clone());
  }

  // The order of the arguments tells this constructor, which keeps the arrays, from the other.
  private ImageSet(int channels, int height, int width, int levels, int[] labels, byte[] pixels) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "no image has " + channels + " × " + height + " × " + width + " pixels");
    }
    if (levels < 2 || levels > MOST_LEVELS) {
      throw new IllegalArgumentException("levels must be 2 to " + MOST_LEVELS + ", got " + levels);
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.levels = levels;
    int d = dimensions();
    if (pixels.length % d != 0) {
      throw new IllegalArgumentException(
          pixels.length + " pixels do not fill images of " + d + " pixels");
    }
    this.count = pixels.length / d;
    if (labels.length != 0 && labels.length != count) {
      throw new IllegalArgumentException(labels.length + " labels for " + count + " images");
    }
    for (int i = 0; i < pixels.length; i++) {
      int level = Byte.toUnsignedInt(pixels[i]);
      if (level >= levels) {
        throw new IllegalArgumentException(
            "image " + i / d + ", pixel " + i % d + ": level " + level + " of " + levels);
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException("image " + i + ": label " + labels[i] + " is negative");
      }
    }
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * A set that keeps the given arrays; the caller must not change them afterwards.
   *
   * <p>For readers of large files, where a second copy would be felt.
   *
   * @throws IllegalArgumentException as the constructor does
   */
  static ImageSet sharing(
      int channels, int height, int width, int levels, byte[] pixels, int[] labels) {
    return new ImageSet(channels, height, width, levels, labels, pixels);
  }

  /** Colours per pixel, 1 or more. */
  public int channels() {
    return channels;
  }

  /** Rows of an image, 1 or more. */
  public int height() {
    return height;
  }

  /** Columns of an image, 1 or more. */
  public int width() {
    return width;
  }

  /** How many levels a pixel may take: 256 for bytes, 17 for the 8 × 8 digits. */
  public int levels() {
    return levels;
  }

  /** Number of images, 0 or more. */
  @Override
  public int count() {
    return count;
  }

  /** Numbers in an image: {@code channels * height * width}. */
  public int dimensions() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** Whether the classes of the images are known; a set without images knows none. */
  public boolean labelled() {
    return labels.length > 0;
  }

  /** A copy of the classes, {@code count()} long, or empty if they are unknown. */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * The class of one image.
   *
   * @param image from 0
   * @throws IndexOutOfBoundsException outside the set, and when the classes are unknown
   */
  public int label(int image) {
    if (image < 0 || image >= labels.length) {
      throw new IndexOutOfBoundsException("label " + image + " of " + labels.length);
    }
    return labels[image];
  }

  /**
   * One level, 0 to {@code levels() - 1}.
   *
   * @param image from 0
   * @param pixel index within the image, from 0
   * @throws IndexOutOfBoundsException outside the set
   */
  public int level(int image, int pixel) {
    int d = dimensions();
    if (image < 0 || image >= count || pixel < 0 || pixel >= d) {
      throw new IndexOutOfBoundsException(
          "pixel " + pixel + " of image " + image + " in " + count + " images of " + d);
    }
    return Byte.toUnsignedInt(pixels[image * d + pixel]);
  }

  /**
   * The levels of images {@code from} to {@code to}, without the last, image by image: {@code (to -
   * from) * dimensions()} numbers.
   *
   * @throws IndexOutOfBoundsException outside the set, or when {@code from > to}
   */
  public int[] levelsOf(int from, int to) {
    requireRange(from, to);
    int d = dimensions();
    int[] out = new int[(to - from) * d];
    for (int i = 0; i < out.length; i++) {
      out[i] = Byte.toUnsignedInt(pixels[from * d + i]);
    }
    return out;
  }

  /**
   * How often each level occurs in all pixels together, {@code levels()} numbers.
   *
   * <p>All zero for a set without images.
   */
  public long[] histogram() {
    long[] out = new long[levels];
    for (byte pixel : pixels) {
      out[Byte.toUnsignedInt(pixel)]++;
    }
    return out;
  }

  /**
   * Images {@code from} to {@code to}, without the last.
   *
   * @throws IndexOutOfBoundsException outside the set, or when {@code from > to}
   */
  @Override
  public ImageSet range(int from, int to) {
    requireRange(from, to);
    int d = dimensions();
    return sharing(
        channels,
        height,
        width,
        levels,
        Arrays.copyOfRange(pixels, from * d, to * d),
        labelled() ? Arrays.copyOfRange(labels, from, to) : labels);
  }

  /**
   * The images at the given indices, in the order given; an index may repeat.
   *
   * @throws IndexOutOfBoundsException when an index is outside the set
   */
  public ImageSet take(int[] indices) {
    int d = dimensions();
    byte[] chosen = new byte[Math.multiplyExact(indices.length, d)];
    int[] classes = new int[labelled() ? indices.length : 0];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= count) {
        throw new IndexOutOfBoundsException("image " + indices[i] + " of " + count);
      }
      System.arraycopy(pixels, indices[i] * d, chosen, i * d, d);
      if (labelled()) {
        classes[i] = labels[indices[i]];
      }
    }
    return sharing(channels, height, width, levels, chosen, classes);
  }

  /**
   * The same images with the given classes.
   *
   * @param classes one per image, 0 or more; copied
   * @throws IllegalArgumentException when one is negative or they are not as many as the images
   */
  public ImageSet withLabels(int[] classes) {
    return sharing(channels, height, width, levels, pixels, classes.clone());
  }

  /** {@link DataHash#sha256(ImageSet)} of this set. */
  public String sha256() {
    return DataHash.sha256(this);
  }

  /** The pixels themselves, for this package, which does not change them. */
  byte[] pixels() {
    return pixels;
  }

  /** Two sets are equal when their sizes, levels, pixels and labels are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageSet set
        && channels == set.channels
        && height == set.height
        && width == set.width
        && levels == set.levels
        && Arrays.equals(pixels, set.pixels)
        && Arrays.equals(labels, set.labels);
  }

  @Override
  public int hashCode() {
    int sizes = 31 * (31 * (31 * channels + height) + width) + levels;
    return 31 * (31 * sizes + Arrays.hashCode(pixels)) + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "ImageSet["
        + (count + " × " + channels + " × " + height + " × " + width + ", " + levels + " levels")
        + (labelled() ? ", labelled]" : "]");
  }

  private void requireRange(int from, int to) {
    if (from < 0 || from > to || to > count) {
      throw new IndexOutOfBoundsException("images " + from + " to " + to + " of " + count);
    }
  }
}
