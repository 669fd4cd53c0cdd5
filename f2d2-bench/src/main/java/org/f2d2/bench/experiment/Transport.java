package org.f2d2.bench.experiment;

import java.util.SplittableRandom;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.OdeSolver;
import org.f2d2.metric.SlicedWasserstein;
import org.f2d2.metric.Wasserstein;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Distances between samples of a field and of the data, both at the last time.
 *
 * <p>On the line the distance is that of the quantile functions, in the plane that of an optimal
 * assignment, and in more dimensions the sliced one, which is at most the exact one.
 *
 * @param exact the law of the data
 * @param settings sizes
 */
record Transport(ClosedFormFlow exact, Settings settings) {

  /** Rows of a sample. */
  int rows() {
    return exact.dimensions() == 2 ? settings.assignmentPoints() : settings.samplePoints();
  }

  /** W2 between what a field makes of noise and independent draws of the exact law. */
  double distance(MeasuredField field, Rng rng) {
    return distance(
        ends(field, PathPoints.noise(exact, rows(), rng.derive(0))),
        draws(rng.derive(1)),
        rng.derive(2).seed());
  }

  /** W2 between two independent draws of the exact law: what no field gets below. */
  double floor(Rng rng) {
    return distance(draws(rng.derive(1)), draws(rng.derive(3)), rng.derive(2).seed());
  }

  /** Independent draws of the exact law at the last time. */
  private double[] draws(Rng rng) {
    return PathPoints.at(exact, rows(), settings.lastTime(), rng).x().toDoubles();
  }

  /** Where the field carries points from time 0 to the last time. */
  double[] ends(MeasuredField field, Tensor noise) {
    OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.RK4, settings.solverSteps());
    Tensor ends = noise.zerosLike();
    RowChunks.DEFAULT.forEach(
        noise.size(0),
        (start, end) -> {
          Tensor from = noise.rows(start, end);
          ends.rows(start, end)
              .copyInPlace(solver.solve(field::velocity, from, 0, settings.lastTime()).y());
        });
    return ends.toDoubles();
  }

  double distance(double[] x, double[] y, long seed) {
    return switch (exact.dimensions()) {
      case 1 -> Wasserstein.onLine(x, y);
      case 2 -> Wasserstein.byAssignment(x, y, 2);
      default ->
          SlicedWasserstein.of(
              x, y, exact.dimensions(), settings.directions(), new SplittableRandom(seed));
    };
  }
}
