package org.f2d2.data;

import java.util.List;
import org.f2d2.error.F2d2Exception;

/**
 * A table and one text label per row.
 *
 * @param table the numeric columns, the label's own column left out
 * @param labels one per row; numbers in one spelling ({@code 1.0} stands as {@code 1})
 */
public record LabeledTable(Table table, List<String> labels) {
  /** Checks that rows and labels agree in number. */
  public LabeledTable {
    labels = List.copyOf(labels);
    if (labels.size() != table.rows()) {
      throw new F2d2Exception(labels.size() + " labels for " + table.rows() + " rows");
    }
  }
}
