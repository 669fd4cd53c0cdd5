package org.f2d2.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A fingerprint of a table or of images, so that a model can name the data it was fitted on. */
public final class DataHash {
  private static final int CHUNK = 8192;

  private DataHash() {}

  /**
   * SHA-256 over column names and values, as 64 lower-case hexadecimal digits.
   *
   * <p>Hashed are, big-endian: the number of columns; each name's length in UTF-8 bytes and those
   * bytes; the number of rows; the values row by row as IEEE 754 bits. The order of rows and
   * columns matters; the file format does not. Both zeros count as zero and all NaNs as one.
   */
  public static String sha256(Table table) {
    MessageDigest digest = digest();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK * Double.BYTES);
    digest.update(buffer.putInt(table.columnCount()).flip());
    for (String column : table.columns()) {
      byte[] name = column.getBytes(StandardCharsets.UTF_8);
      digest.update(buffer.clear().putInt(name.length).flip());
      digest.update(name);
    }
    digest.update(buffer.clear().putLong(table.rows()).flip());
    buffer.clear();
    for (int r = 0; r < table.rows(); r++) {
      for (int c = 0; c < table.columnCount(); c++) {
        if (!buffer.hasRemaining()) {
          digest.update(buffer.flip());
          buffer.clear();
        }
        buffer.putLong(Double.doubleToLongBits(table.value(r, c) + 0.0)); // -0.0 + 0.0 is 0.0
      }
    }
    digest.update(buffer.flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * SHA-256 over sizes, levels, pixels and labels, as 64 lower-case hexadecimal digits.
   *
   * <p>Hashed are, big-endian and in 32 bits: channels, height, width, levels, the number of images
   * and of labels; then the pixels as bytes, image by image, and the labels in 32 bits each. The
   * order of images matters; the file format does not.
   */
  public static String sha256(ImageSet images) {
    MessageDigest digest = digest();
    int[] labels = images.labels();
    ByteBuffer sizes = ByteBuffer.allocate(6 * Integer.BYTES);
    sizes.putInt(images.channels()).putInt(images.height()).putInt(images.width());
    sizes.putInt(images.levels()).putInt(images.count()).putInt(labels.length);
    digest.update(sizes.flip());
    digest.update(images.pixels());
    ByteBuffer classes = ByteBuffer.allocate(Math.multiplyExact(labels.length, Integer.BYTES));
    for (int label : labels) {
      classes.putInt(label);
    }
    digest.update(classes.flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
