package org.f2d2.lab.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What disks, networks and wrong programs do to bytes. */
final class ByteDamage {

  private ByteDamage() {}

  /** One to three faults, most often one. */
  static byte[] some(byte[] bytes, Dice dice) {
    return dice.faulty(0.7, bytes, t -> one(t, dice));
  }

  /** One fault. */
  static byte[] one(byte[] bytes, Dice dice) {
    int n = bytes.length;
    if (n == 0) {
      return dice.bytes(dice.between(1, 16));
    }
    return switch (dice.below(12)) {
      case 0, 1, 2 -> flipped(bytes, dice);
      case 3 -> replaced(bytes, dice);
      case 4, 5 -> Arrays.copyOf(bytes, dice.below(n));
      case 6 -> inserted(bytes, dice.below(n + 1), added(dice));
      case 7 -> inserted(bytes, n, added(dice));
      case 8 -> without(bytes, dice);
      case 9 -> repeated(bytes, dice);
      default -> overwritten(bytes, dice.below(n), dice);
    };
  }

  private static byte[] flipped(byte[] bytes, Dice dice) {
    byte[] out = bytes.clone();
    int flips = dice.chance(0.7) ? 1 : dice.between(2, 8);
    for (int i = 0; i < flips; i++) {
      int at = dice.below(out.length);
      out[at] = (byte) (out[at] ^ (1 << dice.below(8)));
    }
    return out;
  }

  private static byte[] replaced(byte[] bytes, Dice dice) {
    byte[] out = bytes.clone();
    out[dice.below(out.length)] = (byte) dice.bits();
    return out;
  }

  private static byte[] added(Dice dice) {
    int count = dice.between(1, 32);
    return switch (dice.below(3)) {
      case 0 -> new byte[count];
      case 1 -> dice.bytes(count);
      default -> {
        byte[] spaces = new byte[count];
        Arrays.fill(spaces, (byte) dice.oneOf(' ', '\n', '9', '"', '[', '{').charValue());
        yield spaces;
      }
    };
  }

  /** With more bytes before an index. */
  static byte[] inserted(byte[] bytes, int at, byte[] more) {
    byte[] out = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, out, at, more.length);
    System.arraycopy(bytes, at, out, at + more.length, bytes.length - at);
    return out;
  }

  private static byte[] without(byte[] bytes, Dice dice) {
    int from = dice.below(bytes.length);
    int to = Math.min(bytes.length, from + dice.between(1, 32));
    byte[] out = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, out, from, bytes.length - to);
    return out;
  }

  private static byte[] repeated(byte[] bytes, Dice dice) {
    int from = dice.below(bytes.length);
    int to = Math.min(bytes.length, from + dice.between(1, 64));
    return inserted(bytes, dice.below(bytes.length + 1), Arrays.copyOfRange(bytes, from, to));
  }

  /** With a number of two, four or eight bytes at an index, as far as the bytes go. */
  static byte[] overwritten(byte[] bytes, int at, Dice dice) {
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    number.order(dice.chance(0.5) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long value = dice.edge();
    int size = dice.oneOf(2, 4, 8);
    switch (size) {
      case 2 -> number.putShort((short) value);
      case 4 -> number.putInt((int) value);
      default -> number.putLong(value);
    }
    byte[] out = bytes.clone();
    System.arraycopy(number.array(), 0, out, at, Math.min(size, out.length - at));
    return out;
  }
}
