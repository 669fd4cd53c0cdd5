package org.f2d2.lab.odd;

import java.util.Arrays;

/** Integrals of a density by the midpoint rule. */
final class Quadrature {

  private Quadrature() {}

  /** Midpoints of n equal cells of an interval. */
  static double[] line(double from, double to, int n) {
    double[] points = new double[n];
    Arrays.setAll(points, i -> from + (to - from) * (i + 0.5) / n);
    return points;
  }

  /** All pairs of the points of a line, row-major [n², 2]. */
  static double[] square(double[] line) {
    double[] rows = new double[2 * line.length * line.length];
    for (int i = 0; i < line.length; i++) {
      for (int j = 0; j < line.length; j++) {
        rows[2 * (i * line.length + j)] = line[i];
        rows[2 * (i * line.length + j) + 1] = line[j];
      }
    }
    return rows;
  }

  /** The sum of the densities times the size of a cell; refused rows count as 0. */
  static double sum(double[] logDensity, double cell) {
    return Arrays.stream(logDensity)
        .filter(x -> !Double.isNaN(x))
        .map(x -> Math.exp(x) * cell)
        .sum();
  }
}
