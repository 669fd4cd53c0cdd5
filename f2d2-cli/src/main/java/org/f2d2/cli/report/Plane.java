package org.f2d2.cli.report;

import java.util.Arrays;

/**
 * A rectangle of the plane that a picture shows.
 *
 * @param minX left end
 * @param maxX right end
 * @param minY lower end
 * @param maxY upper end
 */
record Plane(double minX, double maxX, double minY, double maxY) {

  private static final double OUTSIDE = 0.002;
  private static final double MARGIN = 0.10;

  /** A rectangle around nearly all of the rows, with room to see where they end. */
  static Plane around(double[] rows, int columns, int columnX, int columnY) {
    double[] x = range(rows, columns, columnX);
    double[] y = range(rows, columns, columnY);
    return new Plane(x[0], x[1], y[0], y[1]);
  }

  private static double[] range(double[] rows, int columns, int column) {
    double[] values = new double[rows.length / columns];
    Arrays.setAll(values, i -> rows[i * columns + column]);
    Arrays.sort(values);
    int skipped = (int) (OUTSIDE * values.length);
    double low = values[skipped];
    double high = values[values.length - 1 - skipped];
    double margin = high > low ? MARGIN * (high - low) : Math.max(1, Math.abs(low)) * MARGIN;
    return new double[] {low - margin, high + margin};
  }
}
