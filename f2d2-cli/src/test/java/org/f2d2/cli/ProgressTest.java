package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter out = new StringWriter();
  private long now;

  @Test
  void oneLineAMinuteWithoutATerminal() {
    try (Progress progress = progress(Progress.Mode.LINES)) {
      progress.stage("teacher", 1000, "steps");
      for (int step = 1; step <= 500; step++) {
        now += 400_000_000L;
        progress.step(step, 0.25);
      }
    }
    List<String> lines = out.toString().lines().toList();
    assertEquals(3, lines.size(), out.toString());
    assertEquals("teacher 150/1000 steps 2.5/s loss 0.2500 5:40 left", lines.get(0));
  }

  @Test
  void barIsDrawnOverAndWipedAway() {
    try (Progress progress = progress(Progress.Mode.BAR)) {
      progress.stage("teacher", 100, "steps");
      progress.step(1, 1.5);
      now += 2_000_000_000L;
      progress.step(50, 1.5);
    }
    assertTrue(
        out.toString().contains("[============            ] 50/100 25/s loss 1.500 0:02 left"));
    assertTrue(out.toString().endsWith("\r\u001b[2K"));
    assertEquals(-1, out.toString().indexOf('\n'));
  }

  @Test
  void rateOfAResumedStageCountsOnlyNewSteps() {
    try (Progress progress = progress(Progress.Mode.BAR)) {
      progress.stage("teacher", 1000, "steps");
      progress.step(900, 1);
      now += 10_000_000_000L;
      progress.step(950, 1);
    }
    assertTrue(out.toString().contains(" 5.0/s"), out.toString());
  }

  @Test
  void quietSaysNothing() {
    try (Progress progress = progress(Progress.Mode.SILENT)) {
      progress.message("a word");
      progress.stage("teacher", 10, "steps");
      now += 100_000_000_000L;
      progress.step(5, 1);
    }
    assertEquals("", out.toString());
  }

  private Progress progress(Progress.Mode mode) {
    return new Progress(new PrintWriter(out, true), mode, () -> now);
  }
}
