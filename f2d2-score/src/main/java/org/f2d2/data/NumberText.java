package org.f2d2.data;

import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.util.Locale;

/** How numbers stand in text: what counts as one, and how one is written. */
public final class NumberText {
  /** From here on, not every whole number is a double. */
  private static final double WHOLE_LIMIT = 0x1p53;

  /**
   * Characters that a double with all its digits may take; exact arithmetic on millions of them
   * would take minutes.
   */
  private static final int MOST_DIGITS = 1100;

  private NumberText() {}

  /**
   * Whether the text has the shape of a decimal number.
   *
   * <p>{@link Double#parseDouble} also takes {@code 1d}, {@code 0x1p3} and {@code NaN}; a data file
   * that holds those is more likely wrong than meant.
   */
  static boolean isNumber(String text) {
    int end = text.length();
    int i = 0;
    if (i < end && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    int digits = 0;
    for (; i < end && isDigit(text.charAt(i)); i++) {
      digits++;
    }
    if (i < end && text.charAt(i) == '.') {
      for (i++; i < end && isDigit(text.charAt(i)); i++) {
        digits++;
      }
    }
    if (digits == 0) {
      return false;
    }
    if (i < end && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i++;
      if (i < end && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
        i++;
      }
      int first = i;
      while (i < end && isDigit(text.charAt(i))) {
        i++;
      }
      if (i == first) {
        return false;
      }
    }
    return i == end;
  }

  // What String.strip drops; the table behind isWhitespace is looked up only where it may say yes.
  private static boolean isSpace(char c) {
    return (c <= ' ' || c > '~') && Character.isWhitespace(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /**
   * The number in a part of a text, white space around it aside; NaN where there is none that
   * {@link #isNumber} would admit, and an infinity where it is too large.
   *
   * @param text holds the part
   * @param from index of its first character
   * @param to index after its last
   */
  static double parse(char[] text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isSpace(text[start])) {
      start++;
    }
    while (end > start && isSpace(text[end - 1])) {
      end--;
    }
    if (!beginsAndEndsAsNumber(text, start, end)) {
      return Double.NaN;
    }
    try {
      return NumberInput.parseDouble(text, start, end - start, true);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  // The parser reads all that Double.parseDouble does. What isNumber refuses of that is seen from
  // the ends: suffixes, words and stray control characters, and the x of a hexadecimal number.
  private static boolean beginsAndEndsAsNumber(char[] text, int start, int end) {
    if (start == end) {
      return false;
    }
    char last = text[end - 1];
    int first = text[start] == '-' || text[start] == '+' ? start + 1 : start;
    return (isDigit(last) || last == '.')
        && (isDigit(text[first]) || text[first] == '.')
        && (first + 1 >= end || (text[first + 1] | 0x20) != 'x');
  }

  /**
   * Whether a number stands in its double with all its digits.
   *
   * <p>Beyond 2^53 only some whole numbers are doubles: an id such as 9007199254740993 would
   * silently become its neighbour. What some program printed from a double passes, whether it
   * printed all digits or the shortest that read back; so does scientific notation, which nobody
   * uses for an id.
   *
   * @param value finite, what {@link #parse} read from the part
   * @param text holds the part
   * @param from index of its first character
   * @param to index after its last
   */
  static boolean keepsDigits(double value, char[] text, int from, int to) {
    return Math.abs(value) < WHOLE_LIMIT || keepsDigits(value, new String(text, from, to - from));
  }

  private static boolean keepsDigits(double value, String text) {
    String bare = text.strip();
    if (Math.abs(value) < WHOLE_LIMIT || bare.indexOf('e') >= 0 || bare.indexOf('E') >= 0) {
      return true;
    }
    if (bare.length() > MOST_DIGITS) {
      return false;
    }
    BigDecimal meant = new BigDecimal(bare);
    return meant.compareTo(new BigDecimal(value)) == 0
        || meant.compareTo(new BigDecimal(Double.toString(value))) == 0;
  }

  /** Whether a part of a text is white space only. */
  static boolean isBlank(char[] text, int from, int to) {
    int i = from;
    while (i < to && isSpace(text[i])) {
      i++;
    }
    return i == to;
  }

  /**
   * Why a trimmed cell that is not a finite number, or is more than a double holds, is of no use.
   */
  static String complaint(String text) {
    if (text.isEmpty()) {
      return "empty cell";
    }
    String bare = text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", "");
    if (bare.equals("nan")) {
      return "NaN is not a usable value";
    }
    if (bare.equals("inf") || bare.equals("infinity")) {
      return "infinity is not a usable value";
    }
    String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
    if (isNumber(text)) {
      return Double.isFinite(Double.parseDouble(text))
          ? "'" + shown + "' has more digits than a double keeps; leave a column of ids out"
          : "'" + shown + "' is too large for a double";
    }
    return "'" + shown + "' is not a number";
  }

  /**
   * One spelling per label: {@code 1}, {@code 1.0} and {@code +1e0} become {@code 1}; text, and a
   * number of more digits than a double keeps, is trimmed and otherwise kept.
   */
  static String label(String text) {
    String bare = text.strip();
    if (!isNumber(bare)) {
      return bare;
    }
    double value = Double.parseDouble(bare);
    return Double.isFinite(value) && keepsDigits(value, bare) ? plain(value) : bare;
  }

  /**
   * Decimal text that parses back to the same double; plain notation for ordinary sizes, {@code
   * 1.5E-9} for the rest, {@code inf}, {@code -inf} and, for NaN, nothing.
   */
  public static String plain(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return "0"; // a negative zero is the same number to every reader of a table
    }
    double size = Math.abs(value);
    // The digits of Double.toString, or fewer where those of JDK 17 are more than needed; faster.
    String text = NumberOutput.toString(value, true);
    if (size < 1e-6 || size >= 1e15) {
      return text;
    }
    if (size < 1e-3 || size >= 1e7) {
      return new BigDecimal(text).stripTrailingZeros().toPlainString();
    }
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
