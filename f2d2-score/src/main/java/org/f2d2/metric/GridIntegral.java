package org.f2d2.metric;

import org.f2d2.error.F2d2Exception;

/**
 * The integral of a two-dimensional density over a rectangle by the midpoint rule: a normalised
 * density on a rectangle that holds its mass gives one.
 *
 * @param minX left end
 * @param maxX right end, above the left
 * @param minY lower end
 * @param maxY upper end, above the lower
 * @param cellsX number of cells along x, at least 1
 * @param cellsY number of cells along y, at least 1
 */
public record GridIntegral(
    double minX, double maxX, double minY, double maxY, int cellsX, int cellsY) {
  /** Checks that the rectangle and the numbers of cells are usable. */
  public GridIntegral {
    boolean usable =
        minX < maxX
            && minY < maxY
            && Double.isFinite(maxX - minX)
            && Double.isFinite(maxY - minY)
            && cellsX > 0
            && cellsY > 0
            && 2L * cellsX * cellsY < Integer.MAX_VALUE;
    if (!usable) {
      throw new F2d2Exception(
          "no grid of "
              + cellsX
              + " × "
              + cellsY
              + " cells lies on ["
              + minX
              + ", "
              + maxX
              + "] × ["
              + minY
              + ", "
              + maxY
              + "]");
    }
  }

  /** Number of points, {@code cellsX * cellsY}. */
  public int size() {
    return cellsX * cellsY;
  }

  /** Area of one cell. */
  public double cellArea() {
    return (maxX - minX) / cellsX * ((maxY - minY) / cellsY);
  }

  /** The middles of the cells, row-major pairs (x, y), x running fastest; {@code 2 size()} long. */
  public double[] points() {
    double[] points = new double[2 * size()];
    for (int j = 0, at = 0; j < cellsY; j++) {
      for (int i = 0; i < cellsX; i++) {
        points[at++] = minX + (i + 0.5) * (maxX - minX) / cellsX;
        points[at++] = minY + (j + 0.5) * (maxY - minY) / cellsY;
      }
    }
    return points;
  }

  /**
   * The integral of {@code exp(logDensity)}.
   *
   * @param logDensities at {@link #points}, in that order, in nats; negative infinity is no density
   * @throws F2d2Exception when the number is wrong, or one is NaN or positive infinity
   */
  public double integrate(double[] logDensities) {
    Requirement.sameLength("log-densities", logDensities.length, "grid points", size());
    Requirement.notNaN("log-density", logDensities);
    double sum = 0;
    for (int i = 0; i < logDensities.length; i++) {
      if (logDensities[i] == Double.POSITIVE_INFINITY) {
        throw new F2d2Exception("log-density " + i + " is Infinity");
      }
      sum += Math.exp(logDensities[i]);
    }
    return sum * cellArea();
  }
}
