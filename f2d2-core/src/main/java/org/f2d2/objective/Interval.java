package org.f2d2.objective;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers that an option of a method may have, such as {@code [0, 1]}, {@code (0, inf)} or
 * {@code [4, 20]}; a square bracket means that the end belongs to them. {@link MethodOptions#check}
 * holds a record to it, and messages quote it.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Interval {

  /** The interval. */
  String value();

  /** What the text of an interval means. */
  record Bounds(double low, boolean withLow, double high, boolean withHigh) {

    private static final Pattern TEXT =
        Pattern.compile("([\\[(])(-?[0-9.]+), (-?[0-9.]+|inf)([\\])])");

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException when it is no interval
     */
    static Bounds of(String text) {
      Matcher m = TEXT.matcher(text);
      if (!m.matches()) {
        throw new IllegalArgumentException("'" + text + "' is not an interval");
      }
      String high = m.group(3);
      return new Bounds(
          Double.parseDouble(m.group(2)),
          m.group(1).equals("["),
          high.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(high),
          m.group(4).equals("]"));
    }

    /** Whether a number lies in it; NaN never does. */
    boolean contains(double x) {
      return (withLow ? x >= low : x > low) && (withHigh ? x <= high : x < high);
    }
  }
}
