package org.f2d2.lab.fuzz;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A second reader of JSON (RFC 8259), and a writer that can say what no tidy program says.
 *
 * <p>A value is a {@link Members}, a {@link List}, a {@link String}, a {@link Number}, a {@link
 * Boolean} or {@link #NULL}.
 */
final class PlainJson {

  /** The value null. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final int DEEPEST = 200;

  /** A number as it is spelled. */
  record Number(String text) {
    /** Its exact value. */
    BigDecimal value() {
      return new BigDecimal(text);
    }
  }

  /** A key with its value. */
  record Member(String key, Object value) {}

  /** The members of an object in their order; keys may repeat. */
  record Members(List<Member> list) {

    /**
     * The value of a key.
     *
     * @throws Unreadable when there is none
     */
    Object get(String key) throws Unreadable {
      for (Member member : list) {
        if (member.key().equals(key)) {
          return member.value();
        }
      }
      throw new Unreadable("there is no " + key);
    }
  }

  private final String text;
  private int at;

  private PlainJson(String text) {
    this.text = text;
  }

  /**
   * The value of a text.
   *
   * @throws Unreadable when it is not JSON, repeats a key in an object, or is deeper than any file
   *     of this program
   */
  static Object read(String text) throws Unreadable {
    PlainJson json = new PlainJson(text);
    Object value = json.value(0);
    json.space();
    if (json.at < text.length()) {
      throw new Unreadable("the text goes on behind the JSON");
    }
    return value;
  }

  private Object value(int depth) throws Unreadable {
    space();
    if (depth > DEEPEST || at == text.length()) {
      throw new Unreadable(depth > DEEPEST ? "too deep" : "cut off");
    }
    switch (text.charAt(at)) {
      case '{':
        return members(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      default:
        return word();
    }
  }

  private Members members(int depth) throws Unreadable {
    List<Member> list = new ArrayList<>();
    at++;
    space();
    boolean more = !taken('}');
    while (more) {
      space();
      if (at == text.length() || text.charAt(at) != '"') {
        throw new Unreadable("a key is missing");
      }
      String key = string();
      if (list.stream().anyMatch(m -> m.key().equals(key))) {
        throw new Unreadable("the key " + key + " stands twice");
      }
      space();
      require(':');
      list.add(new Member(key, value(depth + 1)));
      space();
      more = taken(',');
      if (!more) {
        require('}');
      }
    }
    return new Members(list);
  }

  private List<Object> array(int depth) throws Unreadable {
    List<Object> items = new ArrayList<>();
    at++;
    space();
    boolean more = !taken(']');
    while (more) {
      items.add(value(depth + 1));
      space();
      more = taken(',');
      if (!more) {
        require(']');
      }
    }
    return items;
  }

  private String string() throws Unreadable {
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw new Unreadable("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    require('"');
    return out.toString();
  }

  private char escaped() throws Unreadable {
    char c = at < text.length() ? text.charAt(at++) : 0;
    int plain = "\"\\/bfnrt".indexOf(c);
    if (plain >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(plain);
    }
    if (c != 'u'
        || !text.substring(at, Math.min(at + 4, text.length())).matches("[0-9a-fA-F]{4}")) {
      throw new Unreadable("an unknown escape");
    }
    at += 4;
    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
  }

  private Object word() throws Unreadable {
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> NULL;
      default -> {
        if (!word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
          throw new Unreadable("'" + word + "' is no value");
        }
        yield new Number(word);
      }
    };
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean taken(char c) {
    boolean here = at < text.length() && text.charAt(at) == c;
    at += here ? 1 : 0;
    return here;
  }

  private void require(char c) throws Unreadable {
    if (!taken(c)) {
      throw new Unreadable("'" + c + "' is missing at " + at);
    }
  }

  /** The text of a value, repeated keys included. */
  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Members members) {
      out.append('{');
      for (int i = 0; i < members.list().size(); i++) {
        out.append(i == 0 ? "" : ",");
        write(members.list().get(i).key(), out);
        out.append(':');
        write(members.list().get(i).value(), out);
      }
      out.append('}');
    } else if (value instanceof List<?> items) {
      out.append('[');
      for (int i = 0; i < items.size(); i++) {
        out.append(i == 0 ? "" : ",");
        write(items.get(i), out);
      }
      out.append(']');
    } else if (value instanceof String string) {
      out.append('"');
      for (char c : string.toCharArray()) {
        if (c < ' ' || c == '"' || c == '\\') {
          out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
      out.append('"');
    } else if (value instanceof Number number) {
      out.append(number.text());
    } else {
      out.append(value);
    }
  }
}
