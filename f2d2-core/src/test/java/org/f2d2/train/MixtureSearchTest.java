package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MixtureSearchTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Three components of different shape, one of them rare. */
  private static GaussianMixtureFlow truth() {
    return new GaussianMixtureFlow(
        new double[] {0.6, 0.37, 0.03},
        new double[][] {{-1, 0}, {1, 0.5}, {0, 3}},
        new double[][][] {
          {{0.20, 0.10}, {0.10, 0.15}}, {{0.05, -0.02}, {-0.02, 0.08}}, {{0.02, 0}, {0, 0.02}}
        },
        1);
  }

  private static Optional<GaussianMixtureFlow> fit(Tensor rows, Tensor heldOut, int workers) {
    return fit(rows, heldOut, workers, 1e11);
  }

  private static Optional<GaussianMixtureFlow> fit(
      Tensor rows, Tensor heldOut, int workers, double mostWork) {
    try (WorkerPool pool = new WorkerPool(workers)) {
      return new MixtureSearch(rows, rows.size(0), heldOut, mostWork, pool, () -> {})
          .fit(16, new Rng(3));
    }
  }

  private static double meanLogDensity(GaussianMixtureFlow flow, Tensor x) {
    return flow.logDensity(x, Tensor.ones(x.type(), x.size(0), 1)).mean().item();
  }

  @Test
  void isCloseToTheMixtureThatMadeTheRows() {
    Tensor rows = truth().sample(8000, new Rng(1));
    Tensor fresh = truth().sample(8000, new Rng(2));
    GaussianMixtureFlow fitted = fit(rows.to(DType.FLOAT32), fresh, 2).orElseThrow();
    // With p free numbers the expected loss on fresh rows is about p/2n nats: 17/16000 here.
    double lost = meanLogDensity(truth(), fresh) - meanLogDensity(fitted, fresh);
    assertTrue(lost < 0.005, "nats lost on fresh rows: " + lost);
    Tensor rare = Tensor.of(new double[] {0, 3}, 1, 2);
    double error = meanLogDensity(fitted, rare) - meanLogDensity(truth(), rare);
    assertEquals(0, error, 0.3, "log-density at the rare mode");
  }

  // The search looks at a part of the rows. What they leave open more rows settle, if there is
  // time.
  @Test
  void allRowsSettleTheParameters() {
    Tensor rows = truth().sample(80_000, new Rng(1)).to(DType.FLOAT32);
    Tensor fresh = truth().sample(20_000, new Rng(2));
    Tensor heldOut = fresh.rows(0, 2000);
    // Enough for two, four and eight components, and for nothing after that.
    GaussianMixtureFlow few = fit(rows, heldOut, 2, 2.6e8).orElseThrow();
    GaussianMixtureFlow all = fit(rows, heldOut, 2, 1e11).orElseThrow();
    assertEquals(few.components(), all.components());
    double error = meanAbsoluteError(all, fresh);
    assertTrue(
        error < 0.75 * meanAbsoluteError(few, fresh),
        error + " nats from the truth, and " + meanAbsoluteError(few, fresh) + " on few rows");
  }

  private static double meanAbsoluteError(GaussianMixtureFlow flow, Tensor x) {
    Tensor one = Tensor.ones(x.type(), x.size(0), 1);
    return flow.logDensity(x, one).sub(truth().logDensity(x, one)).abs().mean().item();
  }

  @Test
  void oneGaussianNeedsNoMixture() {
    Tensor rows = new Rng(1).normal(DType.FLOAT64, 4000, 3);
    Tensor heldOut = new Rng(2).normal(DType.FLOAT64, 1000, 3);
    assertTrue(fit(rows, heldOut, 2).isEmpty());
  }

  @Test
  void theNumberOfWorkersChangesNothing() {
    Tensor rows = truth().sample(3000, new Rng(1));
    Tensor heldOut = truth().sample(500, new Rng(2));
    GaussianMixtureFlow one = fit(rows, heldOut, 1).orElseThrow();
    GaussianMixtureFlow three = fit(rows, heldOut, 3).orElseThrow();
    assertArrayEquals(one.means().toDoubles(), three.means().toDoubles());
    assertArrayEquals(one.covariances().toDoubles(), three.covariances().toDoubles());
  }

  @Test
  void aRepeatedRowDrawsNoComponentWithoutWidth() {
    Tensor spread = truth().sample(1000, new Rng(1));
    Tensor rows = Tensor.cat(0, spread, Tensor.full(0.5, DType.FLOAT64, 1000, 2));
    Tensor heldOut = Tensor.cat(0, truth().sample(200, new Rng(2)), rows.rows(1000, 1200));
    GaussianMixtureFlow fitted = fit(rows, heldOut, 2).orElseThrow();
    double[] covariances = fitted.covariances().toDoubles();
    for (int i = 0; i < covariances.length; i += 4) {
      double determinant =
          covariances[i] * covariances[i + 3] - covariances[i + 1] * covariances[i + 2];
      assertTrue(determinant > 0.9e-12, "determinant " + determinant);
    }
    assertTrue(Double.isFinite(meanLogDensity(fitted, heldOut)));
  }

  @Test
  void tooFewRowsAndTooManyColumnsGetNone() {
    // Two components of two columns need twelve rows, even with one shape for both.
    Tensor few = truth().sample(11, new Rng(1));
    assertTrue(fit(few, few, 1).isEmpty());
    int d = MixtureSearch.MOST_DIMENSIONS + 1;
    Tensor wide = new Rng(1).normal(DType.FLOAT64, 2000, d);
    assertTrue(fit(wide, wide, 1).isEmpty());
  }

  @Test
  void fewRowsOfManyColumnsShareTheShapeOfTheirClusters() {
    // Two equal clouds at -0.9 and 0.9 in each column, which has unit variance.
    int d = 20;
    double[][] means = new double[2][d];
    Arrays.fill(means[0], -0.9);
    Arrays.fill(means[1], 0.9);
    double deviation = Math.sqrt(0.19);
    GaussianMixtureFlow clusters =
        GaussianMixtureFlow.isotropic(
            new double[] {1, 1}, means, new double[] {deviation, deviation}, 1);
    // Four and a half rows for each column: with shapes of their own not even one component has
    // enough.
    Tensor rows = clusters.sample(90, new Rng(1)).to(DType.FLOAT32);
    Tensor fresh = clusters.sample(2000, new Rng(2));
    GaussianMixtureFlow fitted = fit(rows, clusters.sample(60, new Rng(3)), 2).orElseThrow();
    assertEquals(2, fitted.components());
    // What 90 rows do not tell of 20 columns costs some nats, but fewer than one Gaussian does.
    GaussianMixtureFlow one =
        GaussianMixtureFlow.isotropic(new double[] {1}, new double[1][d], new double[] {1}, 1);
    double reached = meanLogDensity(fitted, fresh);
    assertTrue(
        reached > meanLogDensity(one, fresh) + 5,
        reached + " where one Gaussian has " + meanLogDensity(one, fresh));
    assertTrue(reached > meanLogDensity(clusters, fresh) - 6);
  }

  @Test
  void plentyOfRowsKeepShapesOfTheirOwn() {
    Tensor rows = truth().sample(3000, new Rng(5)).to(DType.FLOAT32);
    Tensor heldOut = truth().sample(500, new Rng(6));
    try (WorkerPool pool = new WorkerPool(2)) {
      // From 1500 rows on no shape is pooled in two columns, so that counting more changes nothing.
      double[][] fitted = new double[2][];
      for (int i = 0; i < 2; i++) {
        fitted[i] =
            new MixtureSearch(rows, i == 0 ? 1500 : 3000, heldOut, 1e11, pool, () -> {})
                .fit(4, new Rng(3))
                .orElseThrow()
                .covariances()
                .toDoubles();
      }
      assertArrayEquals(fitted[0], fitted[1]);
    }
  }
}
