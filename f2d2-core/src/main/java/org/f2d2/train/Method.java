package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.f2d2.error.F2d2Exception;

/** The methods that {@code fit} can train a joint flow map with. */
public enum Method {
  /** The project's own recipe; see {@link org.f2d2.objective.TrajectoryRegression}. */
  TRAJECTORY_REGRESSION(
      "trajectory-regression",
      "this project",
      "the joint map and a potential are regressed on solved trajectories of the teacher",
      true),
  /** See {@link org.f2d2.objective.LsdF2d2}. */
  LSD_F2D2(
      "lsd-f2d2",
      "arXiv 2512.02636, arXiv 2505.18825",
      "Lagrangian self-distillation of velocity and divergence from a frozen teacher",
      true),
  /** See {@link org.f2d2.objective.MeanFlowF2d2}. */
  MEANFLOW_F2D2(
      "meanflow-f2d2",
      "arXiv 2512.02636, arXiv 2505.13447",
      "MeanFlow identity for velocity and divergence, tangent from a frozen teacher",
      true),
  /** See {@link org.f2d2.objective.ShortcutF2d2}. */
  SHORTCUT_F2D2(
      "shortcut-f2d2",
      "arXiv 2512.02636, arXiv 2410.12557",
      "two half jumps make one whole; the instantaneous field is learned from the data",
      false),
  /** See {@link org.f2d2.objective.ShortcutF2d2}. */
  SHORTCUT_DISTILL_F2D2(
      "shortcut-distill-f2d2",
      "arXiv 2512.02636",
      "two half jumps make one whole; the instantaneous field is a frozen teacher's",
      true);

  private final String id;
  private final String papers;
  private final String summary;
  private final boolean distilled;

  Method(String id, String papers, String summary, boolean distilled) {
    this.id = id;
    this.papers = papers;
    this.summary = summary;
    this.distilled = distilled;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }

  /** Where the method was published. */
  public String papers() {
    return papers;
  }

  /** What it does, in one line. */
  public String summary() {
    return summary;
  }

  /** Whether a teacher is trained first. */
  public boolean distilled() {
    return distilled;
  }

  /**
   * The method of a name.
   *
   * @throws F2d2Exception for an unknown name; the message lists the known ones
   */
  public static Method of(String id) {
    return Arrays.stream(values())
        .filter(m -> m.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new F2d2Exception("unknown method " + id + "; known: " + String.join(", ", ids())));
  }

  /** All names. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Method::id).collect(Collectors.toList());
  }
}
