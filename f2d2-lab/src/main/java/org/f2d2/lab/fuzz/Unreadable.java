package org.f2d2.lab.fuzz;

/** An independent reader finds that its input does not follow the format. */
final class Unreadable extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  Unreadable(String message) {
    super(message);
  }
}
