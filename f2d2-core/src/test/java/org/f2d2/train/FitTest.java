package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Network;
import org.f2d2.objective.ExactSolution;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.MethodInfo;
import org.f2d2.objective.Methods;
import org.f2d2.objective.Objective;
import org.f2d2.score.Head;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FitTest {

  /** Small networks: what is tested here does not depend on their size. */
  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(24))
          .withWorkers(2)
          .withSeed(5)
          .with(new TeacherOptions(16, 2, 64, 4e-3, -1, 0.999, 32, -1, 4))
          .with(new StudentOptions(16, 2, 64, 4e-3, 0.999, true, true, -1, 0, 0, false));

  /** Without a closed form, which on so few rows takes the place of what networks add to it. */
  private static final FitOptions NETWORKS =
      OPTIONS.with(new TeacherOptions(16, 2, 64, 4e-3, -1, 0.999, 32, -1, 0));

  /** Two correlated columns and one of whole numbers. */
  private static Table table(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[3 * 240];
    for (int r = 0; r < 240; r++) {
      double a = random.nextGaussian();
      values[3 * r] = 10 + 2 * a;
      values[3 * r + 1] = a + 0.5 * random.nextGaussian();
      values[3 * r + 2] = random.nextInt(5);
    }
    return Table.of(List.of("a", "b", "c"), values);
  }

  private static float[] weights(FittedFlow flow) {
    float[] all = new float[0];
    for (Network n :
        List.of(
            flow.teacher().orElseThrow().network(),
            flow.logDensityHead().orElseThrow().network(),
            flow.student().network())) {
      float[] part = n.parameters().flat().toFloats();
      int length = all.length;
      all = Arrays.copyOf(all, length + part.length);
      System.arraycopy(part, 0, all, length, part.length);
    }
    return all;
  }

  /** Asks for an end after a number of questions, as an interrupt at a random moment would. */
  private static FitListener stopAfter(int questions) {
    return new FitListener() {
      private final AtomicInteger asked = new AtomicInteger();

      @Override
      public boolean stopRequested() {
        return asked.incrementAndGet() > questions;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 9, 25})
  void aResumedFitOfAClosedFormEndsInTheSameWeights(int questions, @TempDir Path directory) {
    assertResumes(OPTIONS, questions, directory);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 9, 25, 31, 45})
  void aResumedFitEndsInTheSameWeightsBitForBit(int questions, @TempDir Path directory) {
    assertResumes(NETWORKS, questions, directory);
  }

  private static void assertResumes(FitOptions options, int questions, Path directory) {
    Table table = table(1);
    float[] whole = weights(Fit.run(table, options, FitListener.SILENT));
    assertThrows(
        FitInterrupted.class,
        () -> Fit.run(table, options, directory, false, stopAfter(questions)));
    FittedFlow resumed = Fit.run(table, options, directory, true, FitListener.SILENT);
    assertArrayEquals(whole, weights(resumed));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFitCutOffAgainAndAgainEndsInTheSameWeights(boolean closedForm, @TempDir Path directory) {
    FitOptions options = closedForm ? OPTIONS : NETWORKS;
    Table table = table(1);
    FittedFlow uncut = Fit.run(table, options, FitListener.SILENT);
    assertEquals(closedForm, uncut.closedForm());
    float[] whole = weights(uncut);
    int interruptions = 0;
    FittedFlow last = null;
    while (last == null) {
      try {
        last = Fit.run(table, options, directory, true, stopAfter(9));
      } catch (FitInterrupted e) {
        interruptions++;
      }
    }
    assertTrue(interruptions > 3, "interruptions: " + interruptions);
    assertArrayEquals(whole, weights(last));
    assertArrayEquals(
        uncut.calibration().exact().reference().values(),
        last.calibration().exact().reference().values());
  }

  // Of twenty calibration rows all are needed for a bound at 95 %.
  @Test
  void fewRowsStillBoundTheErrorOfTheExactValue() {
    Table few = table(1).rows(IntStream.range(0, 100).toArray());
    FittedFlow flow = Fit.run(few, NETWORKS, FitListener.SILENT);
    assertEquals(20, flow.calibration().exact().error().count());
    assertTrue(Double.isFinite(flow.calibration().exact().error().halfWidth()));
  }

  private record NoOptions() {}

  /** Divides its loss by 0. */
  private static final Method BROKEN =
      Method.of(
          new MethodInfo("broken", "nowhere", "divides by 0", "all", LsdF2d2.LSD.info().source()),
          new NoOptions(),
          (setting, none) -> {
            Objective whole = LsdF2d2.LSD.objective(setting);
            return (rows, rng) -> whole.loss(rows, rng).div(0);
          },
          ExactSolution.NoLoss.at(0));

  @Test
  void aMethodThatCannotBeTrainedIsOneLine() {
    assertFails("training the ", new Budget.Steps(3));
    assertFails("the first trial steps failed: ", new Budget.Minutes(2));
  }

  private static void assertFails(String words, Budget budget) {
    FitOptions options = NETWORKS.with(BROKEN).with(budget);
    TrainingFailed e =
        assertThrows(TrainingFailed.class, () -> Fit.run(table(1), options, FitListener.SILENT));
    assertTrue(e.getMessage().startsWith(words), e.getMessage());
    assertTrue(e.getMessage().contains("the loss was not finite in "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  // What is larger is refused; what is accepted must train.
  @Test
  void theLargestWeightsAndGuidanceTrain() {
    StudentOptions student =
        OPTIONS.student().toBuilder().cycleWeight(1000).determinantWeight(1000).build();
    FitOptions options = NETWORKS.with(LsdF2d2.LSD_F2D2).with(new Budget.Steps(3));
    FittedFlow weighted = Fit.run(table(3), options.with(student), FitListener.SILENT);
    assertEquals(0, weighted.provenance().skippedSteps());
    FittedFlow guided =
        Fit.run(
            table(3),
            options.with(ConditionOptions.on("c").withGuidance(100, 0)),
            FitListener.SILENT);
    assertEquals(0, guided.provenance().skippedSteps());
    FittedFlow mixed =
        Fit.run(
            table(3),
            options.with(LsdF2d2.LSD).with(ConditionOptions.on("c").withGuidance(50, 0.5)),
            FitListener.SILENT);
    assertEquals(0, mixed.provenance().skippedSteps());
  }

  @Test
  void aPlanWithoutAStageIsRefused() {
    FitPlan plan = FitPlan.ofSteps(24);
    for (FitPlan lacking :
        List.of(
            plan.withStudents(64, 1, 0), plan.withStudents(64, 0, 1), plan.withStudents(0, 1, 1))) {
      FitOptions options = OPTIONS.with(Budget.Stages.of(lacking));
      F2d2Exception e =
          assertThrows(F2d2Exception.class, () -> Fit.run(table(1), options, FitListener.SILENT));
      assertTrue(e.getMessage().endsWith("must be at least 1 for this method"), e.getMessage());
    }
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    Table table = table(1);
    float[] first = weights(Fit.run(table, OPTIONS, FitListener.SILENT));
    float[] second = weights(Fit.run(table, OPTIONS.withSeed(6), FitListener.SILENT));
    assertNotEquals(first[0], second[0]);
  }

  @Test
  void aCheckpointOfOtherDataIsRefused(@TempDir Path directory) {
    assertThrows(
        FitInterrupted.class, () -> Fit.run(table(1), OPTIONS, directory, false, stopAfter(40)));
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> Fit.run(table(2), OPTIONS, directory, true, FitListener.SILENT));
    assertTrue(e.getMessage().endsWith("the checkpoint belongs to other data"), e.getMessage());
  }

  @Test
  void tooFewRowsAreRefusedWithTheirNumber() {
    Table table = table(1).rows(new int[] {0, 1, 2, 3});
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> Fit.run(table, OPTIONS, FitListener.SILENT));
    assertEquals("a fit needs at least 60 rows, the data has 4", e.getMessage());
  }

  static List<Method> methods() {
    return Methods.all();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodFitsAndCalibrates(Method method) {
    FittedFlow flow =
        Fit.run(table(3), OPTIONS.with(method).with(new Budget.Steps(8)), FitListener.SILENT);
    assertEquals(method.distilled(), flow.teacher().isPresent());
    assertEquals(Calibrator.CALIBRATED.size(), flow.calibration().few().size());
    flow.calibration()
        .few()
        .forEach(
            (k, entry) -> {
              assertTrue(entry.error().halfWidth() > 0, "bound at " + k);
              assertTrue(Double.isFinite(entry.meanAbsoluteError()), "error at " + k);
            });
    assertEquals(0, flow.provenance().skippedSteps());
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void noMeanErrorIsLeftOnHeldOutRows(Head head) {
    FitOptions options =
        OPTIONS
            .with(new Budget.Steps(8))
            .with(OPTIONS.student().withHeads(true, head == Head.LOG_DENSITY));
    FittedFlow flow = Fit.run(table(3), options, FitListener.SILENT);
    FitData data = FitData.of(table(3), options);
    Tensor rows = Tensor.cat(0, data.selection(), data.calibration());
    try (WorkerPool pool = new WorkerPool(1)) {
      Calibrator calibrator = new Calibrator(pool);
      double[] exact = calibrator.exact(flow.teacher().orElseThrow(), rows).logDensity();
      double sum = 0;
      for (int k : Calibrator.SELECTED) {
        double[] few =
            calibrator.few(head, k, Optional.of(flow.student()), flow.logDensityHead(), rows);
        sum += ErrorStatistics.trimmedBias(few, exact);
      }
      assertEquals(0, sum / Calibrator.SELECTED.size(), 2e-5);
    }
  }

  @Test
  void extraLossesChangeTheFlowMapAndNothingBeforeIt() {
    FitOptions options = OPTIONS.with(LsdF2d2.LSD_F2D2).with(new Budget.Steps(8));
    FittedFlow plain = Fit.run(table(3), options, FitListener.SILENT);
    FittedFlow bound =
        Fit.run(
            table(3),
            options.with(
                options.student().toBuilder().cycleWeight(0.5).determinantWeight(0).build()),
            FitListener.SILENT);
    FittedFlow linked =
        Fit.run(
            table(3),
            options.with(
                options.student().toBuilder().cycleWeight(0).determinantWeight(0.5).build()),
            FitListener.SILENT);
    for (FittedFlow other : List.of(bound, linked)) {
      assertArrayEquals(
          plain.teacher().orElseThrow().network().parameters().flat().toFloats(),
          other.teacher().orElseThrow().network().parameters().flat().toFloats());
      assertFalse(
          Arrays.equals(
              plain.student().network().parameters().flat().toFloats(),
              other.student().network().parameters().flat().toFloats()));
    }
    StudentOptions student = options.student();
    assertThrows(
        F2d2Exception.class,
        () -> student.toBuilder().cycleWeight(-1).determinantWeight(0).build());
    assertThrows(
        F2d2Exception.class,
        () ->
            student.withHeads(false, true).toBuilder().cycleWeight(0).determinantWeight(1).build());
  }

  @Test
  void withoutAHeadForDensitiesAFitHasNoFewStepCalibration() {
    StudentOptions bare = OPTIONS.student().withHeads(false, false);
    FittedFlow flow =
        Fit.run(table(3), OPTIONS.with(new Budget.Steps(8)).with(bare), FitListener.SILENT);
    assertTrue(flow.calibration().few().isEmpty());
    assertTrue(flow.logDensityHead().isEmpty());
    FittedFlow direct =
        Fit.run(
            table(3),
            OPTIONS.with(new Budget.Steps(8)).with(bare.withHeads(false, true)),
            FitListener.SILENT);
    direct.calibration().few().values().forEach(e -> assertEquals(Head.LOG_DENSITY, e.head()));
    assertEquals(Calibrator.CALIBRATED.size(), direct.calibration().few().size());
  }

  @Test
  void minutesBecomeAPlanThatKeepsToThem() {
    long start = System.nanoTime();
    FittedFlow flow = Fit.run(table(4), OPTIONS.with(new Budget.Minutes(0.1)), FitListener.SILENT);
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(
        ((FitPlan) flow.provenance().plan()).teacherSteps() > 24,
        "plan " + flow.provenance().plan());
    // The rates are measured on a shared machine; a factor of six still catches a wrong unit.
    assertTrue(seconds < 36, "a fit of six seconds took " + seconds);
  }
}
