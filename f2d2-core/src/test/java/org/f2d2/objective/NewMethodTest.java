package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.f2d2.tensor.Scope;
import org.f2d2.train.FitOptions;
import org.f2d2.verify.Verification;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a method that is not yet on the list has before it: three runs that know only the list. */
class NewMethodTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static void contract(Method method) {
    MethodContract.check(method);
  }

  private static void stopGradient(Method method) {
    MethodContract.noGradientReachesTheTeacher(method);
    MethodContract.theDivergencePartLeavesTheVelocityAlone(method);
  }

  private static boolean verified(Method method) {
    return Verification.run(List.of(Verification.ofMethods(List.of(method)))).passed();
  }

  @Test
  void theExampleOfTheDocumentsPassesAllThree() {
    contract(FixedCut.METHOD);
    stopGradient(FixedCut.METHOD);
    assertTrue(verified(FixedCut.METHOD));
  }

  @Test
  void theDocumentsShowTheExampleAsItIs() throws IOException {
    String page = Files.readString(Path.of("../docs/extending.md"));
    String source = Files.readString(Path.of("src/test/java/org/f2d2/objective/FixedCut.java"));
    int from = page.indexOf("```java\n") + "```java\n".length();
    String shown = page.substring(from, page.indexOf("```", from));
    assertEquals(source.substring(source.indexOf("/**")), shown);
  }

  @Test
  void optionsAreSetByNameOrByRecord() {
    FitOptions byName = FitOptions.DEFAULT.with(AlphaFlow.METHOD.with("fall-to", 0.8));
    FitOptions byRecord = FitOptions.DEFAULT.with(LsdF2d2.LSD.with(new LsdF2d2.Options(0.75)));
    assertEquals(0.8, byName.method().optionValues().get("fall-to"));
    assertEquals(0.75, byRecord.method().optionValues().get("diagonal-share"));
  }

  @Test
  void aWrongMethodIsCaughtByAllThree() {
    Method wrong =
        WrongMethod.METHOD.with(
            Map.of("own-randomness", true, "attached", true, "instantaneous", true));
    assertThrows(AssertionError.class, () -> contract(wrong));
    assertThrows(AssertionError.class, () -> stopGradient(wrong));
    assertFalse(verified(wrong));
  }

  @Test
  void eachMistakeIsCaughtByTheRunThatIsForIt() {
    Method random = WrongMethod.METHOD.with("own-randomness", true);
    assertThrows(AssertionError.class, () -> contract(random));
    Method attached = WrongMethod.METHOD.with("attached", true);
    assertThrows(AssertionError.class, () -> stopGradient(attached));
    assertFalse(verified(WrongMethod.METHOD.with("instantaneous", true)));
  }

  @Test
  void withoutItsMistakesItPasses() {
    contract(WrongMethod.METHOD);
    stopGradient(WrongMethod.METHOD);
    assertTrue(verified(WrongMethod.METHOD));
  }
}
