package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every reader of rows has to satisfy. */
class RowReaderContractTest {

  @TempDir private Path folder;

  /** Three columns, x0 to x2; what is not finite is a fault of its row. */
  private enum Source {
    CSV {
      @Override
      RowReader open(Path folder, double[][] rows) throws IOException {
        return TableFile.open(Files.writeString(folder.resolve("a.csv"), text(rows)));
      }
    },
    GZIPPED {
      @Override
      RowReader open(Path folder, double[][] rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
          out.write(text(rows).getBytes(StandardCharsets.UTF_8));
        }
        return TableFile.open(Files.write(folder.resolve("a.csv.gz"), bytes.toByteArray()));
      }
    },
    STANDARD_INPUT {
      @Override
      RowReader open(Path folder, double[][] rows) {
        byte[] bytes = text(rows).getBytes(StandardCharsets.UTF_8);
        return TableFile.open("-", new ByteArrayInputStream(bytes));
      }
    },
    ROWS_OF_NUMPY {
      @Override
      RowReader open(Path folder, double[][] rows) throws IOException {
        return TableFile.open(npy(folder, rows, false));
      }
    },
    COLUMNS_OF_NUMPY {
      @Override
      RowReader open(Path folder, double[][] rows) throws IOException {
        return TableFile.open(npy(folder, rows, true));
      }
    };

    abstract RowReader open(Path folder, double[][] rows) throws IOException;
  }

  private static String text(double[][] rows) {
    StringBuilder text = new StringBuilder("x0,x1,x2\n");
    for (double[] row : rows) {
      text.append(row[0]).append(',').append(row[1]).append(',').append(row[2]).append('\n');
    }
    return text.toString();
  }

  private static Path npy(Path folder, double[][] rows, boolean columns) throws IOException {
    String order = columns ? "True" : "False";
    byte[] header =
        ("{'descr': '<f8', 'fortran_order': " + order + ", 'shape': (" + rows.length + ", 3), }\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length + 24 * rows.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length).put(header);
    for (int i = 0; i < 3 * rows.length; i++) {
      bytes.putDouble(columns ? rows[i % rows.length][i / rows.length] : rows[i / 3][i % 3]);
    }
    return Files.write(folder.resolve(order + ".npy"), bytes.array());
  }

  private static double[][] rows(int n) {
    double[][] rows = new double[n][3];
    for (int r = 0; r < n; r++) {
      Arrays.setAll(rows[r], c -> 10.5 * (c + 1));
      rows[r][0] += r;
      rows[r][2] -= 0.25 * r;
    }
    return rows;
  }

  private RowReader open(Source source, double[][] rows) {
    try {
      return source.open(folder, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void rowsComeInOrderHoweverManyAreAskedFor(Source source) {
    double[][] rows = rows(11);
    for (int atOnce : new int[] {1, 4, 11, 50}) {
      try (RowReader reader = open(source, rows)) {
        assertEquals(List.of("x0", "x1", "x2"), reader.columns());
        double[] buffer = new double[3 * atOnce];
        int r = 0;
        for (int n = reader.read(buffer, atOnce); n > 0; n = reader.read(buffer, atOnce)) {
          assertTrue(n <= atOnce);
          for (int i = 0; i < n; i++) {
            assertArrayEquals(rows[r++], Arrays.copyOfRange(buffer, 3 * i, 3 * i + 3));
          }
        }
        assertEquals(rows.length, r);
        assertEquals(0, reader.read(buffer, atOnce), "after the end");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void columnsAreDeliveredAsTheyAreSelected(Source source) {
    try (RowReader reader = open(source, rows(5))) {
      assertThrows(DataException.class, () -> reader.select(List.of("x1", "z")));
      reader.select(List.of("x2", "x0"));
      assertEquals(List.of("x2", "x0"), reader.columns());
      double[] buffer = new double[2 * 5];
      assertEquals(1, reader.read(buffer, 1));
      assertArrayEquals(new double[] {31.5, 10.5}, Arrays.copyOf(buffer, 2));
      assertThrows(IllegalStateException.class, () -> reader.select(List.of("x0")));
      assertEquals(4, reader.read(buffer, 5));
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void aLabelColumnIsNoNumberOfTheRow(Source source) {
    try (RowReader reader = open(source, rows(3))) {
      assertThrows(DataException.class, () -> reader.labelColumn("z"));
      reader.labelColumn("x0");
      assertEquals(List.of("x1", "x2"), reader.columns());
      double[] buffer = new double[6];
      assertEquals(2, reader.read(buffer, 2));
      assertEquals(List.of("10.5", "11.5"), reader.labels());
      assertArrayEquals(new double[] {21, 31.5, 21, 31.25}, Arrays.copyOf(buffer, 4));
      assertEquals(1, reader.read(buffer, 2));
      assertEquals(List.of("12.5"), reader.labels());
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void aFaultyRowIsNamedAndReadingGoesOn(Source source) {
    for (double fault : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      double[][] rows = rows(4);
      rows[2][1] = fault;
      try (RowReader reader = open(source, rows)) {
        double[] buffer = new double[12];
        assertEquals(2, reader.read(buffer, 4), "the rows before the fault");
        DataException e = assertThrows(DataException.class, () -> reader.read(buffer, 4));
        assertEquals(3, e.row().orElseThrow());
        assertTrue(e.getMessage().contains("x1"), e.getMessage());
        assertTrue(e.getMessage().startsWith(reader.source()), e.getMessage());
        assertEquals(1, reader.read(buffer, 4));
        assertArrayEquals(rows[3], Arrays.copyOf(buffer, 3));
        assertEquals(0, reader.read(buffer, 4));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void itMayBeClosedTwice(Source source) {
    RowReader reader = open(source, rows(2));
    reader.close();
    reader.close();
    assertThrows(RuntimeException.class, () -> reader.read(new double[6], 2));
  }
}
