package org.f2d2;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * Holds the plan of {@code docs/architecture.md} between modules: who may use whom. {@code
 * FloorsTest} of the core holds it between rooms.
 */
@AnalyzeClasses(packages = "org.f2d2", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulesTest {

  private static final String[] SCORE = {
    "org.f2d2.score..",
    "org.f2d2.store..",
    "org.f2d2.plain..",
    "org.f2d2.data..",
    "org.f2d2.metric..",
    "org.f2d2.error.."
  };

  private static final List<String> ABOVE_CORE =
      List.of("org.f2d2.onnx..", "org.f2d2.lab..", "org.f2d2.bench..", "org.f2d2.cli..");

  @ArchTest
  static final ArchRule scoreKnowsItselfAlone =
      noClasses()
          .that()
          .resideInAnyPackage(SCORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.f2d2..").and(not(resideInAnyPackage(SCORE))));

  @ArchTest
  static final ArchRule coreKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideOutsideOfPackages(ABOVE_CORE.toArray(new String[0]))
          .should()
          .dependOnClassesThat(resideInAnyPackage(ABOVE_CORE.toArray(new String[0])));

  @ArchTest
  static final ArchRule onnxKnowsTheCoreAlone =
      noClasses()
          .that()
          .resideInAPackage("org.f2d2.onnx..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.f2d2.lab..", "org.f2d2.bench..", "org.f2d2.cli.."));

  @ArchTest
  static final ArchRule theLabKnowsNoBenchmark =
      noClasses()
          .that()
          .resideInAPackage("org.f2d2.lab..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.f2d2.bench..", "org.f2d2.cli..", "org.openjdk.jmh.."));

  @ArchTest
  static final ArchRule benchmarksKnowNoCommand =
      noClasses()
          .that()
          .resideInAPackage("org.f2d2.bench..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.f2d2.cli.."));

  @ArchTest
  static final ArchRule onlyTensorNamesNativeCode =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.f2d2.tensor..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.bytedeco..", "com.sun.jna.."));

  @ArchTest
  // JMH asks for a stream, and is given one that it keeps silent.
  static final ArchRule onlyCommandsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.f2d2.cli..", "org.f2d2.bench.kernels..")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule packagesSayWhatTheyAreFor =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..manager..");

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes()
          .should(
              new ArchCondition<JavaClass>("live in a null-marked package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean marked =
                      type.getPackageName().endsWith(".jmh_generated")
                          || type.getPackage()
                              .tryGetPackageInfo()
                              .map(info -> info.isAnnotatedWith(NullMarked.class))
                              .orElse(false);
                  if (!marked) {
                    events.add(SimpleConditionEvent.violated(type, type.getName()));
                  }
                }
              });
}
