package org.f2d2.train;

import java.util.function.LongSupplier;

/**
 * How long a step of training takes on this machine, which turns minutes into steps.
 *
 * @param clock nanoseconds
 * @param look called between steps; throws when the user wants the fit to end
 * @param atLeast seconds that one measurement takes
 */
record StepRate(LongSupplier clock, Runnable look, double atLeast) {

  private static final int WARM_UP = 15;

  /** Most times that one rate is measured. */
  private static final int MOST_MEASURES = 8;

  /** A later rate below this share of an earlier one says that steps still get faster. */
  private static final double STILL_FASTER = 0.95;

  private static final double MEASURE_SECONDS = 0.6;

  /** For a fit of so many minutes, of which a rate may take a hundredth at most. */
  static StepRate of(Budget budget, LongSupplier clock, Runnable look) {
    double seconds =
        budget instanceof Budget.Minutes minutes
            ? Math.min(MEASURE_SECONDS, 0.3 * minutes.minutes())
            : MEASURE_SECONDS;
    return new StepRate(clock, look, seconds);
  }

  /**
   * Seconds of a step once the JVM has compiled what a step runs: measured again as long as steps
   * still get clearly faster.
   *
   * @param step does one step
   */
  double seconds(Runnable step) {
    // A slow step is not worth a second look, and a short fit not many.
    long start = clock.getAsLong();
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
      double elapsed = (clock.getAsLong() - start) / 1e9;
      if (elapsed > 2 * atLeast) {
        return elapsed / (i + 1);
      }
    }
    double best = measured(step);
    for (int i = 1; i < MOST_MEASURES; i++) {
      double next = measured(step);
      if (next > STILL_FASTER * best) {
        return Math.min(best, next);
      }
      best = next;
    }
    return best;
  }

  private double measured(Runnable step) {
    long start = clock.getAsLong();
    int steps = 0;
    double elapsed;
    do {
      look.run();
      step.run();
      steps++;
      elapsed = (clock.getAsLong() - start) / 1e9;
    } while (elapsed < atLeast);
    return elapsed / steps;
  }
}
