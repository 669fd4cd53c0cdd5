package org.f2d2.cli.report;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * A small square picture of a part of the plane: a density as an image, or rows as points.
 *
 * @param plane what is shown
 * @param xTitle words under the horizontal axis
 * @param yTitle words beside the vertical axis
 */
record PlanePlot(Plane plane, String xTitle, String yTitle) {

  private static final Frame FRAME = new Frame(240, 236, 42, 6, 6, 38);

  /**
   * A density as colours.
   *
   * @param density row by row from the lower end, {@code side * side} values
   * @param side cells along each axis
   * @param top density that gets the brightest colour
   * @param description for those who do not see the picture
   */
  String density(double[] density, int side, double top, String description) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        double value = density[row * side + column];
        image.setRGB(column, side - 1 - row, Viridis.rgb(value / top));
      }
    }
    Markup svg = open(description);
    svg.format(
        "<image x=\"%d\" y=\"%d\" width=\"%.0f\" height=\"%.0f\" preserveAspectRatio=\"none\""
            + " href=\"%s\"/>",
        FRAME.left(),
        FRAME.top(),
        FRAME.innerRight() - FRAME.left(),
        FRAME.innerBottom() - FRAME.top(),
        new PngImage(image).address());
    return close(svg);
  }

  /**
   * Rows as points.
   *
   * @param rows row-major
   * @param columns values per row
   * @param columnX column across
   * @param columnY column upwards
   * @param most how many rows are drawn at most: the first ones
   * @param colour number of the colour class
   * @param description for those who do not see the picture
   */
  String points(
      double[] rows,
      int columns,
      int columnX,
      int columnY,
      int most,
      int colour,
      String description) {
    Axis x = x();
    Axis y = y();
    StringBuilder path = new StringBuilder();
    int count = Math.min(most, rows.length / columns);
    for (int i = 0; i < count; i++) {
      double px = x.at(rows[i * columns + columnX]);
      double py = y.at(rows[i * columns + columnY]);
      boolean inside =
          px >= FRAME.left()
              && px <= FRAME.innerRight()
              && py >= FRAME.top()
              && py <= FRAME.innerBottom();
      if (inside) {
        path.append(String.format(Locale.ROOT, "M%.1f %.1fh0", px, py));
      }
    }
    Markup svg = open(description);
    svg.format("<path class=\"points s%d\" d=\"%s\"/>", colour, path);
    return close(svg);
  }

  private Axis x() {
    return Axis.linear(plane.minX(), plane.maxX(), FRAME.left(), FRAME.innerRight());
  }

  private Axis y() {
    return Axis.linear(plane.minY(), plane.maxY(), FRAME.innerBottom(), FRAME.top());
  }

  private Markup open(String description) {
    Markup svg = new Markup();
    FRAME.open(svg, description);
    FRAME.vertical(svg, y().ticks(4), yTitle);
    FRAME.horizontal(svg, x().ticks(4), xTitle);
    return svg;
  }

  private static String close(Markup svg) {
    svg.format(
        "<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%.0f\" height=\"%.0f\"/></svg>",
        FRAME.left(),
        FRAME.top(),
        FRAME.innerRight() - FRAME.left(),
        FRAME.innerBottom() - FRAME.top());
    return svg.toString();
  }
}
