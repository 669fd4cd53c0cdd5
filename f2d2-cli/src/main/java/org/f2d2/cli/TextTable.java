package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for people: columns in line, text to the left and numbers to the right. */
final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int numbersFrom;
  private final int leftAtEnd;

  /**
   * A table with its head; the last column may be text again.
   *
   * @param head names of the columns
   * @param numbers how many columns, counted from the end, hold numbers
   */
  TextTable(List<String> head, int numbers) {
    rows.add(List.copyOf(head));
    numbersFrom = head.size() - numbers;
    leftAtEnd = numbers == 0 ? head.size() - 1 : head.size();
  }

  /** Adds a row with as many cells as the head. */
  void row(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException("a row needs " + rows.get(0).size() + " cells");
    }
    rows.add(List.copyOf(cells));
  }

  /** Prints head and rows. */
  void print(PrintWriter out) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = row.get(c);
        String blanks = " ".repeat(widths[c] - cell.length());
        line.append(c == 0 ? "" : GAP);
        line.append(c >= numbersFrom ? blanks + cell : c == leftAtEnd ? cell : cell + blanks);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
