package org.f2d2.data;

import java.util.OptionalLong;
import org.f2d2.error.F2d2Exception;

/** A fault in a data file or table; the message is one line with the place of the fault. */
public class DataException extends F2d2Exception {
  private static final long serialVersionUID = 1L;

  /** The 1-based data row, or 0 when the fault is not in one row. */
  private final long row;

  private final String problem;

  /**
   * A fault of a whole file.
   *
   * @param source the file, or another name for where the data came from
   * @param problem what is wrong
   */
  public DataException(String source, String problem) {
    super(source + ": " + problem);
    this.row = 0;
    this.problem = problem;
  }

  /**
   * A fault of a whole file, with the failure that led to it.
   *
   * @param source the file, or another name for where the data came from
   * @param problem what is wrong
   * @param cause the underlying failure
   */
  public DataException(String source, String problem, Throwable cause) {
    super(source + ": " + problem, cause);
    this.row = 0;
    this.problem = problem;
  }

  private DataException(String place, long row, String problem) {
    super(place + ": " + problem);
    this.row = row;
    this.problem = problem;
  }

  private DataException(String place, long row, String column, String problem) {
    super(place + ", column '" + column + "': " + problem);
    this.row = row;
    this.problem = "column '" + column + "': " + problem;
  }

  /**
   * A fault of one row of any source, such as {@code a.npy: row 2: …}.
   *
   * @param source the file
   * @param row data row, counted from 1
   * @param problem what is wrong
   */
  public static DataException inRow(String source, long row, String problem) {
    return new DataException(source + ": row " + row, row, problem);
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
    return new DataException(source + ": row " + row + ", line " + line, row, problem);
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
    return new DataException(source + ": row " + row + ", line " + line, row, column, problem);
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
    return new DataException(source + ": row " + row, row, column, problem);
  }

  /** What is wrong, without the source, the row and the line; the column is named. */
  public String problem() {
    return problem;
  }

  /** The data row at fault, counted from 1; empty when the fault is not in one row. */
  public OptionalLong row() {
    return row > 0 ? OptionalLong.of(row) : OptionalLong.empty();
  }
}
