package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.ExpectationMaximization.Prior;
import org.junit.jupiter.api.Test;

class ExpectationMaximizationTest {

  private static final Prior PRIOR = new Prior(5, 0.01);

  private static GaussianMixtureFlow two() {
    return new GaussianMixtureFlow(
        new double[] {0.7, 0.3},
        new double[][] {{-1, 0}, {2, 0.5}},
        new double[][][] {{{0.2, 0.1}, {0.1, 0.15}}, {{0.05, -0.02}, {-0.02, 0.08}}},
        1);
  }

  // One component takes every row whole, so that a step is a formula of mean and scatter.
  @Test
  void aStepOfOneComponentIsTheMeanAndThePulledCovariance() {
    int n = 300;
    int distinct = 100;
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(2)) {
      Tensor rows = two().sample(n, new Rng(1)).to(DType.FLOAT32);
      double[] x = rows.toDoubles();
      double[] mean = new double[2];
      for (int i = 0; i < x.length; i++) {
        mean[i % 2] += x[i] / n;
      }
      double[] expected = new double[4];
      double pooled = PRIOR.pooled() * n / distinct;
      for (int i = 0; i < 4; i++) {
        double scatter = 0;
        for (int r = 0; r < n; r++) {
          scatter += (x[2 * r + i / 2] - mean[i / 2]) * (x[2 * r + i % 2] - mean[i % 2]);
        }
        double floor = i % 3 == 0 ? PRIOR.ridge() : 0;
        expected[i] = (scatter + 3 * floor + pooled * scatter / n) / (n + 3 + pooled) + floor;
      }
      GaussianMixtureFlow step =
          new ExpectationMaximization(2, distinct, pool, () -> {})
              .iterate(ExpectationMaximization.single(2), rows, PRIOR);
      assertArrayEquals(mean, step.means().toDoubles(), 1e-6);
      assertArrayEquals(expected, step.covariances().toDoubles(), 1e-5);
    }
  }

  @Test
  void stepsMakeRowsLikelier() {
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(2)) {
      Tensor rows = two().sample(2000, new Rng(1)).to(DType.FLOAT32);
      ExpectationMaximization fit = new ExpectationMaximization(2, 2000, pool, () -> {});
      Prior none = new Prior(0, 1e-9);
      GaussianMixtureFlow now =
          GaussianMixtureFlow.isotropic(
              new double[] {1, 1}, new double[][] {{0, 0}, {0.5, 0}}, new double[] {1, 1}, 1);
      double before = mean(fit.logDensities(now, rows));
      for (int i = 0; i < 20; i++) {
        now = fit.iterate(now, rows, none);
        double after = mean(fit.logDensities(now, rows));
        assertTrue(after > before - 1e-6, after + " after " + before);
        before = after;
      }
      assertEquals(mean(fit.logDensities(two(), rows)), before, 0.01);
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
