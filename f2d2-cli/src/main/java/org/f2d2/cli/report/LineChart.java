package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Lines through points, with or without marks.
 *
 * @param frame how large the chart is
 * @param description what the chart shows, for those who do not see it
 * @param xTitle words under the horizontal axis
 * @param yTitle words beside the vertical axis
 * @param logX whether the horizontal axis is logarithmic
 * @param logY whether the vertical axis is logarithmic; points that are not positive are left out
 * @param marks whether each point is marked, as single measurements should be
 * @param nought whether a linear vertical axis starts at nought; otherwise it is about a course and
 *     takes the room it needs
 */
record LineChart(
    Frame frame,
    String description,
    String xTitle,
    String yTitle,
    boolean logX,
    boolean logY,
    boolean marks,
    boolean nought) {

  private static final double LETTER = 6.7;

  /** A chart of measured sizes, which start at nought, or without marks of a course. */
  LineChart(
      Frame frame,
      String description,
      String xTitle,
      String yTitle,
      boolean logX,
      boolean logY,
      boolean marks) {
    this(frame, description, xTitle, yTitle, logX, logY, marks, /* nought= */ marks);
  }

  /**
   * A line.
   *
   * @param name for the legend
   * @param x values, ascending
   * @param y values, as many
   * @param dashed whether the line is a reference rather than a measurement
   */
  record Line(String name, double[] x, double[] y, boolean dashed) {}

  /** Draws lines; the n-th has the colour class {@code s(n+1)}. */
  String draw(List<Line> lines) {
    Axis x = horizontal(lines);
    Axis y = vertical(lines);
    Markup svg = new Markup();
    frame.open(svg, description);
    frame.vertical(svg, y.ticks(5), yTitle);
    frame.horizontal(svg, marks ? measured(lines, x) : x.ticks(frame.width() / 80), xTitle);
    frame.base(svg);
    for (int i = 0; i < lines.size(); i++) {
      line(svg, lines.get(i), i + 1, x, y);
    }
    return svg.raw("</svg>").toString();
  }

  /** Adds a figure with the lines and their legend to a page. */
  void figure(Markup page, String title, String note, List<Line> lines) {
    page.figure(title, note).raw(draw(lines)).raw(legend(lines)).raw("</figure>");
  }

  /** The legend that belongs under a chart with several lines. */
  static String legend(List<Line> lines) {
    Markup legend = new Markup().raw("<p class=\"legend\">");
    for (int i = 0; i < lines.size(); i++) {
      legend.format("<span><i class=\"k%d%s\"></i>", i + 1, lines.get(i).dashed() ? " dash" : "");
      legend.text(lines.get(i).name()).raw("</span>");
    }
    return legend.raw("</p>").toString();
  }

  private Axis horizontal(List<Line> lines) {
    double[] all = lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).sorted().toArray();
    double low = all.length == 0 ? 0 : all[0];
    double high = all.length == 0 ? 1 : all[all.length - 1];
    double inset = marks ? 14 : 0;
    return logX
        ? Axis.log(low, high, frame.left() + inset, frame.innerRight() - inset)
        : Axis.linear(low, high, frame.left() + inset, frame.innerRight() - inset);
  }

  private Axis vertical(List<Line> lines) {
    double[] all =
        lines.stream().flatMapToDouble(l -> Arrays.stream(l.y())).filter(this::usable).toArray();
    double low = DoubleStream.of(all).min().orElse(logY ? 0.1 : 0);
    double high = DoubleStream.of(all).max().orElse(1);
    if (logY) {
      return Axis.log(low / 1.3, high * 1.3, frame.innerBottom(), frame.top());
    }
    double margin = 0.06 * (high - low);
    return Axis.linear(
        nought ? 0 : low - margin,
        high + margin + (nought ? 0.02 * high : 0),
        frame.innerBottom(),
        frame.top());
  }

  private boolean usable(double value) {
    return Double.isFinite(value) && (!logY || value > 0);
  }

  // Where measurements crowd, the later ones go without a label.
  private static List<Axis.Tick> measured(List<Line> lines, Axis x) {
    double[] values =
        lines.stream()
            .flatMapToDouble(l -> Arrays.stream(l.x()))
            .filter(Double::isFinite)
            .distinct()
            .sorted()
            .toArray();
    List<Axis.Tick> ticks = new ArrayList<>();
    double free = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      String label = Figures.shortest(value);
      double half = LETTER * label.length() / 2;
      boolean fits = x.at(value) - half > free;
      ticks.add(new Axis.Tick(x.at(value), fits ? label : ""));
      free = fits ? x.at(value) + half : free;
    }
    return ticks;
  }

  private void line(Markup svg, Line line, int colour, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < line.x().length; i++) {
      if (!usable(line.y()[i])) {
        pen = false;
        continue;
      }
      String point = String.format(Locale.ROOT, "%.1f %.1f", x.at(line.x()[i]), y.at(line.y()[i]));
      path.append(pen ? "L" : "M").append(point);
      dots.append("M").append(point).append("h0");
      pen = true;
    }
    svg.format("<path class=\"line s%d%s\" d=\"%s\"/>", colour, line.dashed() ? " dash" : "", path);
    if (marks && !line.dashed()) {
      svg.format("<path class=\"mark s%d\" d=\"%s\"/>", colour, dots);
    }
  }
}
