package org.f2d2.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process holds, as the system sees it. */
public final class ResidentMemory {

  private static final long KIB_IN_MIB = 1024;
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /**
   * Resident memory in MiB, native memory included.
   *
   * @throws IllegalStateException on systems other than Linux
   */
  public static long mib() {
    try {
      for (String line : Files.readAllLines(STATUS, StandardCharsets.US_ASCII)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / KIB_IN_MIB;
        }
      }
      throw new IllegalStateException("the system does not say how much memory is resident");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
