package org.f2d2.train;

import org.f2d2.error.OptionException;

/**
 * Limits of what a fit may be asked for: larger networks would not end within the life of a
 * machine, nor answer a user who wants to end them.
 *
 * <p>Apart from {@link FitOptions}, whose defaults are made of options that are checked here.
 */
final class NetworkSizes {

  private static final int MOST_WIDTH = 8192;
  private static final int MOST_DEPTH = 64;
  private static final int MOST_BATCH = 1 << 20;

  private NetworkSizes() {}

  /** Throws unless all sizes are within their limits; a width of 0 means the usual one. */
  static void require(String network, int width, int depth, int batch) {
    requireOne(network + "Width", width, 0, MOST_WIDTH);
    requireOne(network + "Depth", depth, 1, MOST_DEPTH);
    requireOne(network + "Batch", batch, 1, MOST_BATCH);
  }

  private static void requireOne(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new OptionException(option, "must lie in [" + least + ", " + most + "], got " + value);
    }
  }
}
