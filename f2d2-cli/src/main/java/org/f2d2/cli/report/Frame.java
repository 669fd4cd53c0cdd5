package org.f2d2.cli.report;

import java.util.List;

/**
 * The box of a chart, its grid lines and the words along its sides.
 *
 * @param width of the whole picture, in its own units
 * @param height of the whole picture
 * @param left room for the labels of the vertical axis
 * @param right room on the other side
 * @param top room above
 * @param bottom room for the labels of the horizontal axis
 */
record Frame(int width, int height, int left, int right, int top, int bottom) {

  /** For a chart with both axes labelled. */
  static final Frame CHART = new Frame(520, 300, 62, 14, 14, 46);

  /** The same at two thirds of the width, with letters of the same size. */
  static final Frame SMALL_CHART = new Frame(340, 220, 58, 10, 10, 44);

  /** The opening tag; the description is read out to those who do not see the chart. */
  void open(Markup svg, String description) {
    svg.format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height)
        .text(description)
        .raw("\">");
  }

  double innerRight() {
    return width - right;
  }

  double innerBottom() {
    return height - bottom;
  }

  /** Grid lines and labels of the horizontal axis. */
  void horizontal(Markup svg, List<Axis.Tick> ticks, String title) {
    for (Axis.Tick tick : ticks) {
      double x = tick.place();
      svg.format(
          "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>",
          x, x, top, innerBottom());
      svg.format("<text class=\"tick mid\" x=\"%.1f\" y=\"%.1f\">", x, innerBottom() + 16)
          .text(tick.label())
          .raw("</text>");
    }
    svg.format(
            "<text class=\"axis mid\" x=\"%.1f\" y=\"%d\">", (left + innerRight()) / 2, height - 8)
        .text(title)
        .raw("</text>");
  }

  /** Grid lines and labels of the vertical axis. */
  void vertical(Markup svg, List<Axis.Tick> ticks, String title) {
    for (Axis.Tick tick : ticks) {
      double y = tick.place();
      svg.format(
          "<line class=\"grid\" x1=\"%d\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
          left, innerRight(), y, y);
      svg.format("<text class=\"tick end\" x=\"%d\" y=\"%.1f\">", left - 8, y + 4)
          .text(tick.label())
          .raw("</text>");
    }
    double middle = (top + innerBottom()) / 2;
    svg.format("<text class=\"axis mid\" transform=\"translate(14 %.1f) rotate(-90)\">", middle)
        .text(title)
        .raw("</text>");
  }

  /** The two lines that the axes stand on. */
  void base(Markup svg) {
    svg.format(
        "<path class=\"base\" d=\"M%d %d V%.1f H%.1f\"/>", left, top, innerBottom(), innerRight());
  }
}
