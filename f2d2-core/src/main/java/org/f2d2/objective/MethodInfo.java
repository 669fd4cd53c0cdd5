package org.f2d2.objective;

/**
 * What is said about a method.
 *
 * @param id its name on the command line and in files
 * @param papers where it was published
 * @param summary what it does, in one line
 * @param reconstructed what of it is ours, because the publications do not say or do not have it
 * @param source what it learns from
 */
public record MethodInfo(
    String id, String papers, String summary, String reconstructed, Source source) {

  /** What a method learns from. */
  public enum Source {
    /** The data alone. */
    DATA,
    /** The velocity field of a trained teacher. */
    TEACHER,
    /** Trajectories that are solved with a trained teacher. */
    TRAJECTORIES
  }

  /** Checks the name. */
  public MethodInfo {
    if (!id.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new IllegalArgumentException("a method's name has small letters and dashes: " + id);
    }
  }

  /** Whether a teacher is trained first. */
  public boolean distilled() {
    return source != Source.DATA;
  }
}
