package org.f2d2.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Opens data files by their content.
 *
 * <p>A file that begins with the NumPy signature is {@code .npy}; anything else is CSV, plain or
 * gzipped. A Parquet file and a zip archive are recognised and refused by name.
 */
public final class TableFile {
  private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final byte[] PARQUET = {'P', 'A', 'R', '1'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int CHUNK_ROWS = 4096;

  /** Fewer rows are read at once where they are wide: a file may have a million columns. */
  private static final int CHUNK_NUMBERS = 1 << 18;

  private TableFile() {}

  /**
   * Opens a file as a stream of rows.
   *
   * @param file CSV, gzipped CSV or {@code .npy}
   * @throws DataException when it cannot be read or its head is faulty
   */
  public static RowReader open(Path file) {
    byte[] head = head(file);
    if (startsWith(head, NPY) || file.toString().endsWith(".npy")) {
      return NpyRowReader.open(file);
    }
    if (startsWith(head, PARQUET)) {
      throw new DataException(file.toString(), "Parquet files are not supported");
    }
    if (startsWith(head, ZIP)) {
      throw new DataException(file.toString(), "zip archives are not supported; use CSV or .npy");
    }
    return CsvRowReader.open(file);
  }

  /**
   * Opens what a command line names: {@code -} is the given stream as CSV, anything else a file.
   *
   * @param name a path or {@code -}
   * @param standardInput read only when the name is {@code -}
   * @throws DataException when it cannot be read or its head is faulty
   */
  public static RowReader open(String name, InputStream standardInput) {
    return name.equals("-")
        ? CsvRowReader.open(standardInput, "standard input")
        : open(Path.of(name));
  }

  /**
   * Reads all columns of a file; a table without rows is allowed.
   *
   * @throws DataException for any fault of the file
   */
  public static Table read(Path file) {
    try (RowReader reader = open(file)) {
      return readAll(reader).table();
    }
  }

  /**
   * Reads a file with one column as text labels and the rest as numbers.
   *
   * @param labelColumn name of the label column, whose cells may be text or numbers
   * @throws DataException for any fault of the file, a missing label column among them
   */
  public static LabeledTable read(Path file, String labelColumn) {
    try (RowReader reader = open(file)) {
      reader.labelColumn(labelColumn);
      Rows rows = readAll(reader);
      return new LabeledTable(rows.table(), rows.labels());
    }
  }

  /**
   * Reads what is left of a reader; labels are dropped.
   *
   * @param minimumRows fewest rows that the caller can use
   * @throws DataException for any fault of the source, or for too few rows
   */
  public static Table readAll(RowReader reader, int minimumRows) {
    Table table = readAll(reader).table();
    requireRows(reader.source(), table.rows(), minimumRows);
    return table;
  }

  /**
   * Refuses a source with too few rows.
   *
   * @param source what the message calls it
   * @param rows how many there are
   * @param minimumRows fewest that the caller can use
   * @throws DataException when there are fewer
   */
  public static void requireRows(String source, int rows, int minimumRows) {
    if (rows < minimumRows) {
      throw new DataException(
          source, rows + " data rows where at least " + minimumRows + " are needed");
    }
  }

  /** All rows of a reader; the labels are empty when no label column was named. */
  private record Rows(Table table, List<String> labels) {}

  private static Rows readAll(RowReader reader) {
    return HeldInMemory.read(reader.source(), () -> gather(reader));
  }

  private static Rows gather(RowReader reader) {
    int d = reader.columns().size();
    double[] values = new double[0];
    int used = 0;
    int most = Math.max(1, Math.min(CHUNK_ROWS, CHUNK_NUMBERS / d));
    double[] chunk = new double[Math.multiplyExact(most, d)];
    List<String> labels = new ArrayList<>();
    for (int n = reader.read(chunk, most); n > 0; n = reader.read(chunk, most)) {
      int needed = used + n * d;
      if (needed < 0) {
        throw new DataException(
            reader.source(), "too large to be held in memory at once: more than 2^31 numbers");
      }
      if (needed > values.length) {
        values = Arrays.copyOf(values, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * needed));
      }
      System.arraycopy(chunk, 0, values, used, n * d);
      used = needed;
      labels.addAll(reader.labels());
    }
    return new Rows(Table.sharing(reader.columns(), Arrays.copyOf(values, used)), labels);
  }

  /** Opens a file for reading, with one line when that fails. */
  static InputStream input(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException(file.toString(), "is a directory, not a file");
    }
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be read: " + reason(e), e);
    }
  }

  /** Opens a file for reading at any place, with one line when that fails. */
  static SeekableByteChannel channel(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException(file.toString(), "is a directory, not a file");
    }
    try {
      return Files.newByteChannel(file);
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be read: " + reason(e), e);
    }
  }

  /** The failure that an unchecked one stands for. */
  static IOException cause(UncheckedIOException e) {
    IOException cause = e.getCause();
    return cause == null ? new IOException(e) : cause;
  }

  /** What an input or output failure means, without the file's name, which stands before it. */
  static String reason(Throwable e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException system ? system.getReason() : null;
    String message = reason == null ? e.getMessage() : reason;
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static byte[] head(Path file) {
    // A pipe gives its first bytes only once; what comes through one is CSV.
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      return new byte[0];
    }
    try (InputStream in = input(file)) {
      return in.readNBytes(8);
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be read: " + reason(e), e);
    }
  }

  private static boolean startsWith(byte[] head, byte[] signature) {
    return head.length >= signature.length
        && Arrays.equals(head, 0, signature.length, signature, 0, signature.length);
  }
}
