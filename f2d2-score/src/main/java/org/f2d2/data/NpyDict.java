package org.f2d2.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text at the head of a {@code .npy} file: a Python dict of exactly three keys.
 *
 * <p>It is read from the first character to the last. To look for the keys where they may be would
 * find them in other texts too, and take one of two that contradict each other.
 *
 * @param order byte order of the elements, {@code <}, {@code >}, {@code |}, {@code =} or nothing
 * @param code their type, such as {@code f8}
 * @param fortranOrder whether columns lie one after another
 * @param shape sizes, any number of them
 * @param shapeText the shape as it stands, for messages
 */
record NpyDict(
    String order, String code, boolean fortranOrder, List<Long> shape, String shapeText) {

  // The white space of Python, which knows less than \s; once taken it is not given back.
  private static final String SPACE = "[ \\t\\r\\n\\f]*+";
  private static final Pattern KEY = Pattern.compile(SPACE + "(['\"])(\\w+)\\1" + SPACE + ":");
  private static final Pattern NEXT =
      Pattern.compile(SPACE + "(?:," + SPACE + "(?!\\})|(?:," + SPACE + ")?\\}" + SPACE + "\\z)");

  private static final Map<String, Pattern> VALUES =
      Map.of(
          "descr", Pattern.compile(SPACE + "(['\"])([<>|=]?\\w+)\\1"),
          "fortran_order", Pattern.compile(SPACE + "()(True|False)"),
          "shape", Pattern.compile(SPACE + "()\\(([-0-9, \\t\\r\\n\\f]*)\\)"));

  private static final Pattern OPEN = Pattern.compile(SPACE + "\\{");
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");

  /**
   * Reads a head.
   *
   * @throws DataException when it is not such a dict
   */
  static NpyDict read(String source, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher at = OPEN.matcher(text);
    boolean more = at.lookingAt();
    int end = more ? at.end() : 0;
    while (more) {
      at.usePattern(KEY).region(end, text.length());
      if (!at.lookingAt()) {
        throw damaged(source);
      }
      String key = at.group(2);
      Pattern value = VALUES.get(key);
      if (value == null || values.containsKey(key)) {
        throw new DataException(
            source, "the .npy header says '" + key + "'" + (value == null ? "" : " twice"));
      }
      at.usePattern(value).region(at.end(), text.length());
      if (!at.lookingAt()) {
        throw key.equals("descr")
            ? new DataException(source, "only arrays of one plain number type are supported")
            : damaged(source);
      }
      values.put(key, at.group(2));
      at.usePattern(NEXT).region(at.end(), text.length());
      if (!at.lookingAt()) {
        throw damaged(source);
      }
      end = at.end();
      more = at.group().indexOf('}') < 0;
    }
    String descr = values.get("descr");
    String fortranOrder = values.get("fortran_order");
    String shape = values.get("shape");
    if (fortranOrder == null || shape == null) {
      throw new DataException(source, "the .npy header lacks the order or the shape");
    }
    if (descr == null) {
      throw new DataException(source, "the .npy header lacks the type of the elements");
    }
    boolean ordered = "<>|=".indexOf(descr.charAt(0)) >= 0;
    return new NpyDict(
        ordered ? descr.substring(0, 1) : "",
        ordered ? descr.substring(1) : descr,
        fortranOrder.equals("True"),
        sizes(source, shape),
        shape);
  }

  private static DataException damaged(String source) {
    return new DataException(source, "the .npy header is damaged");
  }

  /** Sizes with commas between them; behind a single one too, or it would be no tuple. */
  private static List<Long> sizes(String source, String shape) {
    List<Long> sizes = new ArrayList<>();
    String bare = shape.strip();
    if (bare.isEmpty()) {
      return sizes;
    }
    String[] parts = bare.split(",", -1);
    boolean comma = parts[parts.length - 1].isBlank();
    int count = comma ? parts.length - 1 : parts.length;
    for (int i = 0; i < count; i++) {
      String part = parts[i].strip();
      if (!SIZE.matcher(part).matches() || (count == 1 && !comma)) {
        throw new DataException(source, "the shape (" + shape + ") is impossible");
      }
      sizes.add(Long.parseLong(part));
    }
    return sizes;
  }
}
