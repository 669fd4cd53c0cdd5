package org.f2d2.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the lines that pass, to tell whether the next one is there already.
 *
 * <p>Who parses rows out of a pipe wants to answer those that have come before waiting for more.
 * What lies in the buffers between this stream and the parser is no mystery: it is what has passed
 * here, less what the parser has reached.
 */
final class LineSource extends FilterInputStream {
  /** Rows that come one by one in quick succession are better answered together. */
  private static final long PATIENCE_NANOS = 5_000_000;

  private static final long PAUSE_NANOS = 250_000;

  private long lines;
  private boolean ended;

  LineSource(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = super.read(bytes, offset, length);
    ended = n < 0;
    for (int i = offset; i < offset + n; i++) {
      // A carriage return before a line feed counts once, as the line feed; alone it ends a line.
      if (bytes[i] == '\n' || (bytes[i] == '\r' && i + 1 < offset + n && bytes[i + 1] != '\n')) {
        lines++;
      }
    }
    return n;
  }

  /**
   * Whether the line after one may be long in coming: it has not passed and the source, asked for a
   * few milliseconds, has nothing.
   *
   * @param line counted from 1
   */
  boolean waits(long line) {
    if (lines > line || ended) {
      return false;
    }
    long until = System.nanoTime() + PATIENCE_NANOS;
    try {
      while (available() == 0) {
        if (System.nanoTime() >= until) {
          return true;
        }
        Thread.sleep(0, (int) PAUSE_NANOS);
      }
    } catch (IOException e) {
      // The next read meets it again and tells.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
    return false;
  }
}
