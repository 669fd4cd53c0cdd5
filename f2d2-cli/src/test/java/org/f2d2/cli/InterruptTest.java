package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A fit that is interrupted from the keyboard and resumed. */
@DisabledOnOs(OS.WINDOWS)
class InterruptTest {

  private static final int STEPS = 1200;

  @TempDir private Path folder;

  @Test
  void resumedFitEndsInTheSameWeights() throws Exception {
    Path whole = folder.resolve("whole");
    Program.run(fit(whole, "--quiet")).succeeded();
    Path broken = folder.resolve("broken");
    String err = interrupt(broken);
    assertTrue(err.contains("--resume"), err);
    assertFalse(Files.exists(broken.resolve("model.json")), "the interrupt came too late");

    Program.run(fit(broken, "--resume", "--quiet")).succeeded();
    for (String role : new String[] {"teacher", "student"}) {
      assertArrayEquals(weights(whole, role), weights(broken, role), role);
    }
  }

  private static Object[] fit(Path model, String... more) {
    return Stream.concat(
            Stream.of("fit", TinyModel.DATA, "--model", model, "--steps", STEPS, "--workers", 2),
            Stream.of(more))
        .toArray();
  }

  /** Interrupts a fit while its teacher is trained and returns what it said. */
  private static String interrupt(Path model) throws Exception {
    Process process = listeningToInterrupts(Program.builder(fit(model))).start();
    StringBuilder heard = new StringBuilder();
    try (BufferedReader err = process.errorReader()) {
      boolean sent = false;
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        heard.append(line).append('\n');
        // The teacher begins when the pilots have been compared.
        if (!sent && line.startsWith("pilot: 8 Fourier")) {
          Thread.sleep(200);
          signal(process);
          sent = true;
        }
      }
      assertTrue(sent, heard.toString());
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue(), heard.toString());
    return heard.toString();
  }

  /**
   * The signal is ignored by every job that a script puts into the background and by all that such
   * a job starts, these tests among them.
   */
  private static ProcessBuilder listeningToInterrupts(ProcessBuilder builder) {
    if (OS.LINUX.isCurrentOs()) {
      builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    }
    return builder;
  }

  private static void signal(Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    assertEquals(0, kill.waitFor());
  }

  private static byte[] weights(Path model, String role) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      Path file =
          files.filter(f -> f.getFileName().toString().startsWith(role)).findFirst().orElseThrow();
      return Files.readAllBytes(file);
    }
  }
}
