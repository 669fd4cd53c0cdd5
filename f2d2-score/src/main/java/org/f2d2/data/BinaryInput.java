package org.f2d2.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a file, unzipped if it is gzipped, with one line for every fault. */
final class BinaryInput implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final InputStream in;

  private BinaryInput(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /**
   * Opens a file; it is gzipped when its content says so, whatever its name.
   *
   * @throws DataException when it cannot be read
   */
  static BinaryInput open(Path file) {
    InputStream raw = new BufferedInputStream(TableFile.input(file), BUFFER);
    try {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return new BinaryInput(
          file, gzip ? new BufferedInputStream(new GzipInput(raw, BUFFER), BUFFER) : raw);
    } catch (IOException e) {
      closeQuietly(raw);
      throw new DataException(file.toString(), "cannot be read: " + TableFile.reason(e), e);
    }
  }

  /**
   * Refuses what is there and no ordinary file, such as a pipe or a device. What is missing, or a
   * directory, is for {@link #open} to refuse.
   *
   * @throws DataException when it is neither a file nor a link to one
   */
  static void requireFile(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new DataException(file.toString(), "is a pipe or a device, not a file");
    }
  }

  /** What follows, as a stream that is closed with this input. */
  InputStream stream() {
    return in;
  }

  /**
   * The next number of 32 bits, big-endian.
   *
   * @param what it is, for the message
   * @throws DataException when the file ends before
   */
  int int32(String what) {
    return ByteBuffer.wrap(bytes(Integer.BYTES, what)).getInt();
  }

  /**
   * The next bytes.
   *
   * @param count how many
   * @param what they are, for the message
   * @throws DataException when the file ends before
   */
  byte[] bytes(int count, String what) {
    byte[] out = upTo(count, what);
    if (out.length < count) {
      throw new DataException(
          file.toString(),
          "is cut short: " + out.length + " of the " + count + " bytes of " + what);
    }
    return out;
  }

  /**
   * The next bytes, or fewer where the file ends.
   *
   * @param count how many at most
   * @param what they are, for the message
   */
  byte[] upTo(int count, String what) {
    try {
      return in.readNBytes(count);
    } catch (EOFException e) {
      throw new DataException(file.toString(), "is cut short, within " + what, e);
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be read: " + TableFile.reason(e), e);
    }
  }

  /**
   * Refuses further bytes.
   *
   * @param what should have been the last, for the message
   */
  void requireEnd(String what) {
    if (upTo(1, what).length > 0) {
      throw new DataException(file.toString(), "goes on after " + what);
    }
  }

  @Override
  public void close() {
    closeQuietly(in);
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // The file was only read; there is nothing to lose.
    }
  }
}
