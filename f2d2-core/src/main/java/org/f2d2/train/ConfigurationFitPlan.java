package org.f2d2.train;

/**
 * How long each stage of a fit of configurations is, decided once and kept in the checkpoint.
 *
 * @param velocitySteps steps of the velocity; 0 where there is none
 * @param studentSteps steps of the flow map that starts from it
 */
public record ConfigurationFitPlan(int velocitySteps, int studentSteps) {

  /** Share of the time of the velocity. */
  static final double VELOCITY_SHARE = 0.6;

  /** Share of the time of what is neither: exact densities of held-out rows. */
  static final double EXACT_SHARE = 0.1;

  /** Checks the numbers. */
  public ConfigurationFitPlan {
    if (velocitySteps < 0 || studentSteps < 1) {
      throw new IllegalArgumentException("a plan needs steps, and no negative numbers");
    }
  }

  /** One line for a user. */
  @Override
  public String toString() {
    return (velocitySteps == 0 ? "" : "velocity " + velocitySteps + ", ")
        + "flow map "
        + studentSteps;
  }
}
