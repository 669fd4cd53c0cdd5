package org.f2d2.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.f2d2.error.F2d2Exception;

/**
 * Named columns of finite or non-finite doubles, held row by row; immutable.
 *
 * <p>A table may have no rows, but it has at least one column, and column names differ. The table
 * does not judge its values: NaN and infinities are rejected by the readers, not here.
 */
public final class Table implements Batch {
  private final List<String> columns;
  private final Map<String, Integer> index;
  private final int rows;
  private final double[] values;

  private Table(List<String> columns, double[] values) {
    this.columns = List.copyOf(columns);
    this.index = indexOf(this.columns);
    if (values.length % columns.size() != 0) {
      throw new F2d2Exception(
          values.length + " values do not fill rows of " + columns.size() + " columns");
    }
    this.rows = values.length / columns.size();
    this.values = values;
  }

  /**
   * A table with a copy of the given values.
   *
   * @param columns one to many names, all different
   * @param values row-major, {@code rows * columns.size()} long
   * @throws F2d2Exception when names repeat, are empty, or the values do not fill whole rows
   */
  public static Table of(List<String> columns, double[] values) {
    return new Table(columns, values.clone());
  }

  /**
   * A table that keeps the given array; the caller must not change it afterwards.
   *
   * <p>For readers of large files, where a second copy would be felt.
   *
   * @param columns one to many names, all different
   * @param values row-major, {@code rows * columns.size()} long
   * @throws F2d2Exception when names repeat, are empty, or the values do not fill whole rows
   */
  static Table sharing(List<String> columns, double[] values) {
    return new Table(columns, values);
  }

  private static Map<String, Integer> indexOf(List<String> columns) {
    if (columns.isEmpty()) {
      throw new F2d2Exception("a table needs at least one column");
    }
    Map<String, Integer> index = new HashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      if (index.put(columns.get(c), c) != null) {
        throw new F2d2Exception("column '" + columns.get(c) + "' appears twice");
      }
    }
    return index;
  }

  /** The column names, in order. */
  public List<String> columns() {
    return columns;
  }

  /** Number of rows, 0 or more. */
  public int rows() {
    return rows;
  }

  @Override
  public int count() {
    return rows;
  }

  @Override
  public Table range(int from, int to) {
    if (from < 0 || to < from || to > rows) {
      throw new IndexOutOfBoundsException("rows " + from + " to " + to + " of a table of " + rows);
    }
    int d = columns.size();
    return new Table(columns, Arrays.copyOfRange(values, from * d, to * d));
  }

  /** Number of columns, 1 or more. */
  public int columnCount() {
    return columns.size();
  }

  /** A copy of all values, row-major, {@code rows() * columnCount()} long. */
  public double[] values() {
    return values.clone();
  }

  /**
   * One value.
   *
   * @param row from 0
   * @param column from 0
   * @throws IndexOutOfBoundsException outside the table
   */
  public double value(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns.size()) {
      throw new IndexOutOfBoundsException(
          "cell (" + row + ", " + column + ") of a " + rows + " × " + columns.size() + " table");
    }
    return values[row * columns.size() + column];
  }

  /**
   * A copy of one column, {@code rows()} long.
   *
   * @throws F2d2Exception when there is no such column
   */
  public double[] column(String name) {
    int c = position(name);
    double[] out = new double[rows];
    for (int r = 0; r < rows; r++) {
      out[r] = values[r * columns.size() + c];
    }
    return out;
  }

  /**
   * The named columns, in the order given.
   *
   * @throws F2d2Exception when one is missing, one is named twice, or none is named
   */
  public Table select(List<String> names) {
    int[] from = names.stream().mapToInt(this::position).toArray();
    double[] out = new double[Math.multiplyExact(rows, from.length)];
    int at = 0;
    for (int r = 0; r < rows; r++) {
      for (int c : from) {
        out[at++] = values[r * columns.size() + c];
      }
    }
    return new Table(names, out);
  }

  /**
   * All columns but the named ones.
   *
   * @throws F2d2Exception when a named column is missing or no column would be left
   */
  public Table without(Collection<String> names) {
    names.forEach(this::position);
    Set<String> dropped = new HashSet<>(names);
    List<String> kept = new ArrayList<>();
    for (String column : columns) {
      if (!dropped.contains(column)) {
        kept.add(column);
      }
    }
    return select(kept);
  }

  /**
   * The rows at the given indices, in the order given; an index may repeat.
   *
   * @throws IndexOutOfBoundsException when an index is outside the table
   */
  public Table rows(int[] indices) {
    int d = columns.size();
    double[] out = new double[Math.multiplyExact(indices.length, d)];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= rows) {
        throw new IndexOutOfBoundsException("row " + indices[i] + " of a table of " + rows);
      }
      System.arraycopy(values, indices[i] * d, out, i * d, d);
    }
    return new Table(columns, out);
  }

  /** Two tables are equal when their columns and every value's bits are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Table table
        && columns.equals(table.columns)
        && Arrays.equals(values, table.values);
  }

  @Override
  public int hashCode() {
    return 31 * columns.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Table[" + rows + " × " + columns.size() + " " + columns + "]";
  }

  private int position(String name) {
    Integer c = index.get(name);
    if (c == null) {
      throw new F2d2Exception("there is no column '" + name + "' among " + columns);
    }
    return c;
  }
}
