package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalInt;
import org.f2d2.store.Earlier;

/**
 * How long each stage of a fit is, decided once and kept in the checkpoint.
 *
 * @param pilotSteps steps of each pilot run that chooses the teacher's features
 * @param teacherSteps steps of the teacher with plain coordinates; 0 where the method has none
 * @param fourierTeacherSteps steps of the teacher with Fourier features, which cost more
 * @param mixtureTeacherSteps steps of the teacher with plain coordinates over a mixture of
 *     Gaussians; 0 where there is none
 * @param trajectories how many trajectories of the teacher the students learn from
 * @param logDensitySteps steps of the log-density head
 * @param studentSteps steps of the joint flow map
 * @param exactRows selection rows that may be solved exactly, and half as many as calibration rows;
 *     0 for all
 * @param mixtureWork millions of multiplications that the search of a mixture may cost; 0 for the
 *     most
 * @param judgedRows selection rows that a teacher is judged on; 0 for the most
 */
public record FitPlan(
    int pilotSteps,
    int teacherSteps,
    int fourierTeacherSteps,
    @Earlier int mixtureTeacherSteps,
    int trajectories,
    @JsonProperty("potentialSteps") int logDensitySteps,
    int studentSteps,
    @Earlier int exactRows,
    @Earlier int mixtureWork,
    @Earlier int judgedRows) {

  /** Without a word about rows and mixtures. */
  public FitPlan(
      int pilotSteps,
      int teacherSteps,
      int fourierTeacherSteps,
      int mixtureTeacherSteps,
      int trajectories,
      int logDensitySteps,
      int studentSteps) {
    this(
        pilotSteps,
        teacherSteps,
        fourierTeacherSteps,
        mixtureTeacherSteps,
        trajectories,
        logDensitySteps,
        studentSteps,
        0,
        0,
        0);
  }

  /**
   * Shares of the time of a fit; what is left is for calibration.
   *
   * @param pilot of all pilots
   * @param teacher of the teacher
   * @param trajectories of its trajectories
   * @param logDensityHead of the log-density head
   * @param student of the flow map
   */
  record Shares(
      double pilot, double teacher, double trajectories, double logDensityHead, double student) {

    /** The measured choice. */
    static final Shares USUAL = new Shares(0.10, 0.39, 0.08, 0.23, 0.15);

    /** Where a trajectory costs more. */
    static final Shares MANY_DIMENSIONS = new Shares(0.10, 0.39, 0.12, 0.22, 0.14);

    /** Over kernels a network has little to add, and the map has all of them to learn. */
    static final Shares KERNELS = new Shares(0.08, 0.25, 0.17, 0.17, 0.28);

    /** Of what comes before the students. */
    double before() {
      return pilot + teacher;
    }

    /** Of the students and the trajectories that they learn from. */
    double students() {
      return trajectories + logDensityHead + student;
    }
  }

  /** Checks that nothing is negative. */
  public FitPlan {
    if (pilotSteps < 0
        || teacherSteps < 0
        || fourierTeacherSteps < 0
        || mixtureTeacherSteps < 0
        || trajectories < 0
        || logDensitySteps < 0
        || studentSteps < 0
        || exactRows < 0
        || mixtureWork < 0
        || judgedRows < 0) {
      throw new IllegalArgumentException("a plan has no negative numbers");
    }
  }

  /** No steps at all. */
  static final FitPlan NONE = new FitPlan(0, 0, 0, 0, 0, 0, 0);

  /** Whether it says what follows the teacher. */
  boolean hasStudents() {
    return studentSteps > 0;
  }

  /** This plan with other students. */
  FitPlan withStudents(int otherTrajectories, int otherLogDensitySteps, int otherStudentSteps) {
    return new FitPlan(
        pilotSteps,
        teacherSteps,
        fourierTeacherSteps,
        mixtureTeacherSteps,
        otherTrajectories,
        otherLogDensitySteps,
        otherStudentSteps,
        exactRows,
        mixtureWork,
        judgedRows);
  }

  /** This plan with what was decided before it. */
  FitPlan withEffort(int rows, int work) {
    return new FitPlan(
        pilotSteps,
        teacherSteps,
        fourierTeacherSteps,
        mixtureTeacherSteps,
        trajectories,
        logDensitySteps,
        studentSteps,
        rows,
        work,
        judgedRows);
  }

  /**
   * What an earlier plan says about one of its parts.
   *
   * @return empty where the budget is no earlier plan, or it says nothing
   */
  static OptionalInt earlier(Budget budget, String part) {
    int said = budget instanceof Budget.Stages stages ? stages.counts().getOrDefault(part, 0) : 0;
    return said == 0 ? OptionalInt.empty() : OptionalInt.of(said);
  }

  /** The plan of a number of teacher steps. */
  static FitPlan ofSteps(int steps) {
    return new FitPlan(
        Math.max(1, steps / 10),
        steps,
        steps,
        steps,
        Math.max(256, Math.min(24_000, 4 * steps)),
        Math.max(1, steps / 2),
        Math.max(1, steps / 2));
  }

  /** Steps of the teacher with what a pilot chose. */
  int teacherSteps(TeacherFit.Features features) {
    if (!features.mixture()) {
      return features.fourier() > 0 ? fourierTeacherSteps : teacherSteps;
    }
    if (features.fourier() == 0) {
      return mixtureTeacherSteps;
    }
    return (int) Math.max(1, (long) mixtureTeacherSteps * fourierTeacherSteps / teacherSteps);
  }

  /** One line for a user. */
  @Override
  public String toString() {
    return "pilot "
        + pilotSteps
        + ", teacher "
        + teacherSteps
        + " or with Fourier features "
        + fourierTeacherSteps
        + " or over a mixture "
        + mixtureTeacherSteps
        + ", trajectories "
        + trajectories
        + ", log-density "
        + logDensitySteps
        + ", flow map "
        + studentSteps;
  }
}
