package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Starts the real program in a process of its own. */
final class Program {

  private static final long MOST_SECONDS = 120;

  private Program() {}

  /**
   * How a run ended.
   *
   * @param exit exit code
   * @param out standard output
   * @param err standard error
   */
  record Run(int exit, String out, String err) {

    /** Checks that the run succeeded. */
    Run succeeded() {
      assertEquals(0, exit, err);
      return this;
    }

    /** Checks that the run failed with one line on standard error and nothing on the other. */
    Run failed(int code, String... words) {
      assertEquals(code, exit, err);
      assertEquals("", out);
      assertEquals(1, err.lines().count(), err);
      for (String word : words) {
        assertTrue(err.contains(word), () -> word + " in: " + err);
      }
      return this;
    }

    /** The lines of standard output. */
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Runs a command in this process, which takes a fraction of the time of one of its own. */
  static Run here(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = main.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  /** Runs the program without input. */
  static Run run(Object... arguments) {
    return runWithInput("", arguments);
  }

  /** Runs the program and writes to its standard input. */
  static Run runWithInput(String input, Object... arguments) {
    try {
      Path out = Files.createTempFile("f2d2-out", ".txt");
      Path err = Files.createTempFile("f2d2-err", ".txt");
      Process process =
          builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (OutputStream stream = process.getOutputStream()) {
        stream.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A program that refuses its arguments ends before it has read anything.
        assertTrue(String.valueOf(e.getMessage()).contains("pipe"), () -> String.valueOf(e));
      }
      assertTrue(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS), "the program hangs");
      Run run = new Run(process.exitValue(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return run;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A process of the program that is not yet started. */
  static ProcessBuilder builder(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    // A measurement that runs beside the tests must not make one of them fail.
    command.add("-Djmh.ignoreLock=true");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command);
  }
}
