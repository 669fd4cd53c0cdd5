package org.f2d2.data;

import java.math.BigDecimal;
import java.util.Locale;

/** How numbers stand in text: what counts as one, and how one is written. */
final class NumberText {
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

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Why a trimmed cell that is not a finite number cannot be used. */
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
    if (isNumber(text)) {
      return "'" + text + "' is too large for a double";
    }
    String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
    return "'" + shown + "' is not a number";
  }

  /**
   * One spelling per label: {@code 1}, {@code 1.0} and {@code +1e0} become {@code 1}; text is
   * trimmed and otherwise kept.
   */
  static String label(String text) {
    String bare = text.strip();
    if (!isNumber(bare)) {
      return bare;
    }
    double value = Double.parseDouble(bare);
    return Double.isFinite(value) ? plain(value) : bare;
  }

  /**
   * Decimal text that parses back to the same double; plain notation for ordinary sizes, {@code
   * 1.5E-9} for the rest, {@code inf}, {@code -inf} and, for NaN, nothing.
   */
  static String plain(double value) {
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
    String text = Double.toString(value);
    if (size < 1e-6 || size >= 1e15) {
      return text;
    }
    if (text.endsWith(".0")) {
      return text.substring(0, text.length() - 2);
    }
    return text.indexOf('E') < 0 ? text : new BigDecimal(text).stripTrailingZeros().toPlainString();
  }
}
