package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.junit.jupiter.api.Test;

class BestParametersTest {

  private static final int STEPS = 20;

  /** One number that a loss pulls to 1; its average rises from look to look. */
  private static float[] kept(ToDoubleFunction<Parameters> score, double expectedScore) {
    Parameters parameters = Parameters.zeros(List.of(Parameters.Entry.of("a", 1)), DType.FLOAT32);
    TrainingRun run =
        new TrainingRun(
            parameters,
            new TrainingRun.Options(
                1, new Schedule(0.02, 1, STEPS, 0.5), Optimizer.Options.DEFAULT, 10, 0.5),
            new Rng(1));
    BestParameters best = new BestParameters(parameters, score);
    Objective pull = (rows, rng) -> parameters.get("a").sub(1).square().sum();
    try (WorkerPool pool = new WorkerPool(1)) {
      while (run.step() < STEPS) {
        run.advance(pull, pool);
        best.look(run);
      }
    }
    assertEquals(expectedScore, best.score());
    return new float[] {
      best.parameters(parameters).flat().toFloats()[0], run.average().flat().toFloats()[0]
    };
  }

  @Test
  void ofEqualScoresTheLastIsKept() {
    float[] values = kept(p -> 0, 0);
    assertArrayEquals(new float[] {values[1]}, new float[] {values[0]});
  }

  @Test
  void withoutAnyScoreTheStartIsKept() {
    assertEquals(0, kept(p -> Double.NaN, Double.POSITIVE_INFINITY)[0]);
  }
}
