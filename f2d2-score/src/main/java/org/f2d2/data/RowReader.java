package org.f2d2.data;

import java.io.Closeable;
import java.util.List;

/**
 * A stream of numeric rows from one source, read in constant memory.
 *
 * <p>Open, look at {@link #columns()}, optionally narrow with {@link #select} and {@link
 * #labelColumn}, then call {@link #read} until it returns 0. Only the selected columns are parsed,
 * so a text column that nobody selects does no harm.
 *
 * <p>A row with a fault throws a {@link DataException} that names it. The rows before it are handed
 * over first: the fault is thrown by the call that would begin with the faulty row, and reading may
 * go on after it with the next row unless the file as a whole is broken.
 *
 * <p>A reader belongs to one thread at a time. Only {@link #close} may come from another one while
 * a {@link #read} waits for its source; the read then fails.
 */
public interface RowReader extends Closeable {
  /** What messages call this source: the file's name as it was given, or {@code standard input}. */
  String source();

  /** The columns that {@link #read} delivers, in order. */
  List<String> columns();

  /**
   * Delivers only the named columns, in the order given.
   *
   * @param columns names out of {@link #columns()}
   * @throws DataException when one is missing
   * @throws IllegalStateException after the first {@link #read}
   */
  void select(List<String> columns);

  /**
   * Takes one column out of {@link #columns()} and keeps its cells as text labels instead.
   *
   * <p>Labels that are numbers are spelled in one way, so that {@code 1} and {@code 1.0} are equal;
   * other labels are trimmed. To be called before {@link #select}.
   *
   * @param column its name
   * @throws DataException when it is missing, or no other column is left
   * @throws IllegalStateException after the first {@link #read}
   */
  void labelColumn(String column);

  /**
   * Makes each blank line a row at fault, so that what is said about the rows stands line by line
   * beside the source. Without this they are dropped, except in a source of one column, where a
   * blank line before more data is an empty cell. A source without lines has none.
   *
   * @throws IllegalStateException after the first {@link #read}
   */
  default void keepBlankLines() {}

  /**
   * Whether a {@link #read} now may have to wait for a source that is slower than its reader, as a
   * pipe can be: a good moment to hand on what was read before.
   */
  default boolean waits() {
    return false;
  }

  /**
   * Reads up to {@code maxRows} rows into the buffer, row-major with {@code columns().size()}
   * values a row. Fewer are read in front of a faulty row and where the source {@link #waits}.
   *
   * @param buffer at least {@code maxRows * columns().size()} long
   * @param maxRows at least 1
   * @return the number of rows read; 0 at the end of the data
   * @throws DataException for a faulty row or file; never for NaN passed on: NaN and infinities are
   *     faults here
   */
  int read(double[] buffer, int maxRows);

  /**
   * The labels of the rows that the last {@link #read} returned, in order; empty when no label
   * column was named.
   */
  List<String> labels();

  /** Releases the source; a second call does nothing. Never throws. */
  @Override
  void close();
}
