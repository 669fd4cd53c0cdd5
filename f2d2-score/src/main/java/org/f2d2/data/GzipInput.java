package org.f2d2.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip, all members one after the other (RFC 1952).
 *
 * <p>The JDK's stream takes whatever follows the first member and does not begin like a member for
 * the end, and so does it where the next one has not yet come through a pipe: rows would be lost
 * without a word. Here the end of the data is the end of a member, and only zeros, with which some
 * tools fill the last block, may follow.
 *
 * <p>Damage is a {@link ZipException}, an early end an {@link EOFException}.
 */
final class GzipInput extends InputStream {
  private static final int DEFLATE = 8;
  private static final int HEAD_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final byte[] packed;
  private int at;
  private int end;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private boolean inMember;
  private boolean any;
  private boolean ended;

  /**
   * Unpacks a stream.
   *
   * @param in begins with a member; closed with this
   * @param buffer bytes that are read at once
   */
  GzipInput(InputStream in, int buffer) {
    this.in = in;
    this.packed = new byte[buffer];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!inMember && !beginMember()) {
        break;
      }
      int n = inflate(bytes, offset, length);
      if (n > 0) {
        checksum.update(bytes, offset, n);
        return n;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsInput()) {
        if (at == end && !fill()) {
          throw new EOFException("the compressed data ends too early");
        }
        inflater.setInput(packed, at, end - at);
        at = end;
      } else {
        throw new ZipException("a member needs a dictionary");
      }
    }
    return -1;
  }

  /** One where a read may find something without waiting for the source. */
  @Override
  public int available() throws IOException {
    return !ended && (inflater.getRemaining() > 0 || at < end || in.available() > 0) ? 1 : 0;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    in.close();
  }

  private int inflate(byte[] bytes, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      ZipException damaged = new ZipException(e.getMessage());
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** Reads the head of the next member; false where there is none. */
  private boolean beginMember() throws IOException {
    int first = any ? pastZeros() : next();
    if (first < 0) {
      ended = true;
      return false;
    }
    checksum.reset();
    checksum.update(first);
    if (first != 0x1f || take() != 0x8b || take() != DEFLATE) {
      throw new ZipException("no member begins where the one before ends");
    }
    int flags = take();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("the head of a member is damaged");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(take() | take() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEAD_CHECKSUM) != 0) {
      long expected = checksum.getValue() & 0xffff;
      if ((take() | take() << 8) != expected) {
        throw new ZipException("the head of a member is damaged");
      }
    }
    checksum.reset();
    inMember = true;
    any = true;
    return true;
  }

  private void endMember() throws IOException {
    at = end - inflater.getRemaining();
    long crc = checksum.getValue();
    long size = inflater.getBytesWritten() & 0xffffffffL;
    inflater.reset();
    inMember = false;
    if (word() != crc || word() != size) {
      throw new ZipException("the checksum of a member does not fit its data");
    }
  }

  private int pastZeros() throws IOException {
    int b = next();
    boolean zeros = b == 0;
    while (b == 0) {
      b = next();
    }
    if (zeros && b >= 0) {
      throw new ZipException("something follows the zeros behind a member");
    }
    return b;
  }

  private long word() throws IOException {
    return take() | (long) take() << 8 | (long) take() << 16 | (long) take() << 24;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      take();
    }
  }

  private void skipText() throws IOException {
    int b = take();
    while (b != 0) {
      b = take();
    }
  }

  /** The next byte of a head or a tail, which has to be there. */
  private int take() throws IOException {
    int b = next();
    if (b < 0) {
      throw new EOFException("the compressed data ends too early");
    }
    checksum.update(b);
    return b;
  }

  private int next() throws IOException {
    return at < end || fill() ? packed[at++] & 0xff : -1;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(packed, 0, packed.length));
    return end > 0;
  }
}
