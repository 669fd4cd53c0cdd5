package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps commands from writing over what they read. */
final class SameFile {

  private SameFile() {}

  /**
   * Whether what is read is what is written.
   *
   * @param data a path, or {@code -} for standard input
   * @param output a path, or {@code -} for standard output
   */
  static boolean is(String data, String output) {
    if (data.equals("-") || output.equals("-") || !Files.exists(Path.of(output))) {
      return false;
    }
    try {
      return Files.isSameFile(Path.of(data), Path.of(output));
    } catch (IOException e) {
      // What is wrong with either is said where it is opened.
      return false;
    }
  }
}
