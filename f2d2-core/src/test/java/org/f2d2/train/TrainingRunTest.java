package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TrainingRunTest {

  private static final List<Parameters.Entry> ENTRIES = List.of(Parameters.Entry.of("w", 2));

  private static Parameters start() {
    return Parameters.over(ENTRIES, Tensor.of(new double[] {3, -2}, 2));
  }

  private static TrainingRun run(Parameters p, Optimizer.Kind kind, double decay, double clip) {
    return new TrainingRun(
        p,
        new TrainingRun.Options(
            4,
            new Schedule(0.1, 0, 1000, 1),
            new Optimizer.Options(kind, 0.9, 0.999, 1e-8, decay),
            clip,
            0),
        new Rng(1));
  }

  @Test
  void theFirstStepOfAdamMovesEachParameterByTheRate() {
    Parameters p = start();
    Objective square = (rows, rng) -> p.get("w").square().sum();
    try (WorkerPool pool = new WorkerPool(1)) {
      run(p, Optimizer.Kind.ADAMW, 0, 1e9).advance(square, pool);
    }
    assertArrayEquals(new double[] {2.9, -1.9}, p.flat().toDoubles(), 1e-6);
  }

  // What waits for the garbage collector would grow to gigabytes in a long run.
  @Test
  void aStepLeavesNoNativeMemoryBehind() {
    Parameters p = start();
    Objective noisy =
        (rows, rng) -> p.get("w").sub(rng.normal(DType.FLOAT64, 2)).square().sum().mul(rows);
    try (WorkerPool pool = new WorkerPool(2)) {
      TrainingRun run = run(p, Optimizer.Kind.ADAMW, 0, 1e9);
      for (int i = 0; i < 5; i++) {
        run.advance(noisy, pool);
      }
      long before = Pointer.totalCount();
      for (int i = 0; i < 40; i++) {
        run.advance(noisy, pool);
      }
      assertTrue(Pointer.totalCount() <= before + 10, "left " + (Pointer.totalCount() - before));
    }
  }

  @Test
  void weightDecayIsDecoupledFromTheGradient() {
    Parameters p = start();
    Objective square = (rows, rng) -> p.get("w").square().sum();
    try (WorkerPool pool = new WorkerPool(1)) {
      run(p, Optimizer.Kind.ADAMW, 0.5, 1e9).advance(square, pool);
    }
    // 3 (1 - 0.1 · 0.5) - 0.1 and -2 (1 - 0.1 · 0.5) + 0.1
    assertArrayEquals(new double[] {2.75, -1.8}, p.flat().toDoubles(), 1e-6);
  }

  @Test
  void theFirstStepOfRectifiedAdamIsPlainMomentum() {
    Parameters p = start();
    Objective square = (rows, rng) -> p.get("w").square().sum();
    try (WorkerPool pool = new WorkerPool(1)) {
      run(p, Optimizer.Kind.RADAM, 0, 1e9).advance(square, pool);
    }
    // m/(1-β₁) is the gradient 2w: 3 - 0.1 · 6 and -2 + 0.1 · 4
    assertArrayEquals(new double[] {2.4, -1.6}, p.flat().toDoubles(), 1e-6);
  }

  @Test
  void bothOptimisersReachTheMinimum() {
    for (Optimizer.Kind kind : Optimizer.Kind.values()) {
      Parameters p = start();
      Objective shifted =
          (rows, rng) -> p.get("w").sub(Tensor.of(new double[] {1, 0.5}, 2)).square().sum();
      TrainingRun run =
          new TrainingRun(
              p,
              new TrainingRun.Options(
                  1,
                  new Schedule(0.1, 0, 600, 0),
                  new Optimizer.Options(kind, 0.9, 0.99, 1e-8, 0),
                  10,
                  0),
              new Rng(1));
      try (WorkerPool pool = new WorkerPool(1)) {
        for (int i = 0; i < 600; i++) {
          run.advance(shifted, pool);
        }
      }
      assertArrayEquals(new double[] {1, 0.5}, p.flat().toDoubles(), 1e-3, kind.toString());
    }
  }

  @Test
  void aStepThatIsNotFiniteChangesNothingAndIsCounted() {
    Parameters p = start();
    Objective broken = (rows, rng) -> p.get("w").sum().div(0);
    TrainingRun run = run(p, Optimizer.Kind.ADAMW, 0, 1);
    try (WorkerPool pool = new WorkerPool(1)) {
      run.advance(broken, pool);
      assertEquals(1, run.skipped());
      assertEquals(1, run.step());
      assertArrayEquals(new double[] {3, -2}, p.flat().toDoubles());
      assertThrows(
          ArithmeticException.class,
          () -> {
            for (int i = 0; i < 20; i++) {
              run.advance(broken, pool);
            }
          });
    }
  }

  @Test
  void aTrainingThatStaysNotFiniteSaysWhereItFailed() {
    Map<Integer, String> said =
        Map.of(
            1, "training the teacher failed at step 1 of 1: the loss was not finite in 1 step;",
            3,
                "training the teacher failed at step 3 of 3: the loss was not finite in 3 steps in a",
            50,
                "training the teacher failed at step 20 of 50: the loss was not finite in 20 steps");
    said.forEach(
        (steps, words) -> {
          TrainingFailed e = assertThrows(TrainingFailed.class, () -> trainBroken(steps, steps));
          assertTrue(e.getMessage().startsWith(words), e.getMessage());
          assertTrue(e.getMessage().endsWith(" may help, or another seed"), e.getMessage());
        });
  }

  @Test
  void aTrainingOfWhichStepsAreLostGoesOn() {
    assertEquals(List.of("2 steps of the teacher were skipped: not finite"), trainBroken(2, 5));
  }

  /** What a fit says about a training whose first steps are not finite. */
  private static List<String> trainBroken(int first, int steps) {
    Parameters p = start();
    AtomicInteger step = new AtomicInteger();
    Objective broken =
        (rows, rng) -> p.get("w").square().sum().div(step.incrementAndGet() > first ? 1 : 0);
    TrainingRun run =
        new TrainingRun(
            p,
            new TrainingRun.Options(
                1, new Schedule(0.1, 0, steps, 1), Optimizer.Options.DEFAULT, 1, 0),
            new Rng(1));
    List<String> messages = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void message(String line) {
            messages.add(line);
          }
        };
    try (WorkerPool pool = new WorkerPool(1)) {
      FitSession session = new FitSession(listener, pool, Optional.empty());
      session.train("teacher", run, broken, new BestParameters(BestParameters.LATE, p, x -> 0));
    }
    return messages;
  }

  @Test
  void workersShareTheBatchAndTheirGradientsAreAveraged() {
    Parameters p = start();
    Objective rowsTimesFirst = (rows, rng) -> p.get("w").narrow(0, 0, 1).sum().mul(rows);
    try (WorkerPool pool = new WorkerPool(2)) {
      double loss = run(p, Optimizer.Kind.ADAMW, 0, 1e9).advance(rowsTimesFirst, pool);
      // Two workers with two rows each, 3 · 2 on both.
      assertEquals(6, loss, 1e-12);
    }
  }

  @Test
  void aRestoredRunGoesOnAsIfItHadNotStopped() {
    Parameters whole = start();
    Parameters cut = start();
    Parameters[] current = new Parameters[1];
    Objective noisy =
        (rows, rng) -> {
          Tensor noise = rng.normal(DType.FLOAT64, 2);
          return current[0].get("w").sub(noise).square().sum();
        };
    try (WorkerPool pool = new WorkerPool(1)) {
      current[0] = whole;
      TrainingRun uninterrupted = run(whole, Optimizer.Kind.RADAM, 0.01, 1);
      for (int i = 0; i < 40; i++) {
        uninterrupted.advance(noisy, pool);
      }
      current[0] = cut;
      TrainingRun first = run(cut, Optimizer.Kind.RADAM, 0.01, 1);
      for (int i = 0; i < 17; i++) {
        first.advance(noisy, pool);
      }
      Parameters other = start();
      TrainingRun second = run(other, Optimizer.Kind.RADAM, 0.01, 1);
      second.restore(first.state());
      current[0] = other;
      for (int i = 17; i < 40; i++) {
        second.advance(noisy, pool);
      }
      assertArrayEquals(whole.flat().toDoubles(), other.flat().toDoubles());
      assertArrayEquals(
          uninterrupted.average().flat().toDoubles(), second.average().flat().toDoubles());
    }
  }

  @Test
  void theScheduleWarmsUpAndEndsAtItsFloor() {
    Schedule s = new Schedule(2, 10, 110, 0.01);
    assertEquals(0.2, s.rate(0), 1e-12);
    assertEquals(2, s.rate(9), 1e-12);
    assertEquals(2, s.rate(10), 1e-12);
    assertEquals(2 * (0.01 + 0.99 * 0.5), s.rate(60), 1e-12);
    assertEquals(0.02, s.rate(110), 1e-12);
    assertTrue(s.rate(80) > s.rate(90));
  }
}
