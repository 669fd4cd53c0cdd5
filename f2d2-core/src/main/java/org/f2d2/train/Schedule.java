package org.f2d2.train;

/**
 * Learning rate over a run: a linear warm-up, then half a cosine down to a share of the peak.
 *
 * @param peak largest learning rate, positive
 * @param warmup steps of the warm-up, at least 0
 * @param steps steps of the whole run, at least 1
 * @param floor the last rate as a share of the peak, in [0, 1]
 */
public record Schedule(double peak, int warmup, int steps, double floor) {

  /** Checks the numbers. */
  public Schedule {
    if (!(peak > 0) || warmup < 0 || steps < 1 || !(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException(
          "a schedule needs peak > 0, warmup >= 0, steps >= 1 and floor in [0, 1]: "
              + peak
              + ", "
              + warmup
              + ", "
              + steps
              + ", "
              + floor);
    }
  }

  /** The rate of a step, counted from 0. */
  public double rate(long step) {
    if (step < warmup) {
      return peak * (step + 1) / warmup;
    }
    double progress = Math.min(1, (step - warmup) / (double) Math.max(1, steps - warmup));
    return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
