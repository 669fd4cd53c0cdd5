package org.f2d2.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.f2d2.store.AtomicFile;

/**
 * Writes comma-separated values in UTF-8 with a header line and {@code \n} line ends.
 *
 * <p>Numbers read back to the same double. They stand in plain notation ({@code -3.465736}, {@code
 * 5}) from a millionth up to 10^15 and in scientific notation beyond; NaN is an empty cell and
 * infinities are {@code inf} and {@code -inf}. Text columns, such as an {@code error} column,
 * follow the numeric ones.
 *
 * <p>A file appears whole or not at all, by {@link #finish}: {@link #close} without it and an end
 * of the process in the middle leave an older file as it was and nothing beside it. A target that
 * is not a regular file, such as a pipe or a device, is written directly.
 *
 * <p>A writer belongs to one thread.
 */
public final class CsvRowWriter implements Closeable {
  private static final int BUFFER = 1 << 16;

  /** Room for the row that takes the buffer beyond its size; a longer row makes it grow. */
  private static final int ROW = 1 << 10;

  /** Texts that are kept for columns of a constant, in rows that may be many columns wide. */
  private static final int LOG2_FEW = 6;

  /** Texts that are kept for each of the few columns of a scorer's answers. */
  private static final int LOG2_MANY = 13;

  private final String target;
  private final OutputStream out;
  private final Optional<AtomicFile.Replacement> replacement;
  private final int numbers;
  private final int texts;
  private final CsvRowBlock pending;

  /** For blocks, which each belong to one thread. */
  private final ThreadLocal<RepeatedNumbers[]> repeated;

  private boolean done;

  private CsvRowWriter(
      String target,
      OutputStream out,
      Optional<AtomicFile.Replacement> replacement,
      List<String> numberColumns,
      List<String> textColumns) {
    this.target = target;
    this.replacement = replacement;
    this.numbers = numberColumns.size();
    this.texts = textColumns.size();
    this.out = out;
    this.pending =
        new CsvRowBlock(
            target, numbers, texts, RepeatedNumbers.columns(numbers, LOG2_FEW), BUFFER + ROW);
    this.repeated = ThreadLocal.withInitial(() -> RepeatedNumbers.columns(numbers, LOG2_MANY));
    List<String> header = new ArrayList<>(numberColumns);
    header.addAll(textColumns);
    pending.addHeader(header);
  }

  /**
   * Opens what a command line names: {@code -} is the given stream, anything else a file.
   *
   * @param name a path or {@code -}; gzipped when it ends in {@code .gz}
   * @param standardOutput written only when the name is {@code -}; flushed, never closed
   * @param numberColumns names of the numeric columns
   * @param textColumns names of the text columns after them; may be empty
   * @throws DataException when the output cannot be opened
   */
  public static CsvRowWriter open(
      String name,
      OutputStream standardOutput,
      List<String> numberColumns,
      List<String> textColumns) {
    return name.equals("-")
        ? open(standardOutput, "standard output", numberColumns, textColumns)
        : open(Path.of(name), numberColumns, textColumns);
  }

  /**
   * Opens a stream.
   *
   * @param out flushed by {@link #finish}, never closed
   * @param target what messages call it
   * @param numberColumns names of the numeric columns
   * @param textColumns names of the text columns after them; may be empty
   */
  public static CsvRowWriter open(
      OutputStream out, String target, List<String> numberColumns, List<String> textColumns) {
    return new CsvRowWriter(
        target, new Unclosed(out), Optional.empty(), numberColumns, textColumns);
  }

  /**
   * Opens a file for writing.
   *
   * @param file gzipped when its name ends in {@code .gz}
   * @param numberColumns names of the numeric columns
   * @param textColumns names of the text columns after them; may be empty
   * @throws DataException when it cannot be written there
   */
  public static CsvRowWriter open(Path file, List<String> numberColumns, List<String> textColumns) {
    String target = file.toString();
    if (Files.isDirectory(file)) {
      throw new DataException(target, "cannot be written: is a directory");
    }
    try {
      AtomicFile.Replacement replacement = AtomicFile.open(file);
      OutputStream out =
          new BufferedOutputStream(Channels.newOutputStream(replacement.channel()), BUFFER);
      return new CsvRowWriter(
          target,
          target.endsWith(".gz") ? new GZIPOutputStream(out, BUFFER) : out,
          Optional.of(replacement),
          numberColumns,
          textColumns);
    } catch (IOException e) {
      throw new DataException(target, "cannot be written: " + whyNoOutput(file, e), e);
    }
  }

  private static String whyNoOutput(Path file, IOException e) {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null && !Files.isDirectory(folder)
        ? "there is no folder " + folder
        : TableFile.reason(e);
  }

  /**
   * Writes rows of a table without text columns.
   *
   * @param rows row-major
   * @param count number of rows; the array holds at least {@code count * columns} values
   * @throws DataException when the output fails
   */
  public void write(double[] rows, int count) {
    for (int r = 0; r < count; r++) {
      pending.addRow(rows, r);
      putOut(BUFFER);
    }
  }

  /**
   * Writes one row.
   *
   * @param values one per numeric column; NaN leaves the cell empty
   * @param text one per text column; an empty text leaves the cell empty
   * @throws DataException when the output fails
   */
  public void writeRow(double[] values, String... text) {
    pending.addRow(values, text);
    putOut(BUFFER);
  }

  /**
   * An empty block for rows of these columns, to be filled by the thread that asks for it.
   *
   * @param rows about how many are meant to go in
   */
  public CsvRowBlock newBlock(int rows) {
    // Most numbers have up to 20 characters.
    long bytes = 20L * rows * Math.max(1, numbers + texts);
    return new CsvRowBlock(target, numbers, texts, repeated.get(), (int) Math.min(1 << 20, bytes));
  }

  /**
   * Writes the rows of a block, after those written before.
   *
   * @param block made by {@link #newBlock} of this writer; not changed
   * @throws DataException when the output fails
   */
  public void write(CsvRowBlock block) {
    putOut(0);
    putOut(block);
  }

  /**
   * Puts out all rows written so far, for a reader at the other end of a pipe.
   *
   * @throws DataException when the output fails
   */
  public void flush() {
    putOut(0);
    try {
      out.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Completes the output: everything is written out, and a file takes its name.
   *
   * @throws DataException when the output fails; then no file is left behind
   */
  public void finish() {
    if (done) {
      return;
    }
    putOut(0);
    try {
      if (replacement.isPresent()) {
        if (out instanceof GZIPOutputStream zipped) {
          zipped.finish();
        }
        out.flush();
        replacement.get().finish();
      }
      out.close();
      done = true;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Ends writing; what {@link #finish} has not completed is removed. Never throws. */
  @Override
  public void close() {
    if (done) {
      return;
    }
    done = true;
    try {
      out.close();
    } catch (IOException e) {
      // The rows are thrown away, so a failure to write the last of them changes nothing.
    }
    if (replacement.isPresent()) {
      try {
        replacement.get().close();
      } catch (IOException e) {
        // A leftover hidden file is the worst that can happen, and close must not hide an error.
      }
    }
  }

  /** Puts out what is pending as soon as it is more than some bytes. */
  private void putOut(int tolerated) {
    if (pending.size() > tolerated) {
      putOut(pending);
      pending.clear();
    }
  }

  private void putOut(CsvRowBlock block) {
    try {
      out.write(block.bytes(), 0, block.size());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private DataException failure(IOException e) {
    close();
    return new DataException(target, "cannot be written: " + TableFile.reason(e), e);
  }

  /** Lets a writer be closed while the stream below stays open. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length); // the inherited method writes byte by byte
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
