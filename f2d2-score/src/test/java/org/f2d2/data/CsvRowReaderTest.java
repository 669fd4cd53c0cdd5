package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowReaderTest {
  @TempDir Path folder;

  private static CsvRowReader reader(String text) {
    return reader(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CsvRowReader reader(byte[] bytes) {
    return CsvRowReader.open(new ByteArrayInputStream(bytes), "a.csv");
  }

  private static Table table(String text) {
    return TableFile.readAll(reader(text), 0);
  }

  private static String fault(String text) {
    return assertThrows(DataException.class, () -> table(text)).getMessage();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void readsPlainNumbers() {
    Table table = table("x,y\n1,2.5\n-3e2,.5\n+4,5.\n");
    assertEquals(List.of("x", "y"), table.columns());
    assertArrayEquals(new double[] {1, 2.5, -300, .5, 4, 5}, table.values());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,y\r\n1,2\r\n3,4\r\n",
        "x,y\r1,2\r3,4",
        "\uFEFFx,y\n1,2\n3,4\n",
        "\uFEFF\"x\",\"y\"\n1,2\n3,4\n",
        "\"x\",\"y\"\n\"1\",\"2\"\n\"3\",\"4\"\n",
        " x , y \n 1 , 2 \n\t3,4\n",
        "\nx,y\n1,2\n\n3,4\n\n\n"
      })
  void readsEverySpellingOfTheSameTable(String text) {
    assertEquals(Table.of(List.of("x", "y"), new double[] {1, 2, 3, 4}), table(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,y\n1,\"2",
        "x,y\n1,\"2\n3,4\n",
        "x,y\n1,\"2\"\"\n",
        "x,y\n1,2\n\"",
        "x,\"y",
        "x,\"y\n1,2\n",
      })
  void refusesAQuoteThatIsNotClosed(String text) {
    DataException fault = assertThrows(DataException.class, () -> table(text));
    assertTrue(fault.getMessage().contains("a quote is not closed"), fault.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,y\n1,\"2\"3\n",
        "\"x\"z,y\n1,2\n",
        "x,y\n\uffff\n1,2\n",
        "x,\"y\uffff\"\n1,2\n"
      })
  void refusesWhatMayMeanSomethingElse(String text) {
    assertThrows(DataException.class, () -> table(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x,y\n1,\"2\"", "x,y\n1,2", "x,y\n1,\"2\"\n", "x,y\r1,2\r", "x,y\n1,2\n\n"})
  void theEndOfATextEndsItsLastRowAndIsNoneItself(String text) {
    assertEquals(Table.of(List.of("x", "y"), new double[] {1, 2}), table(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,\"y\r\"\n1,2\n",
        "x,y\n1,\"2\r\"\n3,4\n",
        "x,\"\ry\"\n1,2\n",
        "x,\"y\"\"\rz\"\n1,2\n",
        "x,y\"z,\"a\rb\"\n1,2,3\n",
      })
  void refusesAQuotedCellThatWouldJoinItsRowToTheNext(String text) {
    DataException fault = assertThrows(DataException.class, () -> table(text));
    assertTrue(fault.getMessage().contains("carriage return"), fault.getMessage());
  }

  @Test
  void readsLineBreaksAndQuotesWithinNames() {
    Table table = table("\"u\r\nv\",\"\"\"\r\n\",z\"y\r\n1,2,3\r\n");
    assertEquals(List.of("u\r\nv", "\"", "z\"y"), table.columns());
    assertArrayEquals(new double[] {1, 2, 3}, table.values());
  }

  @Test
  void seesGzipByContentAndNotByName() throws IOException {
    Path file = folder.resolve("numbers.csv");
    Files.write(file, gzip("x,y\n1,2\n"));
    assertArrayEquals(new double[] {1, 2}, TableFile.read(file).values());
    Path plain = folder.resolve("numbers.csv.gz");
    Files.writeString(plain, "x,y\n1,2\n");
    assertArrayEquals(new double[] {1, 2}, TableFile.read(plain).values());
  }

  @Test
  void readsGzipMembersOneAfterAnother() throws IOException {
    byte[] first = gzip("x,y\n1,2\n");
    byte[] second = gzip("3,4\n");
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertArrayEquals(new double[] {1, 2, 3, 4}, TableFile.readAll(reader(both), 0).values());
  }

  @Test
  void readsStandardInputForADash() {
    InputStream in = new ByteArrayInputStream("x\n7\n".getBytes(StandardCharsets.UTF_8));
    try (RowReader reader = TableFile.open("-", in)) {
      assertArrayEquals(new double[] {7}, TableFile.readAll(reader, 1).values());
    }
    InputStream bad = new ByteArrayInputStream("x\nq\n".getBytes(StandardCharsets.UTF_8));
    try (RowReader reader = TableFile.open("-", bad)) {
      assertEquals(
          "standard input: row 1, line 2, column 'x': 'q' is not a number",
          assertThrows(DataException.class, () -> reader.read(new double[1], 1)).getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,y;1,2;3|a.csv: row 2, line 3: has 1 cell, the header has 2",
        "x,y;1,2,3;|a.csv: row 1, line 2: has 3 cells, the header has 2",
        "x,y;1,2;3,abc|a.csv: row 2, line 3, column 'y': 'abc' is not a number",
        "x,y;1,;|a.csv: row 1, line 2, column 'y': empty cell",
        "x,y;,1;|a.csv: row 1, line 2, column 'x': empty cell",
        "x,y;1,NaN|a.csv: row 1, line 2, column 'y': NaN is not a usable value",
        "x,y;1,-inf|a.csv: row 1, line 2, column 'y': infinity is not a usable value",
        "x,y;1,Infinity|a.csv: row 1, line 2, column 'y': infinity is not a usable value",
        "x,y;1,1e999|a.csv: row 1, line 2, column 'y': '1e999' is too large for a double",
        "x,y;1,0x1p3|a.csv: row 1, line 2, column 'y': '0x1p3' is not a number",
        "x,y;1,2d|a.csv: row 1, line 2, column 'y': '2d' is not a number",
        "x,y;1,2;;3,q|a.csv: row 3, line 4, column 'y': 'q' is not a number",
        "x,y,x;1,2,3|a.csv: column name 'x' appears twice (columns 1 and 3)",
        "x,,y;1,2,3|a.csv: column 2 of the header has no name",
        "0.5,1.5;1,2|a.csv: the first line holds numbers; a header line with column names is"
            + " needed",
        "x,y;1,9007199254740993|a.csv: row 1, line 2, column 'y': '9007199254740993' has more digits"
            + " than a double keeps; leave a column of ids out",
        "x,y;1,-12345678901234567890123456789012|a.csv: row 1, line 2, column 'y':"
            + " '-12345678901234567890123456789012' has more digits than a double keeps; leave a"
            + " column of ids out",
        "x;1;;2|a.csv: row 2, line 3, column 'x': empty cell",
      })
  void namesThePlaceOfTheFault(String text, String message) {
    assertEquals(message, fault(text.replace(';', '\n')));
  }

  @Test
  void readsLargeNumbersThatADoubleKeeps() {
    assertArrayEquals(
        new double[] {9007199254740992.0, 1e20, 123456789012345680000.0, 1.5e300, 0x1p70},
        table(
                "x\n9007199254740992\n100000000000000000000\n123456789012345680000\n1.5e300\n"
                    + "1180591620717411303424.000000\n")
            .values());
  }

  @Test
  void labelsOfManyDigitsStayApart() throws IOException {
    Path file = folder.resolve("l.csv");
    Files.writeString(file, "x,id\n1,9007199254740992\n2,9007199254740993\n");
    assertEquals(
        List.of("9.007199254740992E15", "9007199254740993"), TableFile.read(file, "id").labels());
  }

  @Test
  void refusesAnEmptyFile() {
    assertEquals("a.csv: the file is empty; a header line is needed", fault(""));
    assertEquals("a.csv: the file is empty; a header line is needed", fault("\n\n"));
  }

  @Test
  void aHeaderAloneIsATableUnlessRowsAreNeeded() {
    assertEquals(0, table("x,y\n").rows());
    DataException fault =
        assertThrows(DataException.class, () -> TableFile.readAll(reader("x,y"), 2));
    assertEquals("a.csv: 0 data rows where at least 2 are needed", fault.getMessage());
  }

  @Test
  void takesConsecutiveWholeNumbersForNames() {
    assertEquals(List.of("0", "1", "2"), table("0,1,2\n5,6,7\n").columns());
  }

  @Test
  void oneColumnMayEndInBlankLines() {
    assertArrayEquals(new double[] {1, 2}, table("x\n1\n2\n\n\n").values());
  }

  @Test
  void namesTheLineAfterAQuotedLineBreak() {
    assertEquals(
        "a.csv: row 2, line 4, column 'y': empty cell",
        assertThrows(
                DataException.class,
                () -> {
                  RowReader reader = reader("x,y\n\"two\nlines\",1\n3,\n");
                  reader.select(List.of("y"));
                  TableFile.readAll(reader, 0);
                })
            .getMessage());
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] latin = "x,gr\u00f6\u00dfe\n1,2\n".getBytes(StandardCharsets.ISO_8859_1);
    DataException fault = assertThrows(DataException.class, () -> reader(latin));
    assertEquals("a.csv: after row 0: the text is not UTF-8", fault.getMessage());
  }

  @Test
  void refusesTruncatedAndDamagedGzip() throws IOException {
    StringBuilder text = new StringBuilder("x\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(Math.sin(i)).append('\n');
    }
    byte[] whole = gzip(text.toString());
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    String message =
        assertThrows(DataException.class, () -> TableFile.readAll(reader(half), 0)).getMessage();
    assertTrue(
        message.matches("a\\.csv: after row \\d+: the compressed data ends too early"), message);
    byte[] damaged = whole.clone();
    damaged[damaged.length - 6] ^= 1; // in the checksum at the end
    message =
        assertThrows(DataException.class, () -> TableFile.readAll(reader(damaged), 0)).getMessage();
    assertTrue(message.matches("a\\.csv: after row \\d+: the compressed data is damaged"), message);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void refusesADamagedSecondMemberWhereverTheDamageLies() throws IOException {
    byte[] first = gzip("x\n1\n2\n");
    byte[] second = gzip("3\n4\n");
    for (int at = 0; at < second.length; at++) {
      byte[] damaged = second.clone();
      damaged[at] ^= 0x40;
      // Some bits say nothing about the data, such as the time; no bit may change or lose a row.
      try {
        assertArrayEquals(
            new double[] {1, 2, 3, 4},
            TableFile.readAll(reader(joined(first, damaged)), 0).values(),
            "byte " + at);
      } catch (DataException refused) {
        assertTrue(refused.getMessage().contains("the compressed data"), refused.getMessage());
      }
    }
    for (int length = 1; length < second.length; length++) {
      byte[] cut = joined(first, Arrays.copyOf(second, length));
      String message =
          assertThrows(DataException.class, () -> TableFile.readAll(reader(cut), 0)).getMessage();
      assertTrue(message.endsWith("the compressed data ends too early"), message);
    }
    byte[] text = joined(first, "3\n".getBytes(StandardCharsets.UTF_8));
    assertThrows(DataException.class, () -> TableFile.readAll(reader(text), 0));
    byte[] hidden = joined(first, new byte[100], second);
    assertThrows(DataException.class, () -> TableFile.readAll(reader(hidden), 0));
  }

  @Test
  void readsEveryGzipHeadAndTheZerosOfATape() throws IOException {
    byte[] plain = gzip("x\n1\n2\n");
    assertEquals(2, TableFile.readAll(reader(joined(plain, new byte[512])), 0).rows());
    byte[] head = Arrays.copyOf(plain, 10);
    head[3] = 4 | 8 | 16; // extra field, name and comment
    byte[] more = {3, 0, 7, 7, 7, 'n', 0, 'c', 'c', 0};
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
    assertEquals(2, TableFile.readAll(reader(joined(head, more, body)), 0).rows());
  }

  @Test
  void readsMembersThatComeLate() throws IOException {
    byte[] both = joined(gzip("x\n1\n"), gzip("2\n"), gzip("3\n"));
    InputStream slow =
        new ByteArrayInputStream(both) {
          @Override
          public int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(length, 1));
          }

          @Override
          public int available() {
            return 0;
          }
        };
    try (RowReader reader = CsvRowReader.open(slow, "a.csv")) {
      assertArrayEquals(new double[] {1, 2, 3}, TableFile.readAll(reader, 0).values());
    }
  }

  @Test
  void blankLinesAreRowsAtFaultWhereTheyAreKept() {
    RowReader reader = reader("x,y\n1,2\n\n3,4\n \t\n\n");
    reader.keepBlankLines();
    double[] buffer = new double[20];
    List<Long> faults = new ArrayList<>();
    int rows = 0;
    for (boolean more = true; more; ) {
      try {
        int n = reader.read(buffer, 10);
        rows += n;
        more = n > 0;
      } catch (DataException fault) {
        faults.add(fault.row().orElseThrow());
        assertEquals("the line is blank", fault.problem());
      }
    }
    assertEquals(2, rows);
    assertEquals(List.of(2L, 4L, 5L), faults);
  }

  @Test
  void refusesMissingFilesAndFolders() {
    Path missing = folder.resolve("no.csv");
    assertEquals(
        missing + ": cannot be read: no such file or directory",
        assertThrows(DataException.class, () -> TableFile.read(missing)).getMessage());
    assertEquals(
        folder + ": is a directory, not a file",
        assertThrows(DataException.class, () -> TableFile.read(folder)).getMessage());
  }

  @Test
  void refusesOtherFormatsByName() throws IOException {
    Path file = folder.resolve("t.parquet");
    Files.writeString(file, "PAR1....");
    assertEquals(
        file + ": Parquet files are not supported",
        assertThrows(DataException.class, () -> TableFile.read(file)).getMessage());
  }

  @Test
  void readsInChunksWithoutLosingRows() {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 1000; i++) {
      text.append(i).append(',').append(-i).append('\n');
    }
    RowReader reader = reader(text.toString());
    double[] buffer = new double[2 * 7];
    int row = 0;
    for (int n = reader.read(buffer, 7); n > 0; n = reader.read(buffer, 7)) {
      for (int r = 0; r < n; r++, row++) {
        assertEquals(row, buffer[2 * r]);
        assertEquals(-row, buffer[2 * r + 1]);
      }
    }
    assertEquals(1000, row);
    assertEquals(0, reader.read(buffer, 7));
  }

  @Test
  void handsOverTheRowsBeforeAFaultAndGoesOnAfterIt() {
    RowReader reader = reader("x\n1\n2\nbad\n4\n");
    double[] buffer = new double[10];
    assertEquals(2, reader.read(buffer, 10));
    DataException fault = assertThrows(DataException.class, () -> reader.read(buffer, 10));
    assertEquals(OptionalLong.of(3), fault.row());
    assertEquals(1, reader.read(buffer, 10));
    assertEquals(4, buffer[0]);
  }

  @Test
  void parsesOnlyTheSelectedColumns() {
    RowReader reader = reader("id,x,y\nalpha,1,2\nbeta,3,4\n");
    reader.select(List.of("y", "x"));
    Table table = TableFile.readAll(reader, 0);
    assertEquals(Table.of(List.of("y", "x"), new double[] {2, 1, 4, 3}), table);
  }

  @Test
  void keepsLabelsAsTextInOneSpelling() throws IOException {
    Path file = folder.resolve("l.csv");
    Files.writeString(file, "x,label,y\n1,1,2\n3,1.0,4\n5, normal ,6\n7,0.50,8\n9,+1e0,10\n");
    LabeledTable read = TableFile.read(file, "label");
    assertEquals(List.of("1", "1", "normal", "0.5", "1"), read.labels());
    assertEquals(List.of("x", "y"), read.table().columns());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, read.table().values());
  }

  @Test
  void refusesBadLabelColumns() throws IOException {
    Path file = folder.resolve("l.csv");
    Files.writeString(file, "x,label\n1,\n");
    assertEquals(
        file + ": row 1, line 2, column 'label': empty label",
        assertThrows(DataException.class, () -> TableFile.read(file, "label")).getMessage());
    assertEquals(
        file + ": missing column 'class'",
        assertThrows(DataException.class, () -> TableFile.read(file, "class")).getMessage());
    Path alone = folder.resolve("alone.csv");
    Files.writeString(alone, "label\n1\n");
    assertEquals(
        alone + ": no column is left beside the label 'label'",
        assertThrows(DataException.class, () -> TableFile.read(alone, "label")).getMessage());
  }
}
