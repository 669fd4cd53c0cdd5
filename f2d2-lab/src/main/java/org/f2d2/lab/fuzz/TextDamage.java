package org.f2d2.lab.fuzz;

import java.util.List;

/** What people and programs do to text. */
final class TextDamage {

  private static final List<String> PIECES =
      List.of(
          "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\n\n", " ", "\u0000", "\ufeff", "#",
          "'", ":", "[", "]", "{", "}", "-", "_", "=", "null", "true", "False", "\\", "\\u0041",
          "ä", "😀", "\u2028", "\u0085", "e", "0", "(", ")", "//", "..", "%n", "&x", "*x", "!!int");

  private TextDamage() {}

  /** One to three faults, most often one. */
  static String some(String text, Dice dice) {
    return dice.faulty(0.7, text, t -> one(t, dice));
  }

  private static String one(String text, Dice dice) {
    int n = text.length();
    int at = dice.below(n + 1);
    int end = Math.min(n, at + dice.between(1, 12));
    return switch (dice.below(8)) {
      case 0, 1 -> text.substring(0, at) + dice.oneOf(PIECES) + text.substring(at);
      case 2 -> text.substring(0, at) + dice.numberText() + text.substring(at);
      case 3 -> text.substring(0, at) + text.substring(end);
      case 4 -> text.substring(0, at);
      case 5 -> text.substring(0, end) + text.substring(at);
      case 6 -> text.substring(0, at) + dice.oneOf(PIECES) + text.substring(Math.min(n, at + 1));
      default -> otherNumber(text, at, dice);
    };
  }

  /** With another number in place of the first one at or behind an index. */
  private static String otherNumber(String text, int at, Dice dice) {
    int from = at;
    while (from < text.length() && !Character.isDigit(text.charAt(from))) {
      from++;
    }
    int to = from;
    while (to < text.length() && (Character.isDigit(text.charAt(to)) || text.charAt(to) == '.')) {
      to++;
    }
    return text.substring(0, from) + dice.numberText() + text.substring(to);
  }
}
