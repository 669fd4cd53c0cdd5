package org.f2d2.lab.fuzz;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text as the independent readers take it: UTF-8 without a fault, decimal numbers. */
final class PlainText {

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]{1,40}\\.?[0-9]{0,40}|\\.[0-9]{1,40})([eE][+-]?[0-9]{1,4})?");

  private PlainText() {}

  /**
   * The text of bytes.
   *
   * @throws Unreadable when they are not UTF-8
   */
  static String of(byte[] bytes) throws Unreadable {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Unreadable("not UTF-8");
    }
  }

  /**
   * The lines of a text, which any line break ends.
   *
   * @return a list that may be changed
   */
  static List<String> lines(byte[] bytes) throws Unreadable {
    return new ArrayList<>(List.of(of(bytes).split("\r\n|\r|\n", -1)));
  }

  /**
   * A whole number from 0 to 1000, however it is spelled in decimals.
   *
   * @throws Unreadable for anything else
   */
  static int smallWhole(String cell) throws Unreadable {
    String bare = cell.strip();
    if (!DECIMAL.matcher(bare).matches()) {
      throw new Unreadable("'" + bare + "' is no number");
    }
    BigDecimal value = new BigDecimal(bare);
    if (value.signum() < 0 || value.compareTo(BigDecimal.valueOf(1000)) > 0) {
      throw new Unreadable("'" + bare + "' is out of range");
    }
    try {
      return value.intValueExact();
    } catch (ArithmeticException e) {
      throw new Unreadable("'" + bare + "' is not whole");
    }
  }
}
