package org.f2d2;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * Holds the plan of {@code docs/architecture.md}: who may know whom, and what no room may do.
 *
 * <p>A new package needs a floor in {@link #FLOORS} before it compiles past this test.
 */
@AnalyzeClasses(packages = "org.f2d2", importOptions = ImportOption.DoNotIncludeTests.class)
class FloorsTest {

  private static final String ROOT = "org.f2d2";
  private static final String TENSORS = "org.f2d2.tensor..";

  /** The floor of each room; the root package is the room without a name. */
  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("", 8),
          Map.entry("train", 7),
          Map.entry("verify", 7),
          Map.entry("objective", 6),
          Map.entry("energy", 3),
          Map.entry("discrete", 6),
          Map.entry("likelihood", 5),
          Map.entry("sampling", 5),
          Map.entry("flow", 4),
          Map.entry("domain", 4),
          Map.entry("net", 3),
          Map.entry("score", 3),
          Map.entry("data", 2),
          Map.entry("metric", 2),
          Map.entry("plain", 2),
          Map.entry("tensor", 2),
          Map.entry("store", 1),
          Map.entry("error", 0));

  @ArchTest
  static final ArchRule roomsKnowOnlyRoomsBelow =
      classes().should(knowOnlyRoomsBelow()).allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTensorNamesNativeCode =
      noClasses()
          .that()
          .resideOutsideOfPackage(TENSORS)
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.bytedeco..", "com.sun.jna.."))
          .because("their types cast memory without asking; Tensor and Scope guard them")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule faceShowsNoTensor =
      classes()
          .that()
          .resideInAPackage(ROOT)
          .and()
          .arePublic()
          .should(showNoTensor())
          .because("users hold arrays and never manage native memory")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesSayWhatTheyAreFor =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..",
              "..utils..",
              "..common..",
              "..helper..",
              "..helpers..",
              "..manager..",
              "..managers..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes().should(liveInANullMarkedPackage()).allowEmptyShould(true);

  @ArchTest
  static final ArchRule libraryPrintsNothing =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
          .because("printing belongs to listeners and the command line")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule libraryNeverEndsTheProcess =
      noClasses()
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .allowEmptyShould(true);

  private static ArchCondition<JavaClass> knowOnlyRoomsBelow() {
    return new ArchCondition<>("know only rooms below their own") {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        String room = room(origin);
        if (!FLOORS.containsKey(room)) {
          events.add(
              SimpleConditionEvent.violated(
                  origin, origin.getName() + " lives in '" + room + "', which has no floor"));
          return;
        }
        for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (resideInAPackage(ROOT + "..").test(target) && !mayKnow(room, room(target))) {
            events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static boolean mayKnow(String room, String other) {
    return room.equals(other)
        || FLOORS.getOrDefault(other, Integer.MAX_VALUE) < FLOORS.getOrDefault(room, 0);
  }

  // Packages inside a room, such as a versioned file format, belong to the room.
  private static String room(JavaClass type) {
    String inside = type.getPackageName().substring(ROOT.length());
    return inside.isEmpty() ? "" : inside.split("\\.", -1)[1];
  }

  private static ArchCondition<JavaClass> showNoTensor() {
    return new ArchCondition<>("show no tensor to their callers") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getCodeUnits().stream()
            .filter(unit -> isVisible(unit.getModifiers()))
            .filter(unit -> typesOf(unit).anyMatch(resideInAPackage(TENSORS)))
            .forEach(
                unit -> events.add(SimpleConditionEvent.violated(type, unit.getDescription())));
        for (JavaField field : type.getFields()) {
          if (isVisible(field.getModifiers())
              && field.getType().getAllInvolvedRawTypes().stream()
                  .anyMatch(resideInAPackage(TENSORS))) {
            events.add(SimpleConditionEvent.violated(type, field.getDescription()));
          }
        }
      }
    };
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> typesOf(JavaCodeUnit unit) {
    return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
        .flatMap(type -> type.getAllInvolvedRawTypes().stream());
  }

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a package whose package-info is null-marked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getPackageName() + " has no null-marked package-info"));
        }
      }
    };
  }
}
