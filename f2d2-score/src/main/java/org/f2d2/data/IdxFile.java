package org.f2d2.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.f2d2.store.AtomicFile;

/**
 * The IDX files of MNIST and Fashion-MNIST, plain or gzipped.
 *
 * <p>Big-endian numbers of 32 bits open the file: for images the magic 0x00000803, their count,
 * height and width; for labels the magic 0x00000801 and their count. Then follows one unsigned byte
 * for each pixel or label (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
 * Images of several channels have one dimension more, after their count: the magic is 0x00000804.
 * Images have 256 levels.
 */
public final class IdxFile {
  private static final int IMAGES = 0x00000803;
  private static final int CHANNELS = 0x00000804;
  private static final int LABELS = 0x00000801;

  private IdxFile() {}

  /**
   * Whether a file begins as IDX images or labels do; false for what cannot be read.
   *
   * @param file plain or gzipped
   */
  public static boolean isIdx(Path file) {
    try (BinaryInput in = BinaryInput.open(file)) {
      int magic = in.int32("the magic number");
      return magic == IMAGES || magic == CHANNELS || magic == LABELS;
    } catch (DataException e) {
      return false;
    }
  }

  /**
   * Reads images without labels.
   *
   * @param images plain or gzipped
   * @throws DataException when the file cannot be read, is no IDX file of images, is not as long as
   *     its header says, or is too large for memory
   */
  public static ImageSet read(Path images) {
    return HeldInMemory.read(images.toString(), () -> readAll(images));
  }

  private static ImageSet readAll(Path images) {
    try (BinaryInput in = BinaryInput.open(images)) {
      boolean colours = requireMagic(in, images, "images", IMAGES, CHANNELS) == CHANNELS;
      int count = size(in, images, "the number of images", 0);
      int channels = colours ? size(in, images, "the number of channels", 1) : 1;
      int height = size(in, images, "the height", 1);
      int width = size(in, images, "the width", 1);
      // Factors are below 2^31 each; a product is held down so that the next cannot overflow.
      long plane = Math.min(1L << 31, (long) height * width);
      long image = Math.min(1L << 31, plane * channels);
      long pixels = image * count;
      if (Math.max(image, pixels) > Integer.MAX_VALUE - 8) {
        throw new DataException(
            images.toString(),
            "too large to be held in memory at once: " + sizes(count, height, width));
      }
      byte[] levels = in.bytes((int) pixels, sizes(count, height, width));
      in.requireEnd(sizes(count, height, width));
      return ImageSet.sharing(channels, height, width, ImageSet.MOST_LEVELS, levels, new int[0]);
    }
  }

  /**
   * Reads images with their labels.
   *
   * @param images plain or gzipped
   * @param labels plain or gzipped
   * @throws DataException when a file cannot be read, is no IDX file of its kind or is not as long
   *     as its header says, or when the labels are not as many as the images
   */
  public static ImageSet read(Path images, Path labels) {
    int[] classes = labels(labels);
    ImageSet set = read(images);
    if (classes.length != set.count()) {
      throw new DataException(
          labels.toString(),
          classes.length + " labels for the " + set.count() + " images of " + images);
    }
    return set.withLabels(classes);
  }

  /**
   * Reads labels.
   *
   * @param labels plain or gzipped
   * @throws DataException when the file cannot be read, is no IDX file of labels, or is not as long
   *     as its header says
   */
  public static int[] labels(Path labels) {
    return HeldInMemory.read(labels.toString(), () -> allLabels(labels));
  }

  private static int[] allLabels(Path labels) {
    try (BinaryInput in = BinaryInput.open(labels)) {
      requireMagic(in, labels, "labels", LABELS);
      int count = size(in, labels, "the number of labels", 0);
      byte[] classes = in.bytes(count, count + " labels");
      in.requireEnd(count + " labels");
      int[] out = new int[count];
      Arrays.setAll(out, i -> Byte.toUnsignedInt(classes[i]));
      return out;
    }
  }

  /**
   * Writes the pixels of images; an old file is replaced.
   *
   * @param images gzipped when its name ends in {@code .gz}
   * @param set fewer than 256 levels are lost, since the format does not say them
   * @throws DataException when the file cannot be written
   */
  public static void write(Path images, ImageSet set) {
    boolean colours = set.channels() > 1;
    write(
        images,
        out -> {
          out.writeInt(colours ? CHANNELS : IMAGES);
          out.writeInt(set.count());
          if (colours) {
            out.writeInt(set.channels());
          }
          out.writeInt(set.height());
          out.writeInt(set.width());
          out.write(set.pixels());
        });
  }

  /**
   * Writes images and their labels; old files are replaced.
   *
   * @param images gzipped when its name ends in {@code .gz}
   * @param labels gzipped when its name ends in {@code .gz}
   * @param set labels below 256
   * @throws IllegalArgumentException when labels are unknown or larger
   * @throws DataException when a file cannot be written
   */
  public static void write(Path images, Path labels, ImageSet set) {
    writeLabels(labels, set);
    write(images, set);
  }

  /**
   * Writes the labels of images; an old file is replaced.
   *
   * @param labels gzipped when its name ends in {@code .gz}
   * @param set labels below 256
   * @throws IllegalArgumentException when labels are unknown or larger
   * @throws DataException when the file cannot be written
   */
  public static void writeLabels(Path labels, ImageSet set) {
    int[] classes = set.labels();
    if (classes.length != set.count() || Arrays.stream(classes).anyMatch(c -> c > 255)) {
      throw new IllegalArgumentException("IDX labels are one byte for each image");
    }
    write(
        labels,
        out -> {
          out.writeInt(LABELS);
          out.writeInt(classes.length);
          for (int c : classes) {
            out.writeByte(c);
          }
        });
  }

  /** What is written into a file. */
  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static void write(Path file, Content content) {
    try {
      AtomicFile.write(
          file,
          channel -> {
            OutputStream raw = new BufferedOutputStream(Channels.newOutputStream(channel));
            if (file.toString().endsWith(".gz")) {
              GZIPOutputStream packed = new GZIPOutputStream(raw);
              write(content, packed);
              packed.finish();
            } else {
              write(content, raw);
            }
            // Not closed, since the channel is forced to the disk afterwards.
            raw.flush();
          });
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  private static void write(Content content, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out));
    content.writeTo(data);
    data.flush();
  }

  private static int requireMagic(BinaryInput in, Path file, String kind, int... known) {
    int found = in.int32("the magic number");
    if (Arrays.stream(known).noneMatch(magic -> magic == found)) {
      HexFormat hex = HexFormat.of();
      throw new DataException(
          file.toString(),
          "is no IDX file of "
              + kind
              + ": it begins with 0x"
              + hex.toHexDigits(found)
              + ", not 0x"
              + hex.toHexDigits(known[0]));
    }
    return found;
  }

  private static int size(BinaryInput in, Path file, String what, int least) {
    int size = in.int32(what);
    if (size < least) {
      throw new DataException(
          file.toString(), what + " is " + Integer.toUnsignedString(size) + " in the header");
    }
    return size;
  }

  private static String sizes(int count, int height, int width) {
    return count + " images of " + height + " × " + width;
  }
}
