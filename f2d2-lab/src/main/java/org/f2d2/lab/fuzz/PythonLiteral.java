package org.f2d2.lab.fuzz;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what Python calls literals, as far as heads of {@code .npy} files need them: dicts, tuples,
 * strings, whole numbers and truth values.
 *
 * <p>As in Python, the last of equal keys counts, a lone number in brackets is no tuple, and a
 * number does not begin with a zero.
 */
final class PythonLiteral {

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * The value of a text: a {@link Map}, {@link List}, {@link String}, {@link BigInteger} or {@link
   * Boolean}.
   *
   * @throws Unreadable when it is none of these, or more follows
   */
  static Object read(String text) throws Unreadable {
    PythonLiteral literal = new PythonLiteral(text);
    Object value = literal.value();
    literal.space();
    if (literal.at < text.length()) {
      throw new Unreadable("the literal goes on");
    }
    return value;
  }

  private Object value() throws Unreadable {
    space();
    if (taken("{")) {
      return dict();
    }
    if (taken("(")) {
      return tuple();
    }
    if (taken("'")) {
      return string('\'');
    }
    if (taken("\"")) {
      return string('"');
    }
    if (taken("True")) {
      return true;
    }
    if (taken("False")) {
      return false;
    }
    return number();
  }

  private Map<Object, Object> dict() throws Unreadable {
    Map<Object, Object> dict = new LinkedHashMap<>();
    space();
    boolean more = !taken("}");
    while (more) {
      Object key = value();
      space();
      require(":");
      dict.put(key, value());
      space();
      if (taken(",")) {
        space();
        more = !taken("}");
      } else {
        require("}");
        more = false;
      }
    }
    return dict;
  }

  private Object tuple() throws Unreadable {
    List<Object> items = new ArrayList<>();
    space();
    boolean more = !taken(")");
    boolean comma = false;
    while (more) {
      items.add(value());
      space();
      if (taken(",")) {
        comma = true;
        space();
        more = !taken(")");
      } else {
        require(")");
        more = false;
      }
    }
    return items.size() == 1 && !comma ? items.get(0) : items;
  }

  private String string(char quote) throws Unreadable {
    int from = at;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      if (c == '\\' || c == '\n' || c == '\r' || c == 0) {
        throw new Unreadable("a string of more than plain characters");
      }
      at++;
    }
    String string = text.substring(from, at);
    require(String.valueOf(quote));
    return string;
  }

  private BigInteger number() throws Unreadable {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(from, at);
    if (digits.isEmpty() || (digits.startsWith("0") && !digits.matches("0+"))) {
      throw new Unreadable("no literal at " + from);
    }
    return new BigInteger(digits);
  }

  private void space() {
    while (at < text.length() && " \t\n\r\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean taken(String word) {
    boolean here = text.startsWith(word, at);
    at += here ? word.length() : 0;
    return here;
  }

  private void require(String word) throws Unreadable {
    if (!taken(word)) {
      throw new Unreadable("'" + word + "' is missing at " + at);
    }
  }
}
