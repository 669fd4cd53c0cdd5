package org.f2d2.lab.fuzz;

/** What became of an input. The first two are right, the others are findings. */
public enum Verdict {
  /** It was taken, and means what the independent reader says. */
  ACCEPTED("accepted"),
  /** It was refused with one line. */
  REFUSED("refused"),
  /** It ended in another exception than the one for users, exhausted memory among them. */
  WRONG_EXCEPTION("wrong exceptions"),
  /** The command line showed a trace, more than its line, or an exit code that is not its own. */
  TRACE("traces"),
  /** It took longer than allowed. */
  HANG("hangs"),
  /** It was taken, and means something else than the independent reader says. */
  CHANGED("changed answers"),
  /** It ended the process. */
  CRASH("crashes");

  private final String title;

  Verdict(String title) {
    this.title = title;
  }

  /** Heading of its column. */
  String title() {
    return title;
  }

  /** Whether it is a finding. */
  boolean wrong() {
    return this != ACCEPTED && this != REFUSED;
  }
}
