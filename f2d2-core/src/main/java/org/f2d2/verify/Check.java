package org.f2d2.verify;

/**
 * A statement that must hold.
 *
 * @param name what is stated
 * @param method how it was measured: on which flow, over which points
 * @param residual by how much it fails, in the unit of the statement
 * @param limit the largest residual that passes
 * @param passed whether {@code residual <= limit}; a NaN never passes
 */
public record Check(String name, String method, double residual, double limit, boolean passed) {

  /** A check of a residual against its limit. */
  public static Check of(String name, String method, double residual, double limit) {
    return new Check(name, method, residual, limit, residual <= limit);
  }
}
