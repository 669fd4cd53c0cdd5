package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodsTest {

  static List<Method> methods() {
    return Methods.all();
  }

  @Test
  void namesAreThereOnceAndFound() {
    assertEquals(Methods.ids().size(), new HashSet<>(Methods.ids()).size());
    for (Method method : Methods.all()) {
      assertEquals(method, Methods.of(method.id()));
    }
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> Methods.of("magic"));
    assertTrue(e.getMessage().contains("lsd-f2d2, "), e.getMessage());
  }

  /** A constant that no line of the list names would be a method nobody can use. */
  @Test
  void everyConstantIsOnTheList() throws IOException {
    Pattern constant = Pattern.compile("public static final Method ([A-Z0-9_]+) =");
    String list = "";
    List<String> constants = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/org/f2d2/objective"))) {
      for (Path file : files.toList()) {
        String source = Files.readString(file);
        String type = file.getFileName().toString().replace(".java", "");
        list = type.equals("Methods") ? source : list;
        constant.matcher(source).results().forEach(m -> constants.add(type + "." + m.group(1)));
      }
    }
    assertEquals(Methods.all().size(), constants.size(), "" + constants);
    for (String name : constants) {
      assertTrue(list.contains(name), name);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void itsOwnValuesChangeNothing(Method method) {
    assertEquals(method, method.with(method.optionValues()));
    assertEquals(method.id(), method.toString());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyNumberHasBoundsThatHold(Method method) {
    for (MethodOptions.Described option : method.optionList()) {
      if (!(option.value() instanceof Number number)) {
        continue;
      }
      Interval.Bounds bounds = Interval.Bounds.of(option.values());
      assertTrue(bounds.contains(number.doubleValue()), method + ": " + option);
      List<Object> outside = new ArrayList<>(List.of("NaN", "Infinity", "many"));
      outside.add(whole(number, bounds.low() - 1));
      if (Double.isFinite(bounds.high())) {
        outside.add(whole(number, bounds.high() + 1));
      }
      for (Object value : outside) {
        F2d2Exception e =
            assertThrows(F2d2Exception.class, () -> method.with(option.name(), value), "" + option);
        assertTrue(e.getMessage().startsWith(method.id() + ": "), e.getMessage());
        assertTrue(
            e.getMessage().contains(option.name() + " in " + option.values()), e.getMessage());
      }
    }
  }

  private static Object whole(Number like, double value) {
    return like instanceof Integer ? (Object) (int) value : (Object) value;
  }

  @Test
  void aMethodWithOtherOptionsIsAnother() {
    Method other = LsdF2d2.LSD.with("diagonal-share", 0.75);
    assertNotEquals(LsdF2d2.LSD, other);
    assertEquals(other, LsdF2d2.LSD.with(new LsdF2d2.Options(0.75)));
    assertEquals(other, LsdF2d2.LSD.with("diagonalShare", "0.75"), "as Java has it");
    assertEquals(LsdF2d2.LSD, other.withDefaults());
    assertEquals("lsd (diagonal-share=0.75)", other.toString());
    assertNotEquals(LsdF2d2.LSD, LsdF2d2.LSD_F2D2, "of the same class");
    assertThrows(
        IllegalArgumentException.class, () -> LsdF2d2.LSD.with(new ShortcutF2d2.Options(7)));
  }

  @Test
  void partsEnumsAndOpenNumbersAreSetByName() {
    Method fall = AlphaFlow.METHOD.with(Map.of("fall-from", 0.7, "fall-to", 0.9));
    assertEquals(
        new AlphaFlow.Options(0.4, new AlphaFlow.Fall(0.7, 0.9, 25, 5e-3)), fall.options());
    assertThrows(
        F2d2Exception.class, () -> AlphaFlow.METHOD.with("fall-from", 0.7), "after its end");
    assertThrows(F2d2Exception.class, () -> AlphaFlow.METHOD.with("fall", 0.7), "a whole part");
    assertEquals(
        RecursiveConsistency.Weight.PUBLISHED,
        ((RecursiveConsistency.Options)
                RecursiveConsistency.METHOD.with("weight", "published").options())
            .weight());
    assertThrows(F2d2Exception.class, () -> RecursiveConsistency.METHOD.with("weight", "heavy"));
    Method open = TrajectoryRegression.METHOD;
    assertEquals("auto", open.optionValues().get("backward-share"));
    Method set = open.with("backward-share", 0.25);
    assertEquals(OptionalDouble.of(0.25), TrajectoryRegression.Options.of(set).backwardShare());
    assertEquals(open, set.with("backward-share", "auto"));
    assertThrows(F2d2Exception.class, () -> open.with("compensation", "yes"));
    assertFalse(TrajectoryRegression.Options.of(open.with("compensation", "false")).compensation());
  }

  @Test
  void anUnknownOptionIsNamedBesideTheKnownOnes() {
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> MeanFlowF2d2.MEANFLOW.with("levels", 5));
    assertEquals(
        "meanflow: unknown option levels; known: diagonal-share in [0, 1] (0.5), weight-power in"
            + " [0, 2] (1.0), weight-offset in [0.000001, 1000] (0.01)",
        e.getMessage());
    e = assertThrows(F2d2Exception.class, () -> FlowMapMatching.METHOD.with("levels", 5));
    assertEquals("fmm: unknown option levels; there are none", e.getMessage());
  }

  private static void refused(String message, Method method, Map<String, ?> values) {
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> method.with(values));
    assertTrue(e.getMessage().startsWith(message + "; known: "), e.getMessage());
  }

  /** Those who set an option by its name have never seen the record. */
  @Test
  void messagesCallOptionsAsTheyAreSet() {
    Method alpha = AlphaFlow.METHOD;
    refused(
        "alphaflow: fall-from must be below fall-to, got 0.7 and 0.6",
        alpha,
        Map.of("fall-from", 0.7));
    refused(
        "alphaflow: fall-steepness must lie in (0, 1000], got 1001.0",
        alpha,
        Map.of("fallSteepness", 1001));
    refused(
        "ctm: most-steps must be at most nodes - 2, got 9 and 10",
        ConsistencyTrajectory.METHOD,
        Map.of("nodes", 10, "most-steps", 9));
    refused(
        "psd-m: rounds must lie in [0, 20], got 21",
        ProgressiveSelfDistillation.PSD_M,
        Map.of("rounds", 21));
    refused(
        TrajectoryRegression.METHOD.id() + ": divergence-weight must lie in [0, 1000], got 2000.0",
        TrajectoryRegression.METHOD,
        Map.of("divergence-weight", 2000));
    IllegalArgumentException inJava =
        assertThrows(IllegalArgumentException.class, () -> new AlphaFlow.Fall(0.7, 0.6, 25, 5e-3));
    assertEquals("from must be below to, got 0.7 and 0.6", inJava.getMessage());
  }

  @Test
  void anOptionThatIsSetUnderBothItsNamesIsRefused() {
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> LsdF2d2.LSD.with(Map.of("diagonal-share", 0.3, "diagonalShare", 0.4)));
    assertEquals("lsd: diagonal-share is set twice", e.getMessage());
  }

  @Test
  void aMethodMustStateSomething() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Method.of(LsdF2d2.LSD.info(), LsdF2d2.Options.DEFAULT, LsdF2d2::new));
  }
}
