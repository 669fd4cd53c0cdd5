package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that do not arrive are not passed over in silence, and nobody is told twice. */
class OutputTest {

  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path folder;

  @Test
  void aFullDiskEndsEveryCommand() throws Exception {
    assumeTrue(Files.exists(FULL));
    List<List<Object>> commands =
        List.of(
            List.of("methods"),
            List.of("--help"),
            List.of("--version"),
            List.of("score", TinyModel.DATA, "--model", TinyModel.MODEL),
            List.of("sample", "--count", 3, "--model", TinyModel.MODEL),
            List.of("evaluate", TinyModel.DATA, "--model", TinyModel.MODEL, "--nfe", 1, "--json"));
    for (List<Object> command : commands) {
      Path err = folder.resolve("err.txt");
      Process process =
          Program.builder(command.toArray())
              .redirectOutput(FULL.toFile())
              .redirectError(err.toFile())
              .start();
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> command + " hangs");
      String said = Files.readString(err);
      assertEquals(1, process.exitValue(), () -> command + ": " + said);
      List<String> lines =
          said.lines().filter(line -> line.contains("standard output: cannot be written")).toList();
      assertEquals(1, lines.size(), said);
      assertTrue(!said.contains("\tat "), said);
    }
  }

  @Test
  void aReaderThatLeavesEndsTheWorkQuietly() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    Path data = Files.writeString(folder.resolve("d.csv"), "a,b\n" + TinyModel.rows(1, 50_000, ""));
    List<List<Object>> commands =
        List.of(
            List.of("score", data, "--model", TinyModel.MODEL),
            List.of("sample", "--count", 2_000_000_000, "--model", TinyModel.MODEL));
    for (List<Object> command : commands) {
      Path err = folder.resolve("err.txt");
      Process process = Program.builder(command.toArray()).redirectError(err.toFile()).start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        lines.readLine();
      }
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> command + " hangs");
      assertEquals(141, process.exitValue(), Files.readString(err));
      assertEquals("", Files.readString(err));
    }
  }

  @Test
  void aMissingFolderIsNamed() throws IOException {
    Path nowhere = folder.resolve("none").resolve("out.csv");
    for (String command : new String[] {"score", "sample"}) {
      Object[] arguments =
          command.equals("score")
              ? new Object[] {command, TinyModel.DATA, "--model", TinyModel.MODEL}
              : new Object[] {command, "--count", 1, "--model", TinyModel.MODEL};
      Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
      all[arguments.length] = "--output";
      all[arguments.length + 1] = nowhere;
      Program.run(all).failed(1, "out.csv", "cannot be written: there is no folder", "none");
    }
  }

  @Test
  void exhaustedMemoryIsOneLine() throws Exception {
    Path data =
        Files.writeString(folder.resolve("d.csv"), "a,b\n" + TinyModel.rows(1, 400_000, ""));
    ProcessBuilder builder =
        Program.builder("fit", data, "--model", folder.resolve("m"), "--quiet");
    builder.command().add(1, "-Xmx16m");
    Path err = folder.resolve("err.txt");
    Process process = builder.redirectError(err.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    String said = Files.readString(err);
    assertEquals(1, process.exitValue(), said);
    assertTrue(said.contains("too large to be held in memory at once"), said);
    assertTrue(said.contains("-Xmx"), said);
    assertEquals(1, said.lines().count(), said);
  }
}
