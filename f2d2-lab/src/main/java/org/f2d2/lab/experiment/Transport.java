package org.f2d2.lab.experiment;

import java.util.SplittableRandom;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.metric.SlicedWasserstein;
import org.f2d2.metric.Wasserstein;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * Distances between what a field makes of noise and the data, both at the last time.
 *
 * <p>On the line a flow keeps the order of points, so the field and the exact flow turn the same
 * noise into equal quantiles of their laws: the two samples share their noise, and their distance
 * is that of the quantile functions, without the error of sampling. In the plane the distance is
 * that of an optimal assignment to independent draws of the data, and in more dimensions the sliced
 * one, which is at most the exact one; both are above zero for two samples of one law.
 *
 * @param exact the law of the data
 * @param settings sizes
 */
record Transport(ClosedFormFlow exact, Settings settings) {

  private int rows() {
    return exact.dimensions() > 2 ? settings.slicedPoints() : settings.samplePoints();
  }

  /** W2 between what a field makes of noise and the exact law. */
  double distance(MeasuredField field, Rng rng) {
    Tensor noise = PathPoints.noise(exact, rows(), rng.derive(0));
    double[] data = exact.dimensions() == 1 ? exactEnds(noise) : draws(rng.derive(1));
    return distance(ends(field, noise), data, rng.derive(2).seed());
  }

  /** What no field gets below: W2 between two independent draws of the law; zero on the line. */
  double floor(Rng rng) {
    return exact.dimensions() == 1
        ? 0
        : distance(draws(rng.derive(1)), draws(rng.derive(3)), rng.derive(2).seed());
  }

  private double[] exactEnds(Tensor noise) {
    if (exact instanceof JointFlowMap map) {
      Tensor end = TimeGrid.column(noise, settings.lastTime());
      Tensor rate = JointFlowMap.velocity(map.rate(noise, end.zerosLike(), end), 1);
      return noise.addProduct(end, rate).toDoubles();
    }
    return ends(new MeasuredField(exact, DType.FLOAT64), noise);
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

  private double distance(double[] x, double[] y, long seed) {
    return switch (exact.dimensions()) {
      case 1 -> Wasserstein.onLine(x, y);
      case 2 -> Wasserstein.byAssignment(x, y, 2);
      default ->
          SlicedWasserstein.of(
              x, y, exact.dimensions(), settings.directions(), new SplittableRandom(seed));
    };
  }
}
