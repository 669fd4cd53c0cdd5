package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.f2d2.lab.fuzz.FuzzReport;
import org.f2d2.lab.fuzz.FuzzRun;
import org.f2d2.lab.fuzz.FuzzSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The same damaged inputs in every build: each is refused with one line, or means what it says. */
@EnabledOnOs(OS.LINUX)
class FuzzTest {

  private static final long INPUTS = 20_000;

  /** Stays where something was found: its models are what the inputs were made from. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void noInputHasAWrongOutcome() {
    FuzzSettings settings =
        new FuzzSettings(
            INPUTS,
            20_250_101,
            List.of(),
            2,
            60,
            FuzzedCommands.class.getName(),
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    FuzzReport report = FuzzRun.run(settings, folder, done -> {});
    assertEquals(0, report.wrong(), () -> report.markdown() + "--folder " + folder);
    assertTrue(report.rows().stream().allMatch(row -> row.inputs() > 0), report::markdown);
  }
}
