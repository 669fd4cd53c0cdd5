package org.f2d2.cli;

/** What stands at the other end of standard error. */
final class Terminal {

  /**
   * Set by the launcher, which can ask the system: the JVM tells only whether standard input and
   * output are a terminal, and output is mostly a file just when a progress bar is of use.
   */
  private static final String PROPERTY = "f2d2.terminal";

  private Terminal() {}

  /** Whether a person watches standard error. */
  static boolean onStandardError() {
    String told = System.getProperty(PROPERTY);
    if (told != null) {
      return Boolean.parseBoolean(told);
    }
    // From Java 22 on there is always a console, so it says nothing about a terminal.
    return Runtime.version().feature() < 22 && System.console() != null;
  }
}
