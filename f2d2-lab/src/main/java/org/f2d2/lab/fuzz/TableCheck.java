package org.f2d2.lab.fuzz;

import java.util.List;
import org.f2d2.data.Table;

/** Compares a table that the program has read with an independent reading, bit by bit. */
final class TableCheck {

  private TableCheck() {}

  /**
   * Compares.
   *
   * @param table as the program reads it
   * @param rows as they are
   */
  static Outcome compare(Table table, List<String> columns, List<double[]> rows) {
    if (!table.columns().equals(columns)) {
      return Outcome.changed("columns " + table.columns() + " where " + columns + " stand");
    }
    if (table.rows() != rows.size()) {
      return Outcome.changed(table.rows() + " rows where " + rows.size() + " stand");
    }
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < columns.size(); c++) {
        double read = table.value(r, c);
        double stands = rows.get(r)[c];
        // A negative zero may be read as zero: no answer depends on it.
        if (read != stands) {
          return Outcome.changed(
              "row " + (r + 1) + ", column " + (c + 1) + ": " + read + " where " + stands + " is");
        }
      }
    }
    return Outcome.ACCEPTED;
  }
}
