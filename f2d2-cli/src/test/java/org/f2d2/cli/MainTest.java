package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void versionGoesToStandardOutput() {
    assertEquals(0, run("--version"));
    assertTrue(out.toString().startsWith("f2d2 "), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void helpNamesTheCommand() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("Usage: f2d2"), out.toString());
  }

  @Test
  void noCommandIsWrongUsage() {
    assertEquals(2, run());
    assertEquals("", out.toString());
  }

  @Test
  void unknownOptionIsWrongUsage() {
    assertEquals(2, run("--no-such-option"));
  }

  @Test
  void failureIsOneLineAndExitCodeOne() {
    assertEquals(1, run("fail"));
    assertEquals("f2d2: flights.csv, row 7, column speed: not a number" + nl(), err.toString());
  }

  @Test
  void debugAddsTheTrace() {
    assertEquals(1, run("fail", "--debug"));
    assertTrue(err.toString().contains("\tat "), err.toString());
  }

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine().addSubcommand(new Fail());
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  private static String nl() {
    return System.lineSeparator();
  }

  @Command(name = "fail")
  static final class Fail implements Runnable {
    @Override
    public void run() {
      throw new F2d2Exception("flights.csv, row 7, column speed: not a number");
    }
  }
}
