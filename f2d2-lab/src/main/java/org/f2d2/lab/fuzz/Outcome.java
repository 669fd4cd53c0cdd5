package org.f2d2.lab.fuzz;

import org.f2d2.error.F2d2Exception;

/**
 * A verdict with its reason.
 *
 * @param verdict what became of the input
 * @param detail one line
 */
record Outcome(Verdict verdict, String detail) {

  /** Makes the detail one line. */
  Outcome {
    detail = detail.strip().replaceAll("\\s*\\R\\s*", " ⏎ ");
  }

  static final Outcome ACCEPTED = new Outcome(Verdict.ACCEPTED, "");

  /** Accepted, but not with the meaning that it has. */
  static Outcome changed(String detail) {
    return new Outcome(Verdict.CHANGED, detail);
  }

  /** The outcome that an exception stands for. */
  static Outcome of(Throwable thrown) {
    if (thrown instanceof F2d2Exception) {
      String message = String.valueOf(thrown.getMessage());
      boolean oneLine = !message.isBlank() && message.lines().count() == 1;
      return oneLine
          ? new Outcome(Verdict.REFUSED, message)
          : new Outcome(Verdict.TRACE, "the message is not one line: " + message);
    }
    return thrown instanceof Unreadable
        ? changed("taken, but an independent reader finds: " + thrown.getMessage())
        : new Outcome(Verdict.WRONG_EXCEPTION, describe(thrown));
  }

  /** The exception and the places of the program that it came through, innermost first. */
  private static String describe(Throwable thrown) {
    StringBuilder text = new StringBuilder(String.valueOf(thrown));
    int shown = 0;
    for (StackTraceElement frame : thrown.getStackTrace()) {
      boolean ours = frame.getClassName().startsWith("org.f2d2.");
      boolean here = frame.getClassName().startsWith(Outcome.class.getPackageName());
      if (shown < 4 && (shown == 0 || ours) && !here) {
        text.append(" | ").append(frame);
        shown++;
      }
    }
    return text.toString();
  }
}
