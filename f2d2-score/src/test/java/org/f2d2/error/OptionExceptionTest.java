package org.f2d2.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OptionExceptionTest {

  @Test
  void optionsAreNamedForWhoSetsThem() {
    OptionException e = new OptionException("guidanceMix", "must lie in [0, 1), got 2");
    assertEquals("guidanceMix must lie in [0, 1), got 2", e.getMessage());
    assertEquals("--guidance-mix must lie in [0, 1), got 2", e.asCommandLine());
    OptionException two = new OptionException("gamma", "excludes {guided} and {guidanceMix}");
    assertEquals("gamma excludes guided and guidanceMix", two.getMessage());
    assertEquals("--gamma excludes --guided and --guidance-mix", two.asCommandLine());
    assertEquals(
        "--teacher-minutes must be positive",
        new OptionException("minutes", "must be positive").about("teacherMinutes").asCommandLine());
  }
}
