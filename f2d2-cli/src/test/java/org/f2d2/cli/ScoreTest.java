package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {

  private static final String HEADER = "log_density,log_density_error,p_value,nfe,error";

  @TempDir private Path folder;

  @Test
  void oneLinePerRowInOrder() {
    List<String> lines =
        Program.run("score", TinyModel.DATA, "--model", TinyModel.MODEL).succeeded().lines();
    assertEquals(HEADER, lines.get(0));
    assertEquals(241, lines.size());
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      assertTrue(Double.isFinite(Double.parseDouble(cells[0])), line);
      assertTrue(Double.parseDouble(cells[1]) > 0, line);
      double p = Double.parseDouble(cells[2]);
      assertTrue(p > 0 && p <= 1, line);
      assertEquals("1", cells[3]);
    }
  }

  @Test
  void everyRowOfALargeFileHasItsOwnLine() throws IOException {
    String rows = TinyModel.rows(5, 10_000, "");
    Path data = Files.writeString(folder.resolve("large.csv"), "a,b\n" + rows);
    List<String> lines = Program.run("score", data, "--model", TinyModel.MODEL).succeeded().lines();
    assertEquals(10_001, lines.size());
    // Any other order would give some of these rows the figures of others.
    for (int r : new int[] {0, 4095, 4096, 9_999}) {
      String row = rows.lines().skip(r).findFirst().orElseThrow();
      List<String> alone =
          Program.runWithInput("a,b\n" + row + "\n", "score", "-", "--model", TinyModel.MODEL)
              .succeeded()
              .lines();
      assertEquals(figure(alone.get(1)), figure(lines.get(r + 1)), 1e-4, row);
    }
  }

  private static double figure(String line) {
    return Double.parseDouble(line.split(",")[0]);
  }

  @Test
  void columnsMatchByNameInAnyOrder() throws IOException {
    Path usual = Files.writeString(folder.resolve("usual.csv"), "a,b\n0.1,0.2\n-1,-0.8\n");
    Path other =
        Files.writeString(folder.resolve("other.csv"), "b,note,a\n0.2,oak,0.1\n-0.8,elm,-1\n");
    Program.Run expected = Program.run("score", usual, "--model", TinyModel.MODEL).succeeded();
    Program.Run run = Program.run("score", other, "--model", TinyModel.MODEL).succeeded();
    assertEquals(expected.out(), run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("note"), run.err());
  }

  @Test
  void standardInputAndCompressedOutput() throws IOException {
    Path out = folder.resolve("scores.csv.gz");
    Program.runWithInput(
            "a,b\n0.1,0.2\n", "score", "-", "--model", TinyModel.MODEL, "--output", out)
        .succeeded();
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(out))) {
      assertTrue(new String(in.readAllBytes(), "UTF-8").startsWith(HEADER + "\n"));
    }
  }

  @Test
  void exactValueAndTolerance() throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), "a,b\n0.1,0.2\n");
    String exact =
        Program.run("score", data, "--model", TinyModel.MODEL, "--nfe", "exact")
            .succeeded()
            .lines()
            .get(1);
    assertTrue(Integer.parseInt(exact.split(",")[3]) > 8, exact);
    String strict =
        Program.run("score", data, "--model", TinyModel.MODEL, "--tolerance", "1e-12")
            .succeeded()
            .lines()
            .get(1);
    assertEquals(exact, strict);
    String loose =
        Program.run("score", data, "--model", TinyModel.MODEL, "--tolerance", "1000")
            .succeeded()
            .lines()
            .get(1);
    assertEquals("1", loose.split(",")[3]);
  }

  @Test
  void rowThatDepartsFromConstantColumnIsNamed() throws IOException {
    Path data =
        Files.writeString(folder.resolve("data.csv"), "a,b,c\n0.1,0.2,7\n0.1,0.2,8\n0.1,0.2,7\n");
    Program.Run run =
        Program.run("score", data, "--model", TinyModel.WithConstant.MODEL).succeeded();
    List<String> lines = run.lines();
    assertEquals(HEADER, lines.get(0));
    assertEquals(lines.get(1), lines.get(3));
    assertTrue(lines.get(1).endsWith(",1,"), lines.get(1));
    // Impossible under the model: no density, and as strange as a row can be.
    String[] cells = lines.get(2).split(",", -1);
    assertEquals(List.of("", ""), List.of(cells[0], cells[1]));
    double p = Double.parseDouble(cells[2]);
    assertTrue(p > 0 && p < 0.1, lines.get(2));
    Path far = Files.writeString(folder.resolve("far.csv"), "a,b,c\n1e6,-1e6,7\n");
    assertEquals(
        Double.parseDouble(
            Program.run("score", far, "--model", TinyModel.WithConstant.MODEL)
                .succeeded()
                .lines()
                .get(1)
                .split(",")[2]),
        p);
    assertTrue(cells[4].contains("column c"), lines.get(2));
    assertTrue(run.err().contains("1 row has no density"), run.err());
    Program.run("score", data, "--model", TinyModel.WithConstant.MODEL, "--strict", "--output", far)
        .failed(1, "data.csv: row 2: column c");
  }
}
