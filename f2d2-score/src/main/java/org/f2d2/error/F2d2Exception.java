package org.f2d2.error;

import java.util.Objects;

/**
 * A failure that the final user can understand and usually put right.
 *
 * <p>The message is shown as it is, on one line, without the class name or a trace. It says what
 * failed and where (file, row, column, option), and where possible what to do. A room that has more
 * to tell its callers than a message extends this class.
 */
public class F2d2Exception extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with nothing behind it.
   *
   * @param message one line for the final user
   */
  public F2d2Exception(String message) {
    super(oneLine(message));
  }

  /**
   * A failure that another one caused.
   *
   * @param message one line for the final user
   * @param cause what was caught; shown only when a trace is asked for
   */
  public F2d2Exception(String message, Throwable cause) {
    super(oneLine(message), Objects.requireNonNull(cause, "cause"));
  }

  // Messages quote file names, cells and what a library said, and any of them may hold a line
  // break. A reader of a log counts on one line per failure.
  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
