package org.f2d2.data;

import java.util.Arrays;

/**
 * Writes the numbers of a column, of which many may repeat each other.
 *
 * <p>Finding the shortest decimal text of a double costs more than anything else in writing it. A
 * column such as a p-value holds a few thousand numbers over and over; their texts are kept. A
 * column that turns out not to repeat itself is no longer looked up. Belongs to one thread.
 */
final class RepeatedNumbers {

  /** The longest text of {@link NumberText#plain}: sign, point, exponent and 17 digits at most. */
  static final int LONGEST = 28;

  /** Multiplies bits so that the highest ones of the product depend on all. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int slots;
  private final int shift;
  private final long[] bits;
  private final byte[] lengths;
  private final byte[] texts;
  private int found;
  private int missed;
  private boolean repeats = true;

  /**
   * Nothing met yet.
   *
   * @param log2Slots binary logarithm of how many texts are kept at most, in 1..20
   */
  RepeatedNumbers(int log2Slots) {
    this.slots = 1 << log2Slots;
    this.shift = Long.SIZE - log2Slots;
    this.bits = new long[slots];
    this.lengths = new byte[slots];
    this.texts = new byte[slots * LONGEST];
  }

  /** One for each of some columns. */
  static RepeatedNumbers[] columns(int columns, int log2Slots) {
    RepeatedNumbers[] all = new RepeatedNumbers[columns];
    Arrays.setAll(all, c -> new RepeatedNumbers(log2Slots));
    return all;
  }

  /**
   * Writes the text of a number as {@link NumberText#plain} has it.
   *
   * @param bytes has room for {@link #LONGEST} more
   * @param at where to write
   * @return where the text ends
   */
  int write(double value, byte[] bytes, int at) {
    if (!repeats) {
      return write(NumberText.plain(value), bytes, at);
    }
    long key = Double.doubleToRawLongBits(value);
    int slot = (int) ((key * SPREAD) >>> shift);
    int from = slot * LONGEST;
    if (bits[slot] == key && lengths[slot] > 0) {
      found++;
      System.arraycopy(texts, from, bytes, at, lengths[slot]);
      return at + lengths[slot];
    }
    int end = write(NumberText.plain(value), bytes, at);
    bits[slot] = key;
    lengths[slot] = (byte) (end - at);
    System.arraycopy(bytes, at, texts, from, end - at);
    // What is met for the first time is not held against a column that fills the slots.
    repeats = ++missed < 4 * slots || found > missed / 4;
    return end;
  }

  @SuppressWarnings("deprecation") // the text is ASCII, and this copy makes no array in between
  private static int write(String text, byte[] bytes, int at) {
    text.getBytes(0, text.length(), bytes, at);
    return at + text.length();
  }
}
