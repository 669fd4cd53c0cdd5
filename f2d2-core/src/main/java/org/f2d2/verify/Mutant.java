package org.f2d2.verify;

/**
 * A deliberate mistake that the checks must notice.
 *
 * @param name what is wrong
 * @param residual by how much the mistaken statement fails
 * @param limit the smallest residual that counts as noticed
 * @param caught whether {@code residual > limit}; a NaN counts as not caught
 */
public record Mutant(String name, double residual, double limit, boolean caught) {

  /** The residual that every mistake must exceed. */
  public static final double LIMIT = 0.05;

  /** A mistake measured against {@link #LIMIT}. */
  public static Mutant of(String name, double residual) {
    return new Mutant(name, residual, LIMIT, residual > LIMIT);
  }
}
