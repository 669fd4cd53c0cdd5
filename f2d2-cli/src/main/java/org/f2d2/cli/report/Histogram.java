package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How values are distributed, for groups of rows on one axis. Each group is drawn as its own
 * shares, so that a small group can be compared with a large one.
 *
 * @param description what the chart shows, for those who do not see it
 * @param xTitle words under the axis
 */
record Histogram(String description, String xTitle) {

  private static final int BINS = 60;
  private static final double OUTSIDE = 0.01;

  /**
   * A group of rows.
   *
   * @param name for the legend
   * @param values finite ones count
   */
  record Group(String name, double[] values) {}

  /** Draws groups; the n-th has the colour class {@code s(n+1)}. */
  String draw(List<Group> groups) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Group group : groups) {
      double[] sorted = Arrays.stream(group.values()).filter(Double::isFinite).sorted().toArray();
      if (sorted.length > 0) {
        low = Math.min(low, sorted[(int) (OUTSIDE * sorted.length)]);
        high = Math.max(high, sorted[sorted.length - 1]);
      }
    }
    Frame frame = Frame.CHART;
    Axis x = Axis.linear(low, high, frame.left(), frame.innerRight());
    double[][] shares = new double[groups.size()][];
    double top = 0;
    for (int g = 0; g < shares.length; g++) {
      shares[g] = shares(groups.get(g).values(), x);
      top = Math.max(top, Arrays.stream(shares[g]).max().orElse(0));
    }
    Axis y = Axis.linear(0, 100 * top * 1.05, frame.innerBottom(), frame.top());
    Markup svg = new Markup();
    frame.open(svg, description);
    frame.vertical(svg, y.ticks(5), "share of the group, %");
    frame.horizontal(svg, x.ticks(6), xTitle);
    for (int g = 0; g < shares.length; g++) {
      area(svg, shares[g], g + 1, x, y);
    }
    frame.base(svg);
    return svg.raw("</svg>").toString();
  }

  // What lies beyond an end of the axis is counted at that end: it is there, and it should be seen.
  private static double[] shares(double[] values, Axis x) {
    double[] shares = new double[BINS];
    long finite = Arrays.stream(values).filter(Double::isFinite).count();
    for (double value : values) {
      if (Double.isFinite(value)) {
        int bin = (int) ((value - x.from()) / (x.to() - x.from()) * BINS);
        shares[Math.max(0, Math.min(BINS - 1, bin))] += 1.0 / finite;
      }
    }
    return shares;
  }

  private static void area(Markup svg, double[] shares, int colour, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    path.append(String.format(Locale.ROOT, "M%.1f %.1f", x.at(x.from()), y.at(0)));
    for (int b = 0; b < BINS; b++) {
      double right = x.from() + (b + 1.0) / BINS * (x.to() - x.from());
      path.append(String.format(Locale.ROOT, "V%.1fH%.1f", y.at(100 * shares[b]), x.at(right)));
    }
    path.append(String.format(Locale.ROOT, "V%.1f", y.at(0)));
    svg.format("<path class=\"area s%d\" d=\"%s\"/>", colour, path);
  }
}
