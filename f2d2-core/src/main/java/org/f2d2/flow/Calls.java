package org.f2d2.flow;

/**
 * What a result cost, in passes through the network per row. Both counts are always reported: a
 * backward pass costs about twice a forward one, and a figure that counts only one of them is not
 * comparable with another.
 *
 * @param forward evaluations; one call that returns (u, D) together counts 1, and so does one
 *     directional derivative
 * @param backward gradients
 */
public record Calls(int forward, int backward) {

  /** No work. */
  public static final Calls NONE = new Calls(0, 0);

  /** Checks that no count is negative. */
  public Calls {
    if (forward < 0 || backward < 0) {
      throw new IllegalArgumentException(
          "counts cannot be negative, got " + forward + " and " + backward);
    }
  }

  /** The cost of one piece of work after another. */
  public Calls plus(Calls other) {
    return new Calls(forward + other.forward, backward + other.backward);
  }

  /** The larger of each count: the cost of the worst row where rows differ. */
  public Calls max(Calls other) {
    return new Calls(Math.max(forward, other.forward), Math.max(backward, other.backward));
  }
}
