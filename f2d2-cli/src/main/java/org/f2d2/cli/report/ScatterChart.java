package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Pairs of values as points.
 *
 * @param frame how large the chart is
 * @param description what the chart shows, for those who do not see it
 * @param xTitle words under the horizontal axis
 * @param yTitle words beside the vertical axis
 * @param equality whether there is the line on which both are equal
 */
record ScatterChart(
    Frame frame, String description, String xTitle, String yTitle, boolean equality) {

  private static final double MARGIN = 0.04;

  /**
   * Draws pairs; those with a value that is not finite are left out.
   *
   * @param x values across
   * @param y values upwards, as many
   */
  String draw(double[] x, double[] y) {
    double[] all =
        DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).filter(Double::isFinite).toArray();
    double low = Arrays.stream(all).min().orElse(0);
    double high = Arrays.stream(all).max().orElse(1);
    double margin = MARGIN * (high - low);
    Axis across = Axis.linear(low - margin, high + margin, frame.left(), frame.innerRight());
    Axis up = Axis.linear(low - margin, high + margin, frame.innerBottom(), frame.top());
    Markup svg = new Markup();
    frame.open(svg, description);
    frame.vertical(svg, up.ticks(5), yTitle);
    frame.horizontal(svg, across.ticks(6), xTitle);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
        points.append(String.format(Locale.ROOT, "M%.1f %.1fh0", across.at(x[i]), up.at(y[i])));
      }
    }
    svg.format("<path class=\"points s1\" d=\"%s\"/>", points);
    if (equality) {
      svg.format(
          "<path class=\"line dash s2\" d=\"M%d %.1fL%.1f %d\"/>",
          frame.left(), frame.innerBottom(), frame.innerRight(), frame.top());
    }
    frame.base(svg);
    return svg.raw("</svg>").toString();
  }
}
