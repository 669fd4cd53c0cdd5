package org.f2d2.data;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The binary version of CIFAR-10, plain or gzipped files.
 *
 * <p>A file is a run of records: one byte with the label, 0 to 9, and 3072 bytes with the levels of
 * 32 × 32 pixels, first all of red, then green, then blue, row by row (Krizhevsky 2009, "Learning
 * multiple layers of features from tiny images", and the page of the data).
 */
public final class CifarFile {
  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;

  /** Bytes of a record. */
  static final int RECORD = 1 + PIXELS;

  private static final int CLASSES = 10;

  private CifarFile() {}

  /**
   * Reads files one after the other into one set of 3 × 32 × 32 pixels, 256 levels and labels.
   *
   * @param files one to many
   * @throws IllegalArgumentException without files
   * @throws DataException when a file cannot be read, is a pipe or a device, is empty or ends
   *     within a record, when a label is above 9, or when all together are too large for memory
   */
  public static ImageSet read(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no file of CIFAR-10 to read");
    }
    String all = files.size() == 1 ? files.get(0).toString() : files.get(0) + " and others";
    return HeldInMemory.read(
        all,
        () -> {
          ByteArrayOutputStream pixels = new ByteArrayOutputStream();
          ByteArrayOutputStream labels = new ByteArrayOutputStream();
          for (Path file : files) {
            append(file, pixels, labels);
          }
          byte[] classes = labels.toByteArray();
          int[] out = new int[classes.length];
          Arrays.setAll(out, i -> classes[i]);
          return ImageSet.sharing(3, SIDE, SIDE, ImageSet.MOST_LEVELS, pixels.toByteArray(), out);
        });
  }

  private static void append(
      Path file, ByteArrayOutputStream pixels, ByteArrayOutputStream labels) {
    // Any bytes are records, so a device that never ends would be read until the memory does.
    BinaryInput.requireFile(file);
    try (BinaryInput in = BinaryInput.open(file)) {
      int record = 0;
      for (byte[] r = next(in); r.length > 0; r = next(in)) {
        record++;
        String place = "record " + record + ": ";
        if (r.length < RECORD) {
          throw new DataException(
              file.toString(), place + "is cut short, " + r.length + " of " + RECORD + " bytes");
        }
        int label = Byte.toUnsignedInt(r[0]);
        if (label >= CLASSES) {
          throw new DataException(
              file.toString(), place + "label " + label + " is not 0 to " + (CLASSES - 1));
        }
        if (pixels.size() > Integer.MAX_VALUE - 8 - PIXELS) {
          throw new DataException(
              file.toString(), place + "too large to be held in memory at once");
        }
        labels.write(label);
        pixels.write(r, 1, PIXELS);
      }
      if (record == 0) {
        throw new DataException(file.toString(), "is empty");
      }
    }
  }

  private static byte[] next(BinaryInput in) {
    return in.upTo(RECORD, "a record");
  }
}
