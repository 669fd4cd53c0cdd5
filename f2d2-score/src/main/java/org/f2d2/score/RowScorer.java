package org.f2d2.score;

import java.util.List;
import java.util.Map;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;

/**
 * Scores rows of named numbers, in whatever shape they come. Any number of threads may ask one at
 * once.
 */
public interface RowScorer {

  /** The columns of a row, in training order. */
  List<String> columns();

  /** How rows are scored where nothing else is asked for. */
  Nfe usualNfe();

  /**
   * Scores rows that lie one after the other.
   *
   * @param rows row-major, in the order of {@link #columns}
   * @param nfe network evaluations for each row, or exact
   * @throws F2d2Exception when the values do not fill whole rows, or one is not finite; the message
   *     names row, from 0, and column
   */
  Scores scoreRows(double[] rows, Nfe nfe);

  /**
   * Scores rows by {@link #usualNfe}.
   *
   * @param rows each in the order of {@link #columns}
   * @throws F2d2Exception when a row has another length, or a value is not finite; the message
   *     names row and column
   */
  default Scores score(double[][] rows) {
    return score(rows, usualNfe());
  }

  /**
   * Scores rows.
   *
   * @param rows each in the order of {@link #columns}
   * @param nfe network evaluations for each row, or exact
   * @throws F2d2Exception when a row has another length, or a value is not finite; the message
   *     names row and column
   */
  default Scores score(double[][] rows, Nfe nfe) {
    int d = columns().size();
    double[] all = new double[Math.multiplyExact(rows.length, d)];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != d) {
        throw new F2d2Exception(
            "row " + r + " has " + rows[r].length + " values for " + d + " columns");
      }
      System.arraycopy(rows[r], 0, all, r * d, d);
    }
    return scoreRows(all, nfe);
  }

  /**
   * Scores the rows of a table, whose columns are matched by name; others may be there.
   *
   * @param nfe network evaluations for each row, or exact
   * @throws F2d2Exception when a column is missing, or a value is not finite
   */
  default Scores score(Table table, Nfe nfe) {
    List<String> wanted = ColumnMatch.of("the table", table.columns(), columns()).columns();
    return scoreRows(table.select(wanted).values(), nfe);
  }

  /**
   * Scores one row by {@link #usualNfe}.
   *
   * @param values in the order of {@link #columns}
   * @throws F2d2Exception when their number is another, or one is not finite
   */
  default RowScore scoreRow(double... values) {
    return score(new double[][] {values}).row(0);
  }

  /**
   * Scores one row by {@link #usualNfe}.
   *
   * @param values by name of the column; others may be there
   * @throws F2d2Exception when a column is missing, or a value is not finite
   */
  default RowScore scoreRow(Map<String, ? extends Number> values) {
    List<String> columns =
        ColumnMatch.of("the row", List.copyOf(values.keySet()), columns()).columns();
    double[] row = new double[columns.size()];
    for (int c = 0; c < row.length; c++) {
      Number value = values.get(columns.get(c));
      row[c] = value == null ? Double.NaN : value.doubleValue();
    }
    return scoreRow(row);
  }
}
