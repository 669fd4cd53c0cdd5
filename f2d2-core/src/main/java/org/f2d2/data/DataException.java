package org.f2d2.data;

import java.util.OptionalLong;
import org.f2d2.error.F2d2Exception;

/** A fault in a data file or table; the message is one line with the place of the fault. */
public class DataException extends F2d2Exception {
  private static final long serialVersionUID = 1L;

  /** The 1-based data row, or 0 when the fault is not in one row. */
  private final long row;

  /**
   * A fault of a whole file.
   *
   * @param source the file, or another name for where the data came from
   * @param problem what is wrong
   */
  public DataException(String source, String problem) {
    super(oneLine(source + ": " + problem));
    this.row = 0;
  }

  /**
   * A fault of a whole file, with the failure that led to it.
   *
   * @param source the file, or another name for where the data came from
   * @param problem what is wrong
   * @param cause the underlying failure
   */
  public DataException(String source, String problem, Throwable cause) {
    super(oneLine(source + ": " + problem), cause);
    this.row = 0;
  }

  private DataException(String message, long row) {
    super(oneLine(message));
    this.row = row;
  }

  /**
   * A fault of one row of a text file, such as {@code a.csv: row 2, line 3: …}.
   *
   * @param source the file
   * @param row data row, counted from 1
   * @param line line of the file, counted from 1
   * @param problem what is wrong
   */
  static DataException inRow(String source, long row, long line, String problem) {
    return new DataException(source + ": row " + row + ", line " + line + ": " + problem, row);
  }

  /**
   * A fault of one cell of a text file, such as {@code a.csv: row 2, line 3, column 'x': …}.
   *
   * @param source the file
   * @param row data row, counted from 1
   * @param line line of the file, counted from 1
   * @param column name of the column
   * @param problem what is wrong
   */
  static DataException inCell(String source, long row, long line, String column, String problem) {
    return new DataException(
        source + ": row " + row + ", line " + line + ", column '" + column + "': " + problem, row);
  }

  /**
   * A fault of one cell of a binary file or a table, such as {@code a.npy: row 2, column 'x': …}.
   *
   * @param source the file
   * @param row data row, counted from 1
   * @param column name of the column
   * @param problem what is wrong
   */
  public static DataException inCell(String source, long row, String column, String problem) {
    return new DataException(
        source + ": row " + row + ", column '" + column + "': " + problem, row);
  }

  /** The data row at fault, counted from 1; empty when the fault is not in one row. */
  public OptionalLong row() {
    return row > 0 ? OptionalLong.of(row) : OptionalLong.empty();
  }

  // Cells and file names may hold line breaks; the promise of one line is kept here for all of
  // them.
  private static String oneLine(String message) {
    return message.replaceAll("\\s*[\\r\\n\\u2028\\u2029]+\\s*", " ");
  }
}
