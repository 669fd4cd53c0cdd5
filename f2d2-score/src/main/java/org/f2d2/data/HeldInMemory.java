package org.f2d2.data;

import java.util.function.Supplier;

/** Reading of files that are held in memory as a whole, and may be larger than it. */
final class HeldInMemory {

  private HeldInMemory() {}

  /**
   * Reads.
   *
   * @param source what the message calls it
   * @param reading gives what is read; what it has gathered must be free once it has failed
   * @throws DataException when the heap of this JVM is too small
   */
  static <T> T read(String source, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (OutOfMemoryError e) {
      // What was asked for was too much, so there is room again for all that is smaller.
      long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
      throw new DataException(
          source,
          "too large to be held in memory at once, of which the JVM may take "
              + mebibytes
              + " MiB; its option -Xmx gives it more",
          e);
    }
  }
}
