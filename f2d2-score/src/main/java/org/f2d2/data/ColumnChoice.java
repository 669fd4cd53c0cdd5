package org.f2d2.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which columns of a source a {@link RowReader} delivers and which one holds the labels; settled by
 * its first read.
 */
final class ColumnChoice {
  private final String source;
  private final Map<String, Integer> positions = new HashMap<>();
  private List<String> columns;
  private int[] cells;
  private int label = -1;
  private boolean started;

  /**
   * All columns, none of them labels.
   *
   * @param source what messages call it
   * @param all different names, in the order of the source
   */
  ColumnChoice(String source, List<String> all) {
    this.source = source;
    for (int c = 0; c < all.size(); c++) {
      positions.put(all.get(c), c);
    }
    this.columns = all;
    this.cells = IntStream.range(0, all.size()).toArray();
  }

  /** Names of the columns that are delivered. */
  List<String> columns() {
    return columns;
  }

  /** Where they stand in a row of the source; not a copy. */
  int[] cells() {
    return cells;
  }

  /** Where the labels stand in a row of the source; negative for no labels. */
  int label() {
    return label;
  }

  /** See {@link RowReader#select}. */
  void select(List<String> names) {
    requireNotStarted();
    cells = names.stream().mapToInt(this::position).toArray();
    columns = List.copyOf(names);
  }

  /** See {@link RowReader#labelColumn}. */
  void label(String column) {
    requireNotStarted();
    int cell = position(column);
    if (columns.size() == 1) {
      throw new DataException(source, "no column is left beside the label '" + column + "'");
    }
    label = cell;
    cells = Arrays.stream(cells).filter(c -> c != cell).toArray();
    columns = columns.stream().filter(name -> !name.equals(column)).toList();
  }

  /** Settles the choice; true when a read is the first. */
  boolean start() {
    boolean first = !started;
    started = true;
    return first;
  }

  /** Refuses a choice that comes too late. */
  void requireNotStarted() {
    if (started) {
      throw new IllegalStateException("columns are chosen before the first row is read");
    }
  }

  /** The position of a column that is delivered so far. */
  private int position(String name) {
    Integer at = positions.get(name);
    if (at == null || Arrays.stream(cells).noneMatch(c -> c == at)) {
      throw new DataException(source, "missing column '" + name + "'");
    }
    return at;
  }
}
