package org.f2d2.lab.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A second reader of gzip (RFC 1952) that believes nothing: each member is read to its end. */
final class PlainGzip {

  private static final int CHECKED_HEAD = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final byte[] bytes;
  private int at;

  private PlainGzip(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether the bytes begin as a member does. */
  static boolean isGzip(byte[] bytes) {
    return bytes.length >= 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }

  /**
   * Unpacks all members, one after the other; zeros may fill up the end.
   *
   * @throws Unreadable when a member is damaged or cut off, or something else follows the last
   */
  static byte[] read(byte[] bytes) throws Unreadable {
    PlainGzip gzip = new PlainGzip(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean more = true;
    while (more) {
      gzip.head();
      gzip.body(out);
      more = gzip.at < bytes.length && !gzip.onlyZerosFollow();
    }
    return out.toByteArray();
  }

  private boolean onlyZerosFollow() {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void head() throws Unreadable {
    int start = at;
    if (next() != 0x1f || next() != 0x8b || next() != 8) {
      throw new Unreadable("no gzip member");
    }
    int flags = next();
    if ((flags & 0xe0) != 0) {
      throw new Unreadable("reserved flags");
    }
    for (int i = 0; i < 6; i++) {
      next();
    }
    if ((flags & EXTRA) != 0) {
      int length = (int) number(2);
      for (int i = 0; i < length; i++) {
        next();
      }
    }
    for (int flag : new int[] {NAME, COMMENT}) {
      while ((flags & flag) != 0 && next() != 0) {
        // to the zero that ends the text
      }
    }
    if ((flags & CHECKED_HEAD) != 0) {
      CRC32 crc = new CRC32();
      crc.update(bytes, start, at - start);
      if (number(2) != (crc.getValue() & 0xffff)) {
        throw new Unreadable("wrong checksum of the head");
      }
    }
  }

  private void body(ByteArrayOutputStream out) throws Unreadable {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, at, bytes.length - at);
      CRC32 crc = new CRC32();
      byte[] part = new byte[8192];
      while (!inflater.finished()) {
        int n = inflater.inflate(part);
        if (n == 0 && !inflater.finished()) {
          throw new Unreadable("cut off");
        }
        crc.update(part, 0, n);
        out.write(part, 0, n);
      }
      at = bytes.length - inflater.getRemaining();
      if (number(4) != crc.getValue() || number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
        throw new Unreadable("wrong checksum or length");
      }
    } catch (DataFormatException e) {
      throw new Unreadable("damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private int next() throws Unreadable {
    if (at == bytes.length) {
      throw new Unreadable("cut off");
    }
    return Byte.toUnsignedInt(bytes[at++]);
  }

  private long number(int size) throws Unreadable {
    long number = 0;
    for (int i = 0; i < size; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }
}
