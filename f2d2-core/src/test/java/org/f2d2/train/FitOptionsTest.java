package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.error.OptionException;
import org.f2d2.metric.ConformalBound;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FitOptionsTest {

  @Test
  void sizesOfNetworksHaveLimits() {
    assertRefused(
        "teacherDepth must lie in [1, 64], got 2000000000",
        () -> new TeacherOptions(0, 2_000_000_000, 512, 4e-3, -1, 0.999, 512, -1, 32));
    assertRefused(
        "studentWidth must lie in [0, 8192], got 1000000",
        () -> new StudentOptions(1_000_000, 4, 512, 4e-3, 0.999, true, true, -1, 0, 0, false));
    assertRefused(
        "teacherBatch must lie in [1, 1048576], got 0",
        () -> new TeacherOptions(0, 4, 0, 4e-3, -1, 0.999, 512, -1, 32));
  }

  private static void assertRefused(String message, Executable options) {
    assertEquals(message, assertThrows(OptionException.class, options).getMessage());
  }

  @Test
  void aFitTakesSomeTimeAndAYearAtMost() {
    for (double minutes : new double[] {0, -1, 525_601, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          "minutes must be above 0 and at most 525600, got " + minutes,
          () -> new Budget.Minutes(minutes));
    }
    assertEquals(525_600, new Budget.Minutes(525_600).minutes());
    assertRefused("steps must be at least 1, got 0", () -> new Budget.Steps(0));
  }

  @Test
  void withoutWorkersNothingIsFitted() {
    assertRefused("workers must be at least 1, got 0", () -> FitOptions.DEFAULT.withWorkers(0));
    assertRefused(
        "workers must be at least 1, got -1",
        () -> ImageFitOptions.DEFAULT.toBuilder().workers(-1).build());
  }

  // Larger ones swamp the loss that they are added to, and at 1e300 nothing is finite.
  @Test
  void weightsOfExtraLossesHaveLimits() {
    for (double weight : new double[] {-1, 1000.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      StudentOptions.Builder student = StudentOptions.DEFAULT.toBuilder();
      assertRefused(
          "cycleWeight must lie in [0, 1000], got " + weight,
          () -> student.cycleWeight(weight).determinantWeight(0).build());
      assertRefused(
          "determinantWeight must lie in [0, 1000], got " + weight,
          () -> student.cycleWeight(0).determinantWeight(weight).build());
    }
    StudentOptions most =
        StudentOptions.DEFAULT.toBuilder().cycleWeight(1000).determinantWeight(1000).build();
    assertEquals(1000, most.cycleWeight());
  }

  @Test
  void guidanceHasALimitWithItsMixToo() {
    ConditionOptions kind = ConditionOptions.on("kind");
    for (double guidance : new double[] {-1, 101, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          "guidance must lie in [0, 100], got " + guidance, () -> kind.withGuidance(guidance, 0));
    }
    OptionException mixed = assertThrows(OptionException.class, () -> kind.withGuidance(50, 0.75));
    assertEquals(
        "--guidance-mix makes a --guidance of W/(1-K) = 200.0, at most 100 can be learned",
        mixed.asCommandLine());
    assertEquals(100, kind.withGuidance(100, 0).guidance());
    assertEquals(0.5, kind.withGuidance(50, 0.5).guidanceMix());
  }

  private static Calibration.Entry off(double nats) {
    return new Calibration.Entry(
        Head.LOG_DENSITY,
        new ConformalBound(0.95, 3 * nats, 20),
        nats,
        ReferenceDistribution.of(new double[] {-1, -2}));
  }

  @Test
  void theUsualEvaluationsAreTheFewestThatComeNear() {
    Map<Integer, Calibration.Entry> few = new TreeMap<>();
    few.put(1, off(0.5));
    few.put(4, off(0.19));
    few.put(8, off(0.1));
    Calibration calibration = new Calibration(few, off(0));
    // A tenth of a nat for one column, and of the root of their number for more.
    assertEquals(Optional.of(8), calibration.usual(1));
    assertEquals(Optional.of(4), calibration.usual(4));
    assertEquals(Optional.of(1), calibration.usual(25));
    assertEquals(Optional.empty(), new Calibration(Map.of(1, off(9)), off(0)).usual(25));
  }
}
