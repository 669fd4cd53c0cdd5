package org.f2d2.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Standard output, which remembers its first failure.
 *
 * <p>{@code System.out} and every {@link PrintWriter} swallow failures: a full disk behind a
 * redirection would lose results with exit code 0. What is written is UTF-8, whatever the locale.
 */
final class StandardOutput extends OutputStream {

  /** What a shell reports for a program that the signal of a closed pipe has ended. */
  static final int PIPE_CLOSED = 141;

  private static final StandardOutput ONLY =
      new StandardOutput(new FileOutputStream(FileDescriptor.out));

  private final OutputStream out;
  private Optional<IOException> failure = Optional.empty();

  private StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** The stream itself; its failures are thrown. */
  static OutputStream stream() {
    return ONLY;
  }

  /** The same for text; what it swallows, {@link #failure} tells. */
  static PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(ONLY, StandardCharsets.UTF_8), true);
  }

  /** The first failure of this process to write there. */
  static Optional<IOException> failure() {
    synchronized (ONLY) {
      return ONLY.failure;
    }
  }

  /** Whether it failed because the reader has left, as {@code head} does when it has enough. */
  static boolean readerHasLeft() {
    return failure().filter(StandardOutput::isClosedPipe).isPresent();
  }

  private static boolean isClosedPipe(IOException e) {
    if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
      return true;
    }
    // In other languages the system says it in other words; but a pipe has no other way to fail.
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }
}
