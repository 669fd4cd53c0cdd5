package org.f2d2.error;

/** An error raised on purpose by F2D2; the message is one line that says what is wrong and where. */
public class F2d2Exception extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause.
   *
   * @param message one line for the user
   */
  public F2d2Exception(String message) {
    super(message);
  }

  /**
   * An error with the failure that led to it.
   *
   * @param message one line for the user
   * @param cause the underlying failure
   */
  public F2d2Exception(String message, Throwable cause) {
    super(message, cause);
  }
}
