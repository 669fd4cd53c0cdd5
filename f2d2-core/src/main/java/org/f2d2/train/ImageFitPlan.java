package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How long each stage of a fit of images is, decided once and kept in the checkpoint.
 *
 * @param teacherSteps steps of the teacher
 * @param trajectories how many trajectories of the teacher the others learn from; 0 for a method
 *     that needs none
 * @param velocitySteps steps of the flow map that has no divergence yet
 * @param jointSteps steps of the joint flow map that starts from it
 * @param logDensitySteps steps of the log-density head; 0 without trajectories
 */
public record ImageFitPlan(
    int teacherSteps,
    int trajectories,
    int velocitySteps,
    int jointSteps,
    @JsonProperty("potentialSteps") int logDensitySteps) {

  /** Shares of the time of a fit; what is left is for exact densities of held-out images. */
  static final double TEACHER_SHARE = 0.36;

  static final double TRAJECTORY_SHARE = 0.16;
  static final double VELOCITY_SHARE = 0.19;
  static final double JOINT_SHARE = 0.13;
  static final double LOG_DENSITY_SHARE = 0.09;

  /** Checks that nothing is negative. */
  public ImageFitPlan {
    if (teacherSteps < 1
        || trajectories < 0
        || velocitySteps < 1
        || jointSteps < 1
        || logDensitySteps < 0) {
      throw new IllegalArgumentException("a plan needs steps, and no negative numbers");
    }
  }

  /**
   * The plan of a number of teacher steps, in the proportions of {@link #TEACHER_SHARE} and so on.
   */
  static ImageFitPlan ofSteps(int steps, boolean trajectories) {
    return new ImageFitPlan(
        steps,
        trajectories ? Math.max(16, steps) : 0,
        Math.max(1, steps / 3),
        Math.max(1, steps / 5),
        trajectories ? Math.max(1, steps / 3) : 0);
  }

  /** One line for a user. */
  @Override
  public String toString() {
    return "teacher "
        + teacherSteps
        + ", trajectories "
        + trajectories
        + ", velocity "
        + velocitySteps
        + ", joint "
        + jointSteps
        + ", log-density "
        + logDensitySteps;
  }
}
