package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.junit.jupiter.api.Test;

class BestParametersTest {

  private static final int STEPS = 20;

  /**
   * One number that a loss pulls to 1; its average rises from look to look. Returned are the kept
   * number and the last; a score of NaN is not expected to be any particular one.
   */
  private static float[] kept(
      List<Double> shares, ToDoubleFunction<Parameters> score, double expectedScore) {
    Parameters parameters = Parameters.zeros(List.of(Parameters.Entry.of("a", 1)), DType.FLOAT32);
    TrainingRun run =
        new TrainingRun(
            parameters,
            new TrainingRun.Options(
                1, new Schedule(0.02, 1, STEPS, 0.5), Optimizer.Options.DEFAULT, 10, 0.5),
            new Rng(1));
    BestParameters best = new BestParameters(shares, parameters, score);
    Objective pull = (rows, rng) -> parameters.get("a").sub(1).square().sum();
    try (WorkerPool pool = new WorkerPool(1)) {
      best.look(run);
      while (run.step() < STEPS) {
        run.advance(pull, pool);
        best.look(run);
      }
    }
    if (!Double.isNaN(expectedScore)) {
      assertEquals(expectedScore, best.score());
    }
    return new float[] {
      best.parameters(parameters).flat().toFloats()[0], run.average().flat().toFloats()[0]
    };
  }

  @Test
  void ofEqualScoresTheLastIsKept() {
    float[] values = kept(BestParameters.LATE, p -> 0, 0);
    assertArrayEquals(new float[] {values[1]}, new float[] {values[0]});
  }

  @Test
  void withoutAnyScoreTheStartIsKept() {
    assertEquals(0, kept(BestParameters.LATE, p -> Double.NaN, Double.POSITIVE_INFINITY)[0]);
  }

  @Test
  void aStartThatTrainingSpoilsIsKept() {
    ToDoubleFunction<Parameters> distanceFromZero = p -> Math.abs(p.flat().toDoubles()[0]);
    assertEquals(0, kept(BestParameters.THROUGHOUT, distanceFromZero, 0)[0]);
  }

  @Test
  void aStartIsNotJudgedWhereItMustNotWin() {
    ToDoubleFunction<Parameters> distanceFromZero = p -> Math.abs(p.flat().toDoubles()[0]);
    assertTrue(kept(BestParameters.LATE, distanceFromZero, Double.NaN)[0] > 0);
  }
}
