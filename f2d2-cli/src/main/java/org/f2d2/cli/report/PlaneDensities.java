package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.DensityModel;
import org.f2d2.metric.GridIntegral;
import org.f2d2.score.Nfe;

/**
 * Densities of a two-column model on a grid.
 *
 * @param plane what the grid covers
 * @param truth the density of the data, where it is known
 * @param exact the model's own exact density
 * @param few by number of evaluations
 */
record PlaneDensities(Plane plane, Optional<Grid> truth, Grid exact, Map<Integer, Grid> few) {

  private static final int SIDE = 160;
  private static final int SMALLEST_EXACT_SIDE = 40;
  private static final int LARGEST_EXACT_SIDE = 120;
  private static final double BRIGHTEST = 0.995;

  /**
   * One density.
   *
   * @param side cells along each axis
   * @param density per unit of area, row by row from the lower end
   * @param integral of the density over the grid
   */
  record Grid(int side, double[] density, double integral) {}

  /**
   * Computes them.
   *
   * @param source the model and, where known, the true density
   * @param rows what the picture should hold
   * @param exactValues how many exact values can be afforded
   */
  static PlaneDensities of(ReportSource source, double[] rows, double exactValues) {
    Plane plane = Plane.around(rows, 2, 0, 1);
    DensityModel model = source.model();
    int exactSide =
        (int) Math.max(SMALLEST_EXACT_SIDE, Math.min(LARGEST_EXACT_SIDE, Math.sqrt(exactValues)));
    Map<Integer, Grid> few = new TreeMap<>();
    for (int k : Measurements.SHOWN) {
      few.put(k, grid(plane, SIDE, p -> model.score(p, new Nfe.Jumps(k)).logDensity()));
    }
    return new PlaneDensities(
        plane,
        source.truth().map(truth -> grid(plane, SIDE, truth::logDensity)),
        grid(plane, exactSide, p -> model.score(p, Nfe.EXACT).logDensity()),
        few);
  }

  /** The density that gets the brightest colour in all pictures of one row. */
  double top() {
    return top(truth.orElse(exact).density());
  }

  /** The density of nearly all of a picture, which gets the brightest colour. */
  static double top(double[] density) {
    double[] sorted = density.clone();
    Arrays.sort(sorted);
    double top = sorted[(int) (BRIGHTEST * (sorted.length - 1))];
    return top > 0 ? top : 1;
  }

  /** Log-densities of points. */
  private interface LogDensities {
    double[] of(double[] points);
  }

  private static Grid grid(Plane plane, int side, LogDensities function) {
    GridIntegral grid =
        new GridIntegral(plane.minX(), plane.maxX(), plane.minY(), plane.maxY(), side, side);
    double[] log = function.of(grid.points());
    return new Grid(side, Arrays.stream(log).map(Math::exp).toArray(), grid.integrate(log));
  }
}
