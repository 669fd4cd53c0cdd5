package org.f2d2.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as a reader wants them: few digits, no exponent where it can be avoided. */
final class Figures {

  private Figures() {}

  /** Three significant digits; a dash for NaN. */
  static String of(double value) {
    return significant(value, 3);
  }

  /** A number of significant digits; a dash for NaN. */
  static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e6 || size < 1e-4) {
      String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
      String[] parts = text.split("e", 2);
      return minus(parts[0]) + "·10" + superscript(Integer.parseInt(parts[1]));
    }
    if (size >= Math.pow(10, digits)) {
      return minus(String.format(Locale.ROOT, "%,.0f", value));
    }
    return minus(new BigDecimal(value).round(new MathContext(digits)).toPlainString());
  }

  /** A number of decimals, so that numbers can be added up by eye; a dash for NaN. */
  static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? minus(String.format(Locale.ROOT, "%,." + decimals + "f", value))
        : significant(value, 1);
  }

  /** A measured value in as few of three significant digits as it has. */
  static String shortest(double value) {
    boolean plain = value == Math.rint(value) || Math.abs(value) < 1e-3;
    return plain
        ? tick(value, 1)
        : minus(
            new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString());
  }

  /** A whole number in groups of three. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A share as a percentage with one decimal. */
  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A duration with its unit; a dash for NaN. */
  static String seconds(double seconds) {
    if (Double.isNaN(seconds)) {
      return of(seconds);
    }
    if (seconds >= 60) {
      return String.format(Locale.ROOT, "%d min %02d s", (int) seconds / 60, (int) seconds % 60);
    }
    if (seconds >= 1) {
      return significant(seconds, 3) + " s";
    }
    return seconds >= 1e-3 ? of(seconds * 1e3) + " ms" : of(seconds * 1e6) + " µs";
  }

  /** A power of ten or a plain number, for an axis with ticks that far apart. */
  static String tick(double value, double step) {
    double size = Math.abs(value);
    if (size >= 1e6 || (size > 0 && size < 1e-3)) {
      int exponent = (int) Math.floor(Math.log10(size) + 1e-9);
      double lead = value / Math.pow(10, exponent);
      String power = "10" + superscript(exponent);
      boolean one = Math.abs(lead - 1) < 1e-6;
      return one
          ? power
          : minus(new BigDecimal(lead).round(new MathContext(2)).toPlainString()) + "·" + power;
    }
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    return minus(String.format(Locale.ROOT, "%,." + decimals + "f", value));
  }

  private static String minus(String text) {
    return text.replace('-', '−');
  }

  private static String superscript(int exponent) {
    StringBuilder text = new StringBuilder();
    for (char c : Integer.toString(exponent).toCharArray()) {
      text.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
    }
    return text.toString();
  }
}
