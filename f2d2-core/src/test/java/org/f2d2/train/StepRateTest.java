package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StepRateTest {

  /** Steps that take what is said of them, by a clock that nothing else moves. */
  private static final class Steps implements Runnable {
    private final AtomicLong now = new AtomicLong();
    private final IntToDoubleFunction seconds;
    private int done;

    Steps(IntToDoubleFunction seconds) {
      this.seconds = seconds;
    }

    @Override
    public void run() {
      now.addAndGet(Math.round(1e9 * seconds.applyAsDouble(done++)));
    }
  }

  private static double rate(Steps steps, double minutes) {
    return StepRate.of(new Budget.Minutes(minutes), steps.now::get, () -> {}).seconds(steps);
  }

  @Test
  void stepsOfOneLengthTakeThatLong() {
    assertEquals(0.02, rate(new Steps(i -> 0.02), 5), 1e-9);
  }

  @Test
  void stepsThatGetFasterAreMeasuredUntilTheyDoNot() {
    Steps steps = new Steps(i -> i < 45 ? 0.02 : 0.005);
    assertEquals(0.005, rate(steps, 5), 1e-4);
  }

  @Test
  void stepsThatNeverStopGettingFasterAreMeasuredAFewTimes() {
    Steps steps = new Steps(i -> 1 / (10.0 + i));
    assertTrue(rate(steps, 5) > 0);
    assertTrue(steps.now.get() < 8e9, "took " + steps.now.get() / 1e9 + " s");
  }

  @Test
  void slowStepsOfAShortFitAreMeasuredOnce() {
    Steps steps = new Steps(i -> 1);
    assertEquals(1, rate(steps, 0.5), 1e-9);
    assertEquals(1, steps.done);
  }

  /** What the JVM has not compiled yet says nothing of the steps to come. */
  @Test
  void slowStepsThatGetFasterAreNotTakenForSlowOnes() {
    Steps steps = new Steps(i -> i < 3 ? 4 : 0.4);
    assertEquals(0.4, rate(steps, 25), 1e-9);
    assertTrue(steps.now.get() < 20e9, "took " + steps.now.get() / 1e9 + " s");
  }

  @Test
  void theUserIsAskedBetweenSteps() {
    Steps steps = new Steps(i -> 0.02);
    List<Integer> asked = new ArrayList<>();
    StepRate.of(new Budget.Steps(1), steps.now::get, () -> asked.add(steps.done)).seconds(steps);
    assertTrue(asked.size() > 10, "asked " + asked.size() + " times");
  }
}
