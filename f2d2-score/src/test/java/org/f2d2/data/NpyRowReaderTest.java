package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyRowReaderTest {
  @TempDir Path folder;

  private Path write(int version, String header, Consumer<ByteBuffer> data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    bytes.put(text);
    data.accept(bytes);
    byte[] content = new byte[bytes.position()];
    bytes.flip().get(content);
    return Files.write(folder.resolve("a.npy"), content);
  }

  private static String header(String type, boolean fortran, String shape) {
    return "{'descr': '"
        + type
        + "', 'fortran_order': "
        + (fortran ? "True" : "False")
        + ", 'shape': ("
        + shape
        + "), }   \n";
  }

  private static Consumer<ByteBuffer> doubles(double... values) {
    return bytes -> {
      for (double value : values) {
        bytes.putDouble(value);
      }
    };
  }

  private String fault(Path file) {
    String message = assertThrows(DataException.class, () -> TableFile.read(file)).getMessage();
    return message.replace(file.toString(), "a.npy");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsRowOrderInEveryVersion(int version) throws IOException {
    Path file = write(version, header("<f8", false, "2, 3"), doubles(1, 2, 3, 4, 5, 6));
    assertEquals(
        Table.of(List.of("x0", "x1", "x2"), new double[] {1, 2, 3, 4, 5, 6}), TableFile.read(file));
  }

  @Test
  void refusesWholeNumbersThatADoubleCannotKeep() throws IOException {
    for (String type : new String[] {"<i8", "<u8"}) {
      for (long fine : new long[] {1L << 53, -(1L << 53), Long.MIN_VALUE, (1L << 53) + 2}) {
        Path file = write(1, header(type, false, "1,"), bytes -> bytes.putLong(fine));
        assertEquals(1, TableFile.read(file).rows(), type + " " + fine);
      }
      for (long lost : new long[] {(1L << 53) + 1, Long.MAX_VALUE, -(1L << 53) - 1}) {
        Path file = write(1, header(type, false, "1,"), bytes -> bytes.putLong(lost));
        String digits = type.equals("<i8") ? Long.toString(lost) : Long.toUnsignedString(lost);
        assertEquals(
            "a.npy: row 1, column 'x0': '"
                + digits
                + "' has more digits than a double keeps; leave a column of ids out",
            fault(file));
      }
    }
  }

  @Test
  void readsColumnOrder() throws IOException {
    Path file = write(1, header("<f8", true, "2, 3"), doubles(1, 4, 2, 5, 3, 6));
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, TableFile.read(file).values());
  }

  @Test
  void readsColumnOrderAcrossSmallReads() throws IOException {
    double[] data = new double[300];
    for (int c = 0; c < 3; c++) {
      for (int r = 0; r < 100; r++) {
        data[c * 100 + r] = 10 * r + c;
      }
    }
    Path file = write(1, header("<f8", true, "100, 3"), doubles(data));
    try (RowReader reader = TableFile.open(file)) {
      reader.select(List.of("x2", "x0"));
      double[] buffer = new double[14];
      int row = 0;
      for (int n = reader.read(buffer, 7); n > 0; n = reader.read(buffer, 7)) {
        for (int r = 0; r < n; r++, row++) {
          assertEquals(10 * row + 2, buffer[2 * r]);
          assertEquals(10 * row, buffer[2 * r + 1]);
        }
      }
      assertEquals(100, row);
    }
  }

  @Test
  void readsOneDimensionAsOneColumn() throws IOException {
    Path file = write(1, header("<f8", true, "3,"), doubles(7, 8, 9));
    assertEquals(Table.of(List.of("x0"), new double[] {7, 8, 9}), TableFile.read(file));
  }

  @Test
  void readsEveryNumberType() throws IOException {
    assertArrayEquals(
        new double[] {-1.5, 0.25}, read("<f4", b -> b.putFloat(-1.5f).putFloat(.25f)));
    assertArrayEquals(new double[] {-2, 3}, read("<i8", b -> b.putLong(-2).putLong(3)));
    assertArrayEquals(new double[] {-2, 3}, read("<i4", b -> b.putInt(-2).putInt(3)));
    assertArrayEquals(
        new double[] {-2, 3}, read("<i2", b -> b.putShort((short) -2).putShort((short) 3)));
    assertArrayEquals(new double[] {-2, 3}, read("|i1", b -> b.put((byte) -2).put((byte) 3)));
    assertArrayEquals(
        new double[] {0x1p63 + 0x1p11, 0x1p63},
        read("<u8", b -> b.putLong(Long.MIN_VALUE + 2048).putLong(Long.MIN_VALUE)));
    assertArrayEquals(new double[] {4294967295.0, 3}, read("<u4", b -> b.putInt(-1).putInt(3)));
    assertArrayEquals(
        new double[] {65535, 3}, read("<u2", b -> b.putShort((short) -1).putShort((short) 3)));
    assertArrayEquals(new double[] {255, 3}, read("|u1", b -> b.put((byte) -1).put((byte) 3)));
    assertArrayEquals(new double[] {1, 0}, read("|b1", b -> b.put((byte) 1).put((byte) 0)));
  }

  private double[] read(String type, Consumer<ByteBuffer> data) throws IOException {
    return TableFile.read(write(1, header(type, false, "2,"), data)).values();
  }

  @Test
  void readsAnEmptyTable() throws IOException {
    assertEquals(0, TableFile.read(write(1, header("<f8", false, "0, 4"), doubles())).rows());
  }

  @Test
  void normalisesNumericLabels() throws IOException {
    Path file = write(1, header("<f8", false, "2, 2"), doubles(1.5, 1, 2.5, 0));
    LabeledTable read = TableFile.read(file, "x1");
    assertEquals(List.of("1", "0"), read.labels());
    assertArrayEquals(new double[] {1.5, 2.5}, read.table().values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f8|3, 2|a.npy: the header promises 48 bytes of data, the file holds 32",
        "<f8|1, 2|a.npy: the header promises 16 bytes of data, the file holds 32",
        "<f4|2, 2|a.npy: the header promises 16 bytes of data, the file holds 32",
        "<f8|2, 2, 1|a.npy: an array of 3 dimensions is not a table; 1 or 2 are needed",
        "<f8|''|a.npy: an array of 0 dimensions is not a table; 1 or 2 are needed",
        "<f8|-2, 2|a.npy: the shape (-2, 2) is impossible",
        "<f8|400000000000000000, 100|a.npy: the shape (400000000000000000, 100) is impossible",
        "<f8|4, 0|a.npy: the .npy header names 0 columns",
        ">f8|2, 2|a.npy: big-endian numbers ('>f8') are not supported",
        "<c16|2, 1|a.npy: elements of type '<c16' are not supported",
      })
  void refusesLyingAndForeignHeaders(String type, String shape, String message) throws IOException {
    assertEquals(message, fault(write(1, header(type, false, shape), doubles(1, 2, 3, 4))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f8', 'fortran_order': False, 'fortran_order': True, 'shape': (2, 2), }",
        "{'descr': '|u1', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
        "{'note': \"'shape': (1, 4), \", 'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (02, 2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2,, )}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), ",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)} x",
        "{'descr': '<f8', 'fortran_order': False 'shape': (2, 2)}",
        "'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)",
        "{'fortran_order': False, 'shape': (2, 2)}",
      })
  void refusesWhatNumPyRefusesOrWhatContradictsItself(String head) throws IOException {
    fault(write(1, head, doubles(1, 2, 3, 4)));
  }

  @Test
  void readsEverySpellingOfTheSameHead() throws IOException {
    for (String head :
        List.of(
            "{'descr':'<f8','fortran_order':False,'shape':(2,2)}",
            "  {\"shape\" : (2 , 2 ,) ,\n'descr': \"<f8\", 'fortran_order': False , }  ")) {
      assertArrayEquals(
          new double[] {1, 2, 3, 4}, TableFile.read(write(1, head, doubles(1, 2, 3, 4))).values());
    }
  }

  @Test
  void refusesAMinorVersionThatNobodyWrites() throws IOException {
    Path file = write(1, header("<f8", false, "1,"), doubles(1));
    byte[] bytes = Files.readAllBytes(file);
    bytes[7] = 1;
    Files.write(file, bytes);
    assertEquals("a.npy: version 1.1 of .npy is not supported", fault(file));
  }

  @Test
  void readsARowOfAMillionColumns() throws IOException {
    int columns = 1_000_000;
    Path file = write(1, header("|u1", false, "1, " + columns), bytes -> {});
    Files.write(file, new byte[columns], StandardOpenOption.APPEND);
    assertEquals(columns, TableFile.read(file).columnCount());
  }

  @Test
  void refusesHeadersThatAreNone() throws IOException {
    assertEquals(
        "a.npy: the .npy header lacks the order or the shape",
        fault(write(1, "{'descr': '<f8'}", doubles())));
    assertEquals(
        "a.npy: only arrays of one plain number type are supported",
        fault(
            write(
                1,
                "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
                doubles(1))));
    assertEquals(
        "a.npy: version 9 of .npy is not supported",
        fault(write(9, header("<f8", false, "1,"), doubles(1))));
    Path file = folder.resolve("a.npy");
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 90, 90, '{', '}'});
    assertEquals("a.npy: the .npy header is longer than the file or than 1 MiB", fault(file));
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U'});
    assertEquals("a.npy: not a .npy file: it has only 3 bytes", fault(file));
    Files.writeString(file, "x0,x1\n1,2\n");
    assertEquals("a.npy: not a .npy file: its first bytes are not the signature", fault(file));
  }

  @Test
  void namesRowAndColumnOfValuesThatAreNotFinite() throws IOException {
    Path nan = write(1, header("<f8", false, "2, 2"), doubles(1, 2, 3, Double.NaN));
    assertEquals("a.npy: row 2, column 'x1': NaN is not a usable value", fault(nan));
    Path inf = write(1, header("<f4", true, "1, 2"), b -> b.putFloat(1).putFloat(1 / 0f));
    assertEquals("a.npy: row 1, column 'x1': infinity is not a usable value", fault(inf));
  }

  @Test
  void handsOverTheRowsBeforeAFaultAndGoesOnAfterIt() throws IOException {
    Path file = write(1, header("<f8", false, "4,"), doubles(1, 2, Double.NaN, 4));
    try (RowReader reader = TableFile.open(file)) {
      double[] buffer = new double[4];
      assertEquals(2, reader.read(buffer, 4));
      assertThrows(DataException.class, () -> reader.read(buffer, 4));
      assertEquals(1, reader.read(buffer, 4));
      assertEquals(4, buffer[0]);
      assertEquals(0, reader.read(buffer, 4));
    }
  }
}
