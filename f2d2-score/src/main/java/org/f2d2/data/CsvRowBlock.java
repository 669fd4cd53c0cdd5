package org.f2d2.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.f2d2.error.F2d2Exception;

/**
 * Rows as comma-separated text, made on one thread to be written on another.
 *
 * <p>Turning numbers into text is most of the work of writing a table. Threads that each fill a
 * block of their own share it; {@link CsvRowWriter#write(CsvRowBlock)} puts the blocks out in
 * order. The text is as {@link CsvRowWriter} describes it. A block belongs to one thread at a time.
 */
public final class CsvRowBlock {
  private final String target;
  private final int numbers;
  private final int texts;
  private final RepeatedNumbers[] repeated;
  private byte[] bytes;
  private int size;

  /**
   * An empty block.
   *
   * @param target what messages call the output
   * @param numbers number of numeric columns
   * @param texts number of text columns after them
   * @param repeated texts of numbers met before, one per numeric column; used by one block at a
   *     time
   * @param capacity bytes to begin with; it grows
   */
  CsvRowBlock(String target, int numbers, int texts, RepeatedNumbers[] repeated, int capacity) {
    this.target = target;
    this.numbers = numbers;
    this.texts = texts;
    this.repeated = repeated;
    this.bytes = new byte[capacity];
  }

  /**
   * Adds one row.
   *
   * @param values one per numeric column; NaN leaves the cell empty
   * @param text one per text column; an empty text leaves the cell empty
   */
  public void addRow(double[] values, String... text) {
    if (values.length != numbers || text.length != texts) {
      throw new F2d2Exception(
          "a row of "
              + target
              + " has "
              + numbers
              + " numbers and "
              + texts
              + " texts, not "
              + values.length
              + " and "
              + text.length);
    }
    addNumbers(values, 0);
    if (texts > 0) {
      if (numbers > 0) {
        add((byte) ',');
      }
      add(record(List.of(text)));
    }
    add((byte) '\n');
  }

  /** Adds a row without text cells out of a row-major array. */
  void addRow(double[] rows, int row) {
    if (texts != 0) {
      throw new F2d2Exception("rows of " + target + " need their " + texts + " text cells");
    }
    addNumbers(rows, row * numbers);
    add((byte) '\n');
  }

  /** Adds a line of text cells, whatever the columns are. */
  void addHeader(List<String> names) {
    add(record(names));
    add((byte) '\n');
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  private void addNumbers(double[] values, int from) {
    for (int c = 0; c < numbers; c++) {
      if (c > 0) {
        add((byte) ',');
      }
      reserve(RepeatedNumbers.LONGEST);
      size = repeated[c].write(values[from + c], bytes, size);
    }
  }

  /** Quotes what needs quotes; without the line end. */
  private static String record(List<String> cells) {
    if (cells.size() == 1 && cells.get(0).isEmpty()) {
      return "";
    }
    StringWriter line = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(line)) {
      csv.writeRecord(cells);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    return line.toString().substring(0, line.getBuffer().length() - 1);
  }

  private void add(byte b) {
    reserve(1);
    bytes[size++] = b;
  }

  private void add(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
