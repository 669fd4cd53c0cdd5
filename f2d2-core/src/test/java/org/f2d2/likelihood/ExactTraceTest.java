package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.MixtureQuantileFlow;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.SinhFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactTraceTest {

  private static final OdeSolver FINE =
      new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-11, 10_000);

  @Test
  void theSolverReachesTheTrueDensity() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(DType.FLOAT64, 60, 2).mul(1.5);
      GaussianPrior prior = new GaussianPrior(0.5);
      ExactTrace exact = new ExactTrace(SinhFlow.DEFAULT, prior, FINE, RowChunks.DEFAULT);
      assertArrayEquals(
          SinhFlow.DEFAULT.logDensity(x, prior), exact.estimate(x).logDensity(), 1e-8);
    }
  }

  // For this flow and Euler's method, log p is a constant minus a quadratic form of x without
  // products, so its mean over the data is its value where each x_i² is its mean c_i².
  @Test
  void meanOfTheGaussian() {
    assertEquals(1.277229, gaussianMean(FINE), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3.83788",
    "2, 1.80896",
    "4, 1.27478",
    "8, 1.20708",
    "16, 1.22188",
    "64, 1.25906",
    "1024, 1.27600"
  })
  void eulerOnTheGaussian(int steps, double mean) {
    assertEquals(mean, gaussianMean(new OdeSolver.FixedStep(ButcherTableau.EULER, steps)), 6e-6);
  }

  // The mean alone hides the error of the rows.
  @ParameterizedTest
  @CsvSource({
    "1, 1.9189, .6461",
    "2, 1.6179, .4370",
    "4, 1.4909, .2208",
    "8, 1.4914, .1239",
    "16, 1.5039, .0683",
    "64, 1.5211, .0184",
    "256, 1.5267, .0047"
  })
  void eulerOnTheMixture(int steps, double mean, double error) {
    try (Scope scope = Scope.open()) {
      Tensor data = MixtureQuantileFlow.data(4000);
      ExactTrace euler =
          new ExactTrace(
              new MixtureQuantileFlow(),
              GaussianPrior.STANDARD,
              new OdeSolver.FixedStep(ButcherTableau.EULER, steps),
              RowChunks.DEFAULT);
      LogDensity.Estimate estimate = euler.estimate(data);
      double[] x = data.toDoubles();
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += Math.abs(estimate.logDensity()[i] - MixtureQuantileFlow.logDensity(x[i], 1));
      }
      assertEquals(mean, estimate.meanNegativeLogDensity(), 5e-4);
      assertEquals(error, sum / x.length, 5e-4);
    }
  }

  private static double gaussianMean(OdeSolver solver) {
    try (Scope scope = Scope.open()) {
      GaussianFlow flow = GaussianFlow.of(new double[] {0, 0}, new double[] {0.3, 0.7}, 1);
      ExactTrace exact = new ExactTrace(flow, GaussianPrior.STANDARD, solver, RowChunks.DEFAULT);
      Tensor atTheMeanSquare = Tensor.of(new double[] {0.3, 0.7}, 1, 2);
      return exact.estimate(atTheMeanSquare).meanNegativeLogDensity();
    }
  }
}
