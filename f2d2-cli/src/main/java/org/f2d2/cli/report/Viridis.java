package org.f2d2.cli.report;

import java.util.Locale;

/**
 * A colour scale on which equal steps look equally large, for colour-blind readers and in grey too.
 *
 * <p>The control points are those of the map "viridis" (Stéfan van der Walt and Nathaniel Smith,
 * released to the public domain), with straight lines in between.
 */
final class Viridis {

  private static final int[] POINTS = {
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151,
    0xbddf26, 0xfde725
  };

  private Viridis() {}

  /**
   * A colour.
   *
   * @param share place on the scale; outside [0, 1] the nearer end is taken
   * @return red, green and blue in one number
   */
  static int rgb(double share) {
    double at = Math.max(0, Math.min(1, share)) * (POINTS.length - 1);
    int low = Math.min(POINTS.length - 2, (int) at);
    double part = at - low;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double a = (POINTS[low] >> shift) & 0xff;
      double b = (POINTS[low + 1] >> shift) & 0xff;
      colour |= (int) Math.round(a + part * (b - a)) << shift;
    }
    return colour;
  }

  /** The scale as the stops of a style sheet's gradient, low to high. */
  static String stops() {
    StringBuilder stops = new StringBuilder();
    for (int point : POINTS) {
      stops
          .append(stops.length() == 0 ? "" : ",")
          .append(String.format(Locale.ROOT, "#%06x", point));
    }
    return stops.toString();
  }
}
