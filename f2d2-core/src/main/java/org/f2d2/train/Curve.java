package org.f2d2.train;

import java.util.List;

/**
 * How the loss of one stage went.
 *
 * @param stage name of the stage
 * @param steps step numbers
 * @param losses running mean of the loss at these steps
 */
public record Curve(String stage, List<Long> steps, List<Double> losses) {

  /** Copies the lists and checks that they match. */
  public Curve {
    steps = List.copyOf(steps);
    losses = List.copyOf(losses);
    if (steps.size() != losses.size()) {
      throw new IllegalArgumentException("a curve needs one loss per step");
    }
  }
}
