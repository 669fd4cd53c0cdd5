package org.f2d2.lab.fuzz;

import java.util.List;

/** Small tables as text, in all the ways that RFC 4180 allows and some that it does not. */
final class CsvTexts {

  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "c",
          "x 1",
          " y ",
          "ü",
          "\"q,r\"",
          "\"s\"\"t\"",
          "time",
          "0",
          "1",
          "\"u\nv\"",
          "\"\r\nw\"");

  private CsvTexts() {}

  /** A table of one to five columns and up to eight rows. */
  static String table(Dice dice) {
    String end = dice.oneOf("\n", "\n", "\r\n", "\r");
    int columns = dice.between(1, 5);
    StringBuilder text = new StringBuilder(dice.chance(0.1) ? "\ufeff" : "");
    int first = dice.below(NAMES.size());
    for (int c = 0; c < columns; c++) {
      text.append(c == 0 ? "" : ",").append(NAMES.get((first + c) % NAMES.size()));
    }
    double faulty = dice.chance(0.2) ? 0.05 : 0;
    int rows = dice.below(9);
    for (int r = 0; r < rows; r++) {
      text.append(end);
      if (dice.chance(0.03)) {
        text.append(dice.oneOf("", " ", "\t")).append(end);
      }
      for (int c = 0; c < columns; c++) {
        text.append(c == 0 ? "" : ",").append(cell(dice, faulty));
      }
    }
    return text.append(dice.chance(0.8) ? end : "").toString();
  }

  /** A number of so many digits that careless arithmetic takes minutes. */
  private static String longNumber(Dice dice) {
    String digits = dice.oneOf("0", "1", "9").repeat(dice.oneOf(400, 100_000, 2_000_000));
    return switch (dice.below(4)) {
      case 0 -> digits;
      case 1 -> digits + "e-" + digits.length();
      case 2 -> "9007199254740993." + digits;
      default -> "0." + digits;
    };
  }

  private static String cell(Dice dice, double faulty) {
    String number =
        switch (dice.below(5)) {
          case 0 -> Integer.toString(dice.between(-1000, 1000));
          case 1 -> Double.toString(dice.gaussian());
          case 2 -> Double.toString(dice.gaussian() * Math.pow(10, dice.between(-300, 300)));
          case 3 -> dice.between(0, 99) + "." + dice.between(0, 99_999);
          default -> Long.toString(dice.bits() >> dice.below(64));
        };
    if (dice.chance(2e-5)) {
      return longNumber(dice);
    }
    String cell = dice.chance(faulty) ? dice.numberText() : number;
    cell = dice.chance(0.03) ? " " + cell + dice.oneOf(" ", "\t", "") : cell;
    return dice.chance(0.05) ? '"' + cell + '"' : cell;
  }
}
