package org.f2d2.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads NumPy {@code .npy} files, versions 1 to 3: little-endian floats and integers, booleans, one
 * or two dimensions, either element order.
 *
 * <p>A one-dimensional array is one column. The format has no column names: they are {@code x0},
 * {@code x1}, …. A file whose length does not agree with its header is refused when it is opened.
 * Integers beyond 2^53 lose their last digits.
 */
public final class NpyRowReader implements RowReader {
  /** Bytes held at once for a chunk of rows. */
  private static final int CHUNK_BYTES = 1 << 20;

  private final String source;
  private final SeekableByteChannel channel;
  private final NpyHeader header;
  private final ColumnChoice choice;
  private List<String> labels = new ArrayList<>();
  private long row;
  private Optional<DataException> pending = Optional.empty();

  private NpyRowReader(String source, SeekableByteChannel channel, NpyHeader header) {
    this.source = source;
    this.channel = channel;
    this.header = header;
    this.choice =
        new ColumnChoice(
            source, IntStream.range(0, header.columns()).mapToObj(c -> "x" + c).toList());
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws DataException when it cannot be read, is no table of numbers, or is not as long as its
   *     header says
   */
  public static NpyRowReader open(Path file) {
    // Its length is compared with the header, and columns are read from several places at once.
    BinaryInput.requireFile(file);
    SeekableByteChannel channel = TableFile.channel(file);
    try {
      return new NpyRowReader(file.toString(), channel, NpyHeader.read(file.toString(), channel));
    } catch (IOException e) {
      closeQuietly(channel);
      throw new DataException(file.toString(), "cannot be read: " + TableFile.reason(e), e);
    } catch (RuntimeException e) {
      closeQuietly(channel);
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
  public int read(double[] buffer, int maxRows) {
    choice.start();
    labels = new ArrayList<>();
    if (pending.isPresent()) {
      DataException fault = pending.get();
      pending = Optional.empty();
      throw fault;
    }
    int count = 0;
    while (count < maxRows && row < header.rows() && pending.isEmpty()) {
      int rowBytes = header.columns() * header.type().size();
      int most = Math.max(1, CHUNK_BYTES / rowBytes);
      int rows = (int) Math.min(header.rows() - row, Math.min(most, maxRows - count));
      count += convert(load(rows), rows, buffer, count);
    }
    if (count == 0 && pending.isPresent()) {
      DataException fault = pending.get();
      pending = Optional.empty();
      throw fault;
    }
    return count;
  }

  @Override
  public List<String> labels() {
    return List.copyOf(labels);
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  /** Converts rows up to the first faulty one, which is counted as read and kept as pending. */
  private int convert(ByteBuffer bytes, int rows, double[] buffer, int firstRow) {
    int stride = header.fortranOrder() ? 1 : header.columns();
    int step = header.fortranOrder() ? rows : 1;
    int size = header.type().size();
    int[] cells = choice.cells();
    int labelCell = choice.label();
    for (int r = 0; r < rows; r++) {
      row++;
      for (int i = 0; i < cells.length; i++) {
        int at = (r * stride + cells[i] * step) * size;
        double value = header.type().get(bytes, at);
        Optional<String> rounded = header.type().rounded(bytes, at);
        if (rounded.isPresent()) {
          pending = Optional.of(tooLong(choice.columns().get(i), rounded.get()));
          return r;
        }
        if (!Double.isFinite(value)) {
          String text = Double.isNaN(value) ? "nan" : "inf";
          pending =
              Optional.of(
                  DataException.inCell(
                      source, row, choice.columns().get(i), NumberText.complaint(text)));
          return r;
        }
        buffer[(firstRow + r) * cells.length + i] = value;
      }
      if (labelCell >= 0) {
        int at = (r * stride + labelCell * step) * size;
        labels.add(
            header
                .type()
                .rounded(bytes, at)
                .orElse(NumberText.label(Double.toString(header.type().get(bytes, at)))));
      }
    }
    return rows;
  }

  private DataException tooLong(String column, String digits) {
    return DataException.inCell(source, row, column, NumberText.complaint(digits));
  }

  /** The next rows as they lie in the file: whole rows, or for column order one run per column. */
  private ByteBuffer load(int rows) {
    int size = header.type().size();
    ByteBuffer bytes =
        ByteBuffer.allocate(rows * header.columns() * size).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (header.fortranOrder()) {
        for (int c = 0; c < header.columns(); c++) {
          long element = c * header.rows() + row;
          bytes.limit((c + 1) * rows * size);
          fill(bytes, header.dataOffset() + element * size);
        }
      } else {
        fill(bytes, header.dataOffset() + row * header.columns() * size);
      }
    } catch (IOException e) {
      throw new DataException(
          source, "after row " + row + ": cannot be read: " + TableFile.reason(e), e);
    }
    return bytes;
  }

  private void fill(ByteBuffer bytes, long position) throws IOException {
    channel.position(position);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }

  private static void closeQuietly(SeekableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The channel was only read; there is nothing to lose.
    }
  }
}
