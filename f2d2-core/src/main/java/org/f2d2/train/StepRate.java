package org.f2d2.train;

import java.util.function.LongSupplier;

/**
 * How long a step of training takes on this machine, which turns minutes into steps.
 *
 * @param clock nanoseconds
 * @param look called between steps; throws when the user wants the fit to end
 * @param atLeast seconds that one measurement takes
 * @param atMost seconds that steps may take to warm up
 */
record StepRate(LongSupplier clock, Runnable look, double atLeast, double atMost) {

  private static final int WARM_UP = 15;

  /** Most times that one rate is measured. */
  private static final int MOST_MEASURES = 8;

  /** A later rate below this share of an earlier one says that steps still get faster. */
  private static final double STILL_FASTER = 0.95;

  private static final double MEASURE_SECONDS = 0.6;

  /** For a fit of so many minutes, of which a rate may take a hundredth at most. */
  static StepRate of(Budget budget, LongSupplier clock, Runnable look) {
    double hundredth =
        budget instanceof Budget.Minutes minutes ? 0.6 * minutes.minutes() : Double.MAX_VALUE;
    double seconds = Math.min(MEASURE_SECONDS, hundredth / 2);
    return new StepRate(clock, look, seconds, Math.max(2 * seconds, hundredth));
  }

  /**
   * Seconds of a step once the JVM has compiled what a step runs: measured again as long as steps
   * still get clearly faster.
   *
   * @param step does one step
   */
  double seconds(Runnable step) {
    // Slow steps are not worth many looks. The first ones are far slower than those to come, which
    // the JVM will have compiled.
    long start = clock.getAsLong();
    double fastest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < WARM_UP; i++) {
      look.run();
      long before = clock.getAsLong();
      step.run();
      fastest = Math.min(fastest, (clock.getAsLong() - before) / 1e9);
      if ((clock.getAsLong() - start) / 1e9 > atMost) {
        return fastest;
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
