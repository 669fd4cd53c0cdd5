package org.f2d2.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VerificationTest {

  @TestFactory
  Stream<DynamicTest> everyCheckPassesAndEveryMutantIsCaught() {
    Verification.Report report = Verification.run();
    Stream<DynamicTest> checks =
        report.checks().stream()
            .map(
                c ->
                    dynamicTest(
                        c.name() + ", " + c.method(), () -> assertTrue(c.passed(), "" + c)));
    Stream<DynamicTest> mutants =
        report.mutants().stream()
            .map(m -> dynamicTest(m.name(), () -> assertTrue(m.caught(), "" + m)));
    DynamicTest time =
        dynamicTest(
            "takes well under a minute",
            () -> assertTrue(report.seconds() < 60, report.seconds() + " s"));
    return Stream.concat(Stream.concat(checks, mutants), Stream.of(time));
  }

  @Test
  void aNanNeitherPassesNorIsCaught() {
    assertFalse(Check.of("c", "m", Double.NaN, 1).passed());
    assertFalse(Mutant.of("m", Double.NaN).caught());
    assertTrue(Check.of("c", "m", 1, 1).passed());
    assertFalse(Mutant.of("m", Mutant.LIMIT).caught());
  }

  @Test
  void aReportPassesOnlyIfAllDo() {
    Check good = Check.of("good", "m", 0, 1);
    Check bad = Check.of("bad", "m", 2, 1);
    Mutant caught = Mutant.of("caught", 1);
    Mutant missed = Mutant.of("missed", 0);
    assertTrue(report(good, caught).passed());
    assertFalse(report(bad, caught).passed());
    assertFalse(report(good, missed).passed());
    assertEquals(List.of(good), report(good, missed).checks());
  }

  private static Verification.Report report(Check check, Mutant mutant) {
    return Verification.run(
        List.of(new Verification.Group("group", List.of(() -> check), List.of(() -> mutant))));
  }
}
