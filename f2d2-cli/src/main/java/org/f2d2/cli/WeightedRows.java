package org.f2d2.cli;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.f2d2.data.DataException;
import org.f2d2.data.RowReader;
import org.f2d2.data.TableFile;

/**
 * All rows of a file with the logarithm of a target density each.
 *
 * @param columns names of the values
 * @param values row-major, of the rows that could be read
 * @param logTarget of these rows, nats; negative infinity where the target is zero
 * @param places of these rows among all rows of the file, from 0
 * @param count of all rows of the file, blank lines included
 * @param faults why the others could not be read, by their places
 */
record WeightedRows(
    List<String> columns,
    double[] values,
    double[] logTarget,
    int[] places,
    int count,
    SortedMap<Integer, String> faults) {

  private static final int CHUNK = 4096;
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");
  private static final List<String> ZERO = List.of("-inf", "-infinity");

  /**
   * Reads a file.
   *
   * @param name a path, or {@code -} for standard input
   * @param input standard input
   * @param target name of the column of log p̃
   * @param wanted picks the columns of the values out of those of the reader, the target's aside
   * @throws DataException for a fault of the file as a whole, no rows among them
   */
  static WeightedRows read(
      String name, InputStream input, String target, Function<RowReader, List<String>> wanted) {
    try (RowReader reader = TableFile.open(name, input)) {
      // The reader refuses infinite numbers; as a text the logarithm of zero comes through.
      reader.labelColumn(target);
      List<String> columns = wanted.apply(reader);
      reader.select(columns);
      reader.keepBlankLines();
      Gathered rows = new Gathered(columns.size(), target);
      while (rows.takeFrom(reader)) {
        // Each turn takes a chunk.
      }
      TableFile.requireRows(reader.source(), rows.count, 1);
      return rows.of(columns);
    }
  }

  /** Rows that could be read. */
  int readable() {
    return places.length;
  }

  /** The values of some of the rows that could be read. */
  double[] valuesOf(int[] rows) {
    int d = columns.size();
    double[] some = new double[Math.multiplyExact(rows.length, d)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * d, some, i * d, d);
    }
    return some;
  }

  /** What has been read so far. */
  private static final class Gathered {
    private final int width;
    private final String target;
    private final double[] chunk;
    private final SortedMap<Integer, String> faults = new TreeMap<>();
    private double[] values = new double[0];
    private double[] logTarget = new double[0];
    private int[] places = new int[0];
    private int readable;
    private int count;

    Gathered(int width, String target) {
      this.width = width;
      this.target = target;
      this.chunk = new double[CHUNK * width];
    }

    /** Takes the next rows; false at the end. */
    boolean takeFrom(RowReader reader) {
      int n;
      try {
        n = reader.read(chunk, CHUNK);
      } catch (DataException fault) {
        if (fault.row().isEmpty()) {
          throw fault;
        }
        faults.put(count++, fault.problem());
        return true;
      }
      List<String> logarithms = reader.labels();
      for (int row = 0; row < n; row++) {
        OptionalDouble logarithm = logarithm(logarithms.get(row));
        if (logarithm.isPresent()) {
          add(row, logarithm.getAsDouble());
        } else {
          faults.put(
              count,
              "column '"
                  + target
                  + "': '"
                  + logarithms.get(row)
                  + "' is no logarithm of a density");
        }
        count++;
      }
      return n > 0;
    }

    private void add(int row, double logarithm) {
      if (readable == places.length) {
        int more = Math.max(CHUNK, Math.multiplyExact(readable, 2));
        values = Arrays.copyOf(values, Math.multiplyExact(more, width));
        logTarget = Arrays.copyOf(logTarget, more);
        places = Arrays.copyOf(places, more);
      }
      System.arraycopy(chunk, row * width, values, readable * width, width);
      logTarget[readable] = logarithm;
      places[readable] = count;
      readable++;
    }

    private static OptionalDouble logarithm(String text) {
      if (ZERO.contains(text.toLowerCase(Locale.ROOT))) {
        return OptionalDouble.of(Double.NEGATIVE_INFINITY);
      }
      if (!NUMBER.matcher(text).matches()) {
        return OptionalDouble.empty();
      }
      try {
        double value = Double.parseDouble(text);
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
      } catch (NumberFormatException e) {
        return OptionalDouble.empty();
      }
    }

    WeightedRows of(List<String> columns) {
      return new WeightedRows(
          new ArrayList<>(columns),
          Arrays.copyOf(values, readable * width),
          Arrays.copyOf(logTarget, readable),
          Arrays.copyOf(places, readable),
          count,
          faults);
    }
  }
}
