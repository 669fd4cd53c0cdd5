package org.f2d2.lab.fuzz;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A second reader of CSV, as simple as can be: RFC 4180 read character by character, numbers by
 * {@link Double#parseDouble}.
 *
 * @param columns names, white space around them dropped
 * @param rows numbers, row by row
 */
record PlainCsv(List<String> columns, List<double[]> rows) {

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  /**
   * Reads a table.
   *
   * @param bytes unpacked
   * @throws Unreadable when it is no table of numbers
   */
  static PlainCsv read(byte[] bytes) throws Unreadable {
    List<List<String>> records = records(text(bytes));
    int first = 0;
    while (first < records.size() && isBlank(records.get(first))) {
      first++;
    }
    if (first == records.size()) {
      throw new Unreadable("no header");
    }
    List<String> columns = records.get(first).stream().map(String::strip).toList();
    if (new HashSet<>(columns).size() < columns.size() || columns.contains("")) {
      throw new Unreadable("columns without a name of their own");
    }
    List<double[]> rows = new ArrayList<>();
    for (int i = first + 1; i < records.size(); i++) {
      List<String> cells = records.get(i);
      boolean onlyBlanksFollow = records.stream().skip(i).allMatch(PlainCsv::isBlank);
      if (isBlank(cells) && (columns.size() > 1 || onlyBlanksFollow)) {
        continue;
      }
      if (cells.size() != columns.size()) {
        throw new Unreadable("record " + (i + 1) + " has " + cells.size() + " cells");
      }
      double[] row = new double[cells.size()];
      for (int c = 0; c < row.length; c++) {
        row[c] = number(cells.get(c));
      }
      rows.add(row);
    }
    return new PlainCsv(columns, rows);
  }

  private static String text(byte[] bytes) throws Unreadable {
    String text = PlainText.of(bytes);
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private static double number(String cell) throws Unreadable {
    String bare = cell.strip();
    if (!NUMBER.matcher(bare).matches()) {
      throw new Unreadable("'" + bare + "' is no number");
    }
    double value = Double.parseDouble(bare);
    if (Double.isInfinite(value)) {
      throw new Unreadable("'" + bare + "' is too large");
    }
    if (Math.abs(value) >= 1L << 53 && bare.matches("[+-]?[0-9]+")) {
      // An id of many digits must not become its neighbour.
      BigDecimal meant = new BigDecimal(bare);
      if (meant.compareTo(new BigDecimal(value)) != 0
          && meant.compareTo(new BigDecimal(Double.toString(value))) != 0) {
        throw new Unreadable("'" + bare + "' has more digits than a double keeps");
      }
    }
    return value;
  }

  private static boolean isBlank(List<String> cells) {
    return cells.size() == 1 && cells.get(0).isBlank();
  }

  private static List<List<String>> records(String text) throws Unreadable {
    List<List<String>> records = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    int at = 0;
    boolean more = true;
    while (more) {
      StringBuilder cell = new StringBuilder();
      if (at < text.length() && text.charAt(at) == '"') {
        at = quoted(text, at + 1, cell);
      } else {
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
          cell.append(text.charAt(at++));
        }
      }
      cells.add(cell.toString());
      more = at < text.length();
      if (more && text.charAt(at) == ',') {
        at++;
      } else {
        records.add(cells);
        cells = new ArrayList<>();
        if (more) {
          at += text.startsWith("\r\n", at) ? 2 : 1;
          // A line break at the end of the text begins no record.
          more = at < text.length();
        }
      }
    }
    return records;
  }

  /** Reads on behind an opening quote; returns the index behind the closing one. */
  private static int quoted(String text, int from, StringBuilder cell) throws Unreadable {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        cell.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        cell.append('"');
        at++;
      } else if (at == text.length() || ",\r\n".indexOf(text.charAt(at)) >= 0) {
        return at;
      } else {
        throw new Unreadable("characters behind a closing quote");
      }
    }
    throw new Unreadable("a quote is not closed");
  }
}
