package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowWriterTest {
  @TempDir Path folder;

  private long filesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void writesNumbersAndTexts() throws IOException {
    Path file = folder.resolve("out.csv");
    try (CsvRowWriter writer =
        CsvRowWriter.open(file, List.of("log_density", "n"), List.of("error"))) {
      writer.writeRow(new double[] {-3.465736, 5}, "");
      writer.writeRow(new double[] {Double.NaN, Double.NEGATIVE_INFINITY}, "say \"no\", twice");
      writer.finish();
    }
    assertEquals(
        "log_density,n,error\n-3.465736,5,\n,-inf,\"say \"\"no\"\", twice\"\n",
        Files.readString(file));
  }

  @ParameterizedTest
  @CsvSource({
    "-3.465736, -3.465736",
    "5, 5",
    "-0.0, 0",
    "0.0001, 0.0001",
    "0.000001, 0.000001",
    "12345678.25, 12345678.25",
    "123456789012345, 123456789012345",
    "1e15, 1.0E15",
    "1.5e-9, 1.5E-9",
    "1e300, 1.0E300"
  })
  void prefersPlainNotation(double value, String text) {
    assertEquals(text, NumberText.plain(value));
  }

  @Test
  void everyFiniteDoubleReadsBackToItself() {
    for (long seed = 1; seed <= 5; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 2000; i++) {
        double ordinary = (random.nextDouble() - .5) * Math.pow(10, random.nextInt(-8, 18));
        double any = Double.longBitsToDouble(random.nextLong());
        assertEquals(ordinary, Double.parseDouble(NumberText.plain(ordinary)));
        if (Double.isFinite(any)) {
          assertEquals(any, Double.parseDouble(NumberText.plain(any)));
        }
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBackGzippedToo() {
    double[] values = {1, 2.5, -1e-12, 1e20, 0.1, 1 / 3.0};
    for (String name : List.of("a.csv", "a.csv.gz")) {
      Path file = folder.resolve(name);
      try (CsvRowWriter writer = CsvRowWriter.open(file, List.of("x", "y,z"), List.of())) {
        writer.write(values, 3);
        writer.finish();
      }
      assertEquals(Table.of(List.of("x", "y,z"), values), TableFile.read(file));
    }
  }

  @Test
  void blocksAndRowsMayAlternate() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CsvRowWriter writer = CsvRowWriter.open("-", out, List.of("x", "y"), List.of("why"))) {
      CsvRowBlock block = writer.newBlock(1);
      CsvRowBlock later = writer.newBlock(1);
      writer.writeRow(new double[] {1, 0.25}, "");
      for (int i = 0; i < 50; i++) {
        // The repeated number is copied from row to row, past the growth of the block.
        block.addRow(new double[] {i, 0.25}, i == 49 ? "a, b" : "");
      }
      later.addRow(new double[] {-1, 0.25}, "#");
      writer.write(block);
      writer.write(later);
      writer.writeRow(new double[] {2, 0.25}, "");
      writer.finish();
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(54, lines.size());
    assertEquals(List.of("x,y,why", "1,0.25,", "0,0.25,"), lines.subList(0, 3));
    assertEquals("49,0.25,\"a, b\"", lines.get(51));
    assertEquals("2,0.25,", lines.get(53));
    assertEquals("-1,0.25,#", lines.get(52).replace("\"", ""));
  }

  @Test
  void aBlockTakesRowsOfItsColumnsOnly() {
    try (CsvRowWriter writer =
        CsvRowWriter.open(new ByteArrayOutputStream(), "out", List.of("x"), List.of())) {
      F2d2Exception fault =
          assertThrows(F2d2Exception.class, () -> writer.newBlock(1).addRow(new double[2]));
      assertEquals("a row of out has 1 numbers and 0 texts, not 2 and 0", fault.getMessage());
    }
  }

  @Test
  void gzNamesAreCompressed() throws IOException {
    Path file = folder.resolve("a.csv.gz");
    try (CsvRowWriter writer = CsvRowWriter.open(file, List.of("x"), List.of())) {
      writer.finish();
    }
    byte[] bytes = Files.readAllBytes(file);
    assertEquals(0x1f, bytes[0] & 0xff);
    assertEquals(0x8b, bytes[1] & 0xff);
  }

  @Test
  void anUnfinishedFileLeavesTheOldOneAndNoTrace() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "old");
    try (CsvRowWriter writer = CsvRowWriter.open(file, List.of("x"), List.of())) {
      writer.writeRow(new double[] {1});
    }
    assertEquals("old", Files.readString(file));
    assertEquals(1, filesInFolder());
  }

  @Test
  void finishingReplacesTheOldFileAndLeavesNoTrace() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "old");
    try (CsvRowWriter writer = CsvRowWriter.open(file, List.of("x"), List.of())) {
      writer.writeRow(new double[] {1});
      assertEquals("old", Files.readString(file));
      writer.finish();
    }
    assertEquals("x\n1\n", Files.readString(file));
    assertEquals(1, filesInFolder());
  }

  @Test
  void writesThroughALink() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);
    try (CsvRowWriter writer = CsvRowWriter.open(link, List.of("x"), List.of())) {
      writer.finish();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("x\n", Files.readString(file));
  }

  @Test
  void aDashIsTheGivenStreamWhichStaysOpen() throws IOException {
    boolean[] closed = new boolean[1];
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    try (CsvRowWriter writer = CsvRowWriter.open("-", out, List.of("x"), List.of())) {
      writer.write(new double[] {1, 2}, 2);
      writer.finish();
    }
    assertFalse(closed[0]);
    assertArrayEquals("x\n1\n2\n".getBytes(StandardCharsets.UTF_8), out.toByteArray());
  }

  @Test
  void sayInOneLineWhyTheOutputFails() {
    Path nowhere = folder.resolve("no/such/a.csv");
    assertEquals(
        nowhere + ": cannot be written: there is no folder " + nowhere.getParent(),
        assertThrows(DataException.class, () -> CsvRowWriter.open(nowhere, List.of("x"), List.of()))
            .getMessage());
    assertEquals(
        folder + ": cannot be written: is a directory",
        assertThrows(DataException.class, () -> CsvRowWriter.open(folder, List.of("x"), List.of()))
            .getMessage());
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    CsvRowWriter writer = CsvRowWriter.open(full, "standard output", List.of("x"), List.of());
    assertEquals(
        "standard output: cannot be written: No space left on device",
        assertThrows(DataException.class, writer::finish).getMessage());
  }

  @Test
  void theModeOfAFileStays() throws IOException {
    Path file = Files.writeString(folder.resolve("out.csv"), "old");
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-rw-r-x");
    Files.setPosixFilePermissions(file, mode);
    try (CsvRowWriter writer = CsvRowWriter.open(file, List.of("x"), List.of())) {
      writer.writeRow(new double[] {1});
      writer.finish();
    }
    assertEquals("x\n1\n", Files.readString(file));
    assertEquals(mode, Files.getPosixFilePermissions(file));
  }

  @Test
  void anEndOfTheProcessLeavesNothing() throws Exception {
    Files.writeString(folder.resolve("out.csv"), "old");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndlessRows.class.getName(),
                folder.resolve("out.csv").toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertEquals('.', process.getInputStream().read(), "the first rows");
      assertEquals(2, filesInFolder());
      process.destroy();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(1, filesInFolder());
    assertEquals("old", Files.readString(folder.resolve("out.csv")));
  }

  /** Writes rows until it is told to end. */
  static final class EndlessRows {
    private EndlessRows() {}

    public static void main(String[] file) throws InterruptedException {
      try (CsvRowWriter writer = CsvRowWriter.open(Path.of(file[0]), List.of("x"), List.of())) {
        writer.writeRow(new double[] {1});
        writer.flush();
        System.out.print('.');
        System.out.flush();
        Thread.sleep(Duration.ofMinutes(2).toMillis());
      }
    }
  }
}
