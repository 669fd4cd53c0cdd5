package org.f2d2.data;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * Reads comma-separated values in UTF-8 with a header line, plain or gzipped.
 *
 * <p>Compression is seen from the first two bytes, whatever the name says. Cells follow RFC 4180:
 * quoted cells, quoted line breaks, either line ending, an optional byte-order mark. White space
 * around names and numbers is dropped. Blank lines are skipped unless {@link #keepBlankLines} makes
 * them rows; but in a file of one column a blank line before more data is an empty cell.
 *
 * <p>Faults: no header, a header of numbers, empty or repeated column names, rows of another
 * length, and cells that are empty, text, NaN, infinite, beyond the range of a double, or whole
 * numbers of more digits than a double keeps.
 */
public final class CsvRowReader implements RowReader {
  private static final int BUFFER = 1 << 16;

  private final String source;
  private final InputStream in;

  /** Empty for a file, which never keeps its reader waiting. */
  private final Optional<LineSource> lines;

  private final CloseableIterator<CsvCells> records;

  /** What the last step of {@link #records} has left. */
  private final CsvCells current = new CsvCells();

  private final List<String> header;
  private final ColumnChoice choice;
  private List<String> labels = new ArrayList<>();
  private boolean keepBlanks;
  private volatile boolean closed;

  /** The last data row handed out by {@link #next}, counted from 1. */
  private long row;

  /** Whether the current record was parsed to look ahead and still has to be handed out. */
  private boolean ahead;

  private Optional<DataException> pending = Optional.empty();

  private CsvRowReader(String source, InputStream in, boolean slow) {
    this.source = source;
    this.in = in;
    InputStream text = decompressed(source, in);
    this.lines = slow ? Optional.of(new LineSource(text)) : Optional.empty();
    Reader characters =
        new InputStreamReader(
            lines.<InputStream>map(counted -> counted).orElse(text),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    this.records =
        CsvReader.builder()
            .skipEmptyLines(false)
            .ignoreDifferentFieldCount(true)
            .acceptCharsAfterQuotes(false)
            .build(current, new CheckedText(characters))
            .iterator();
    this.header = readHeader();
    this.choice = new ColumnChoice(source, header);
  }

  /**
   * Opens a file and reads its header.
   *
   * @param file plain or gzipped
   * @throws DataException when it cannot be read or has no usable header
   */
  public static CsvRowReader open(Path file) {
    return open(TableFile.input(file), file.toString(), !Files.isRegularFile(file));
  }

  /**
   * Reads from a stream, such as standard input, and reads its header.
   *
   * @param in plain or gzipped; closed with this reader
   * @param source what messages call it
   * @throws DataException when it cannot be read or has no usable header
   */
  public static CsvRowReader open(InputStream in, String source) {
    return open(in, source, true);
  }

  private static CsvRowReader open(InputStream in, String source, boolean slow) {
    try {
      return new CsvRowReader(source, in, slow);
    } catch (RuntimeException e) {
      closeQuietly(in);
      throw e;
    }
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public List<String> columns() {
    return choice.columns();
  }

  @Override
  public void select(List<String> names) {
    choice.select(names);
  }

  @Override
  public void labelColumn(String column) {
    choice.label(column);
  }

  @Override
  public void keepBlankLines() {
    choice.requireNotStarted();
    keepBlanks = true;
  }

  @Override
  public boolean waits() {
    return lines.isPresent() && pending.isEmpty() && !ahead && lines.get().waits(current.line());
  }

  @Override
  public int read(double[] buffer, int maxRows) {
    if (choice.start()) {
      current.want(header.size(), choice.cells(), choice.label());
    }
    labels = new ArrayList<>();
    if (pending.isPresent()) {
      DataException fault = pending.get();
      pending = Optional.empty();
      throw fault;
    }
    int count = 0;
    try {
      while (count < maxRows && !(count > 0 && waits()) && next()) {
        take(buffer, count * choice.cells().length);
        count++;
      }
    } catch (DataException fault) {
      if (count == 0) {
        throw fault;
      }
      pending = Optional.of(fault);
    }
    return count;
  }

  @Override
  public List<String> labels() {
    return List.copyOf(labels);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Another thread may close a reader that waits for input, as on a pipe: the wait ends.
   */
  @Override
  public void close() {
    closed = true;
    // The stream and not the parser above it, whose decoder is locked by a read that waits.
    closeQuietly(in);
  }

  private void take(double[] buffer, int offset) {
    if (current.count() != header.size()) {
      throw DataException.inRow(
          source,
          row,
          current.line(),
          "has " + count(current.count(), "cell") + ", the header has " + header.size());
    }
    int[] cells = choice.cells();
    for (int i = 0; i < cells.length; i++) {
      double value = current.number(cells[i]);
      if (Double.isNaN(value)) {
        throw DataException.inCell(
            source,
            row,
            current.line(),
            choice.columns().get(i),
            NumberText.complaint(current.faulty(cells[i])));
      }
      buffer[offset + i] = value;
    }
    if (choice.label() >= 0) {
      String label = NumberText.label(current.label());
      if (label.isEmpty()) {
        throw DataException.inCell(
            source, row, current.line(), header.get(choice.label()), "empty label");
      }
      labels.add(label);
    }
  }

  /** Goes to the next data row, past blank lines, and counts all of them; false at the end. */
  private boolean next() {
    boolean found = ahead || fetch();
    ahead = false;
    long blanks = 0;
    long firstBlankLine = 0;
    if (found && keepBlanks && current.isBlank()) {
      row++;
      throw DataException.inRow(source, row, current.line(), "the line is blank");
    }
    while (found && current.isBlank()) {
      if (blanks++ == 0) {
        firstBlankLine = current.line();
      }
      found = fetch();
    }
    if (found && blanks > 0 && header.size() == 1) {
      // In one column a blank line is a cell; only at the end of the file it is just an ending.
      long firstBlankRow = row + 1;
      row += blanks;
      ahead = true;
      throw DataException.inCell(
          source, firstBlankRow, firstBlankLine, header.get(0), "empty cell");
    }
    if (found) {
      // A blank line is a row that nobody asked for: the rows after it keep their numbers.
      row += blanks + 1;
    }
    return found;
  }

  private boolean fetch() {
    if (closed) {
      throw new IllegalStateException(source + " is closed");
    }
    try {
      if (!records.hasNext()) {
        return false;
      }
      records.next();
      if (current.mayBeMark()) {
        return requireMark();
      }
      return true;
    } catch (CsvParseException e) {
      throw new DataException(source, "after row " + row + ": " + rootMessage(e), e);
    } catch (UncheckedIOException e) {
      throw failure(source, "after row " + row, TableFile.cause(e));
    }
  }

  /** Answers false at the end that the mark is put behind; what else looks like it is a fault. */
  private boolean requireMark() {
    long line = current.line();
    boolean alone = current.isMark();
    // This may overwrite the record, which is of no use any more.
    if (records.hasNext()) {
      throw new DataException(source, "line " + line + ": U+FFFF is no character of a text");
    }
    if (!alone) {
      throw new DataException(
          source, "line " + line + ": a quote is not closed; the file may be cut off");
    }
    return false;
  }

  private List<String> readHeader() {
    boolean found = fetch();
    while (found && current.isBlank()) {
      found = fetch();
    }
    if (!found) {
      throw new DataException(source, "the file is empty; a header line is needed");
    }
    return CsvHeader.names(source, current.texts());
  }

  private static InputStream decompressed(String source, InputStream in) {
    try {
      BufferedInputStream raw = new BufferedInputStream(in, BUFFER);
      // 1f 8b opens every gzip member and is not valid UTF-8.
      boolean gzip = startsWith(raw, 0x1f, 0x8b);
      BufferedInputStream text =
          gzip ? new BufferedInputStream(new GzipInput(raw, BUFFER), BUFFER) : raw;
      if (startsWith(text, 0xef, 0xbb, 0xbf)) {
        text.skipNBytes(3); // the byte-order mark
      }
      return text;
    } catch (IOException e) {
      throw failure(source, "at the start", e);
    }
  }

  private static boolean startsWith(InputStream in, int... signature) throws IOException {
    in.mark(signature.length);
    boolean same = true;
    for (int i = 0; same && i < signature.length; i++) {
      same = in.read() == signature[i];
    }
    in.reset();
    return same;
  }

  private static DataException failure(String source, String where, Throwable cause) {
    if (cause instanceof EOFException) {
      return new DataException(source, where + ": the compressed data ends too early", cause);
    }
    if (cause instanceof ZipException) {
      return new DataException(source, where + ": the compressed data is damaged", cause);
    }
    if (cause instanceof CharacterCodingException) {
      return new DataException(source, where + ": the text is not UTF-8", cause);
    }
    return new DataException(source, where + ": " + TableFile.reason(cause), cause);
  }

  private static String rootMessage(Throwable e) {
    String message = e.getMessage();
    return message == null ? "not a CSV file" : message;
  }

  private static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // Everything wanted from the source has been read; its closing has nothing left to say.
    }
  }
}
