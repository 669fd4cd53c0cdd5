package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faulty tables and places: one line that names the fault, exit code 1, nothing lost. */
class BadDataTest {

  @TempDir private Path folder;

  @Test
  void missingFile() {
    fit(folder.resolve("nowhere.csv")).failed(1, "nowhere.csv", "no such file");
  }

  @Test
  void emptyFile() throws IOException {
    fit(file("")).failed(1, "data.csv");
  }

  @Test
  void headerOnly() throws IOException {
    fit(file("a,b\n")).failed(1, "data.csv", "0 data rows");
  }

  @Test
  void raggedRow() throws IOException {
    fit(file("a,b\n1,2\n3\n")).failed(1, "data.csv", "row 2");
  }

  @Test
  void textInNumericColumn() throws IOException {
    fit(file("a,b\n1,2\n3,oak\n")).failed(1, "data.csv", "row 2", "'b'", "oak");
  }

  @Test
  void notANumber() throws IOException {
    fit(file("a,b\n1,NaN\n")).failed(1, "data.csv", "row 1", "'b'");
  }

  @Test
  void infinity() throws IOException {
    fit(file("a,b\n1,2\n-inf,2\n")).failed(1, "data.csv", "row 2", "'a'");
  }

  @Test
  void duplicateColumn() throws IOException {
    fit(file("a,a\n1,2\n")).failed(1, "data.csv", "'a'");
  }

  @Test
  void tooFewRows() throws IOException {
    fit(file("a,b\n" + TinyModel.rows(2, 10, ""))).failed(1, "10", "at least");
    assertFalse(Files.exists(folder.resolve("model").resolve("model.json")));
  }

  @Test
  void aColumnMayBeIgnoredTwice() throws IOException {
    Path data = file("a,b,c\n" + TinyModel.rows(2, 80, ",oak"));
    Path model = folder.resolve("model");
    Program.run("fit", data, "--model", model, "--ignore", "c,b,c", "--steps", 1, "--quiet")
        .succeeded();
    assertEquals(
        "a", Program.run("sample", "--model", model, "--count", 1).succeeded().lines().get(0));
  }

  @Test
  void nothingLeftToModel() throws IOException {
    Path data = file("a,b\n1,2\n");
    Program.run("fit", data, "--model", folder.resolve("m"), "--ignore", "a,b")
        .failed(1, "data.csv", "no column");
    Program.run("fit", data, "--model", folder.resolve("m"), "--ignore", "c").failed(1, "'c'");
    Program.run("fit", data, "--model", folder.resolve("m"), "--label", "c").failed(1, "'c'");
  }

  @Test
  void modelThatCannotBeWritten() throws IOException {
    Path blocked = Files.writeString(folder.resolve("blocked"), "a file");
    Program.Run run =
        Program.run("fit", TinyModel.DATA, "--model", blocked, "--steps", 5, "--quiet");
    run.failed(1, "blocked");
  }

  @Test
  void missingColumnAtScoring() throws IOException {
    Program.run("score", file("a,other\n1,2\n"), "--model", TinyModel.MODEL)
        .failed(1, "data.csv", "'b'");
  }

  @Test
  void duplicateColumnAtScoring() throws IOException {
    Program.run("score", file("a,b,b\n1,2,3\n"), "--model", TinyModel.MODEL)
        .failed(1, "data.csv", "'b'");
  }

  @Test
  void faultWhileScoringStrictlyLeavesTheOlderOutput() throws IOException {
    Path older = Files.writeString(folder.resolve("scores.csv"), "older\n");
    Path data = file("a,b\n1,2\n3,x\n");
    Program.run("score", data, "--model", TinyModel.MODEL, "--strict", "--output", older)
        .failed(1, "data.csv", "row 2", "'b'");
    assertEquals("older\n", Files.readString(older));
  }

  @Test
  void faultInTheMiddleOfALargeFile() throws IOException {
    String rows = TinyModel.rows(3, 20_000, "");
    Path older = Files.writeString(folder.resolve("scores.csv"), "older\n");
    Path data = file("a,b\n" + rows + "1,oak\n\n" + rows);
    Program.run("score", data, "--model", TinyModel.MODEL, "--strict", "--output", older)
        .failed(1, data + ": row 20001, line 20002, column 'b': 'oak' is not a number");
    assertEquals("older\n", Files.readString(older));
    String[] strict = {"score", "-", "--model", TinyModel.MODEL.toString(), "--strict"};
    Program.Run piped = Program.runWithInput(Files.readString(data), (Object[]) strict);
    assertEquals(1, piped.exit(), piped.err());
    assertEquals(20_001, piped.lines().size(), "the rows before the fault and the header");
    assertEquals(1, piped.err().lines().count(), piped.err());
    Program.Run whole =
        Program.runWithInput(Files.readString(data), "score", "-", "--model", TinyModel.MODEL);
    whole.succeeded();
    assertEquals(40_003, whole.lines().size(), "a line for each line");
    assertEquals(",,,,column 'b': 'oak' is not a number", whole.lines().get(20_001));
    assertEquals(",,,,the line is blank", whole.lines().get(20_002));
    assertEquals(
        "f2d2: 2 rows could not be read; the column error says why" + System.lineSeparator(),
        whole.err());
  }

  @Test
  void outputThatCannotBeWritten() {
    Path nowhere = folder.resolve("none").resolve("scores.csv");
    Program.run("score", TinyModel.DATA, "--model", TinyModel.MODEL, "--output", nowhere)
        .failed(1, "scores.csv", "cannot be written");
    Program.run("sample", "--count", 1, "--model", TinyModel.MODEL, "--output", folder)
        .failed(1, "directory");
    Program.run("report", "--model", TinyModel.MODEL, "--output", folder.resolve("none/r.html"))
        .failed(1, "r.html", "cannot be written");
  }

  private Program.Run fit(Path data) {
    return Program.run("fit", data, "--model", folder.resolve("model"), "--steps", 5, "--quiet");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), content);
  }
}
