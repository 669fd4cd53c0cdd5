package org.f2d2.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;

/** Standard output as bytes. */
final class StandardOutput {

  private StandardOutput() {}

  /**
   * The stream itself. {@code System.out} would swallow failures: a full disk behind a redirection
   * must end the command with exit code 1.
   */
  static OutputStream stream() {
    return new FileOutputStream(FileDescriptor.out);
  }
}
