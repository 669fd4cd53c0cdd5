package org.f2d2.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.RowReader;
import org.f2d2.data.TableFile;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a file in the order of a model's columns, with a label each where a column holds one.
 *
 * @param values row-major
 * @param labels one per row, or empty without a label column
 */
record LabelledRows(double[] values, List<String> labels) {

  private static final int CHUNK = 4096;

  /**
   * Reads a file.
   *
   * @param name a path, or {@code -} for standard input
   * @param input standard input
   * @param columns the model's columns
   * @param label name of the label column, or null
   * @param err hears of columns that the model does not know
   * @throws org.f2d2.data.DataException for a fault of the file, no rows among them
   */
  static LabelledRows read(
      String name,
      InputStream input,
      List<String> columns,
      @Nullable String label,
      PrintWriter err) {
    if (label != null && columns.contains(label)) {
      throw new F2d2Exception(
          "--label: '"
              + label
              + "' is a column of the model; fit --label "
              + label
              + " makes a model of the other columns");
    }
    try (RowReader reader = TableFile.open(name, input)) {
      if (label != null) {
        reader.labelColumn(label);
      }
      ColumnMatch match = ColumnMatch.of(reader.source(), reader.columns(), columns);
      UnknownColumns.tell(err, reader.source(), match.unknown());
      reader.select(match.columns());
      int d = columns.size();
      double[] values = new double[0];
      int used = 0;
      double[] chunk = new double[CHUNK * d];
      List<String> labels = new ArrayList<>();
      for (int n = reader.read(chunk, CHUNK); n > 0; n = reader.read(chunk, CHUNK)) {
        if (used + n * d > values.length) {
          values =
              Arrays.copyOf(values, Math.addExact(Math.multiplyExact(values.length, 2), n * d));
        }
        System.arraycopy(chunk, 0, values, used, n * d);
        used += n * d;
        labels.addAll(reader.labels());
      }
      TableFile.requireRows(reader.source(), used / d, 1);
      return new LabelledRows(Arrays.copyOf(values, used), labels);
    }
  }
}
