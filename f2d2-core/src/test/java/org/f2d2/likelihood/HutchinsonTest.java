package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.Hutchinson.ProbeLaw;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HutchinsonTest {

  private static final OdeSolver SOLVER = new OdeSolver.FixedStep(ButcherTableau.RK4, 10);
  private static final OdeSolver ONE_STEP = new OdeSolver.FixedStep(ButcherTableau.EULER, 1);

  @ParameterizedTest
  @EnumSource
  void isUnbiasedAndItsErrorIsCalibrated(ProbeLaw law) {
    try (Scope scope = Scope.open()) {
      int n = 4000;
      int probes = 16;
      Tensor x = Tensor.of(new double[] {1.3, -0.4}, 1, 2).repeat(n, 1);
      VelocityField field = SinhFlow.DEFAULT;
      GaussianPrior prior = GaussianPrior.STANDARD;
      double exact =
          new ExactTrace(field, prior, SOLVER, RowChunks.DEFAULT)
              .estimate(x.rows(0, 1))
              .logDensity()[0];
      LogDensity.Estimate estimate =
          new Hutchinson(field, prior, SOLVER, probes, law, new RowChunks(1500))
              .estimate(x, new Rng(8));
      double sum = 0;
      double squares = 0;
      double claimed = 0;
      for (int i = 0; i < n; i++) {
        double e = estimate.logDensity()[i] - exact;
        sum += e;
        squares += e * e;
        claimed += estimate.standardError()[i] * estimate.standardError()[i];
      }
      double spread = Math.sqrt(squares / n);
      assertTrue(spread > 0.01, "the probes make a difference: " + spread);
      assertTrue(Math.abs(sum / n) < 4 * spread / Math.sqrt(n), "mean error " + sum / n);
      assertEquals(1, claimed / squares, 0.1);
    }
  }

  // One step of Euler's method on v = Bx adds -eᵀBe, whose variance is known.
  @Test
  void varianceOnALinearField() {
    double[] b = {0.3, 1.0, -0.4, 0.2, -0.5, 0.6, 0.7, 0.1, 0.4};
    double offDiagonal = 0;
    double diagonal = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double s = (b[3 * i + j] + b[3 * j + i]) / 2;
        if (i == j) {
          diagonal += s * s;
        } else {
          offDiagonal += s * s;
        }
      }
    }
    assertEquals(2 * offDiagonal, variance(b, ProbeLaw.RADEMACHER), 0.06 * 2 * offDiagonal);
    double both = 2 * (offDiagonal + diagonal);
    assertEquals(both, variance(b, ProbeLaw.GAUSSIAN), 0.06 * both);
  }

  @Test
  void aProbeIsFixedAlongTheTrajectory() {
    try (Scope scope = Scope.open()) {
      // Fresh signs at each of 100 steps would average out; fixed ones keep the spread of one step.
      double[] b = {0, 1, 1, 0};
      Linear field = new Linear(Tensor.of(b, 2, 2), 2);
      OdeSolver hundred = new OdeSolver.FixedStep(ButcherTableau.EULER, 100);
      double[] logDensity =
          new Hutchinson(
                  field, GaussianPrior.STANDARD, hundred, 1, ProbeLaw.RADEMACHER, RowChunks.DEFAULT)
              .estimate(Tensor.zeros(DType.FLOAT64, 500, 2), new Rng(3))
              .logDensity();
      double prior = -Math.log(2 * Math.PI);
      for (double l : logDensity) {
        assertEquals(2, Math.abs(l - prior), 1e-9);
      }
    }
  }

  @Test
  void freshProbesAverageOutAlongTheTrajectory() {
    try (Scope scope = Scope.open()) {
      Linear field = new Linear(Tensor.of(new double[] {0, 1, 1, 0}, 2, 2), 2);
      int steps = 25;
      int n = 4000;
      int probes = 3;
      LogDensity.Estimate estimate =
          new Hutchinson(
                  field,
                  GaussianPrior.STANDARD,
                  new OdeSolver.FixedStep(ButcherTableau.EULER, steps),
                  probes,
                  ProbeLaw.RADEMACHER,
                  Hutchinson.Renewal.EVALUATION,
                  RowChunks.DEFAULT)
              .estimate(Tensor.zeros(DType.FLOAT64, n, 2), new Rng(3));
      // Each of the draws is 2 or -2.
      double variance = 4.0 / steps / probes;
      double squares = 0;
      double claimed = 0;
      for (int i = 0; i < n; i++) {
        double e = estimate.logDensity()[i] + Math.log(2 * Math.PI);
        squares += e * e / n;
        claimed += Math.pow(estimate.standardError()[i], 2) / n;
      }
      assertEquals(variance, squares, 0.1 * variance);
      assertEquals(variance, claimed, 0.1 * variance);
    }
  }

  // Steps that looked at the integral would shrink until its noise is below the tolerance: never.
  @Test
  void anAdaptiveSolverDoesNotMindFreshProbes() {
    try (Scope scope = Scope.open()) {
      OdeSolver adaptive = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-8, 60);
      GaussianPrior prior = GaussianPrior.STANDARD;
      Tensor x = Tensor.of(new double[] {1.3, -0.4}, 1, 2).repeat(2000, 1);
      double exact =
          new ExactTrace(SinhFlow.DEFAULT, prior, adaptive, RowChunks.DEFAULT)
              .estimate(x.rows(0, 1))
              .logDensity()[0];
      LogDensity.Estimate estimate =
          new Hutchinson(
                  SinhFlow.DEFAULT,
                  prior,
                  adaptive,
                  2,
                  ProbeLaw.RADEMACHER,
                  Hutchinson.Renewal.EVALUATION,
                  RowChunks.DEFAULT)
              .estimate(x, new Rng(8));
      double mean = Arrays.stream(estimate.logDensity()).average().orElseThrow() - exact;
      double spread = 0;
      for (double l : estimate.logDensity()) {
        spread += (l - exact) * (l - exact) / 2000;
      }
      assertTrue(spread > 0, "probes make a difference");
      assertEquals(0, mean, 4 * Math.sqrt(spread / 2000));
    }
  }

  @Test
  void oneProbeTellsNoError() {
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate estimate = one(new Rng(1));
      assertTrue(Double.isNaN(estimate.standardError()[0]));
      assertTrue(Double.isFinite(estimate.logDensity()[0]));
      assertNotEquals(estimate.logDensity()[0], one(new Rng(2)).logDensity()[0]);
    }
  }

  @Test
  void needsAProbe() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Hutchinson(
                SinhFlow.DEFAULT,
                GaussianPrior.STANDARD,
                SOLVER,
                0,
                ProbeLaw.RADEMACHER,
                RowChunks.DEFAULT));
  }

  private static LogDensity.Estimate one(Rng rng) {
    Hutchinson hutchinson =
        new Hutchinson(
            SinhFlow.DEFAULT,
            GaussianPrior.STANDARD,
            SOLVER,
            1,
            ProbeLaw.GAUSSIAN,
            RowChunks.DEFAULT);
    return hutchinson.estimate(Tensor.ones(DType.FLOAT64, 3, 2), rng);
  }

  private static double variance(double[] b, ProbeLaw law) {
    try (Scope scope = Scope.open()) {
      int n = 20_000;
      Linear field = new Linear(Tensor.of(b, 3, 3), 3);
      double[] l =
          new Hutchinson(field, GaussianPrior.STANDARD, ONE_STEP, 1, law, RowChunks.DEFAULT)
              .estimate(Tensor.zeros(DType.FLOAT64, n, 3), new Rng(5))
              .logDensity();
      double mean = 0;
      for (double v : l) {
        mean += v / n;
      }
      double trace = b[0] + b[4] + b[8];
      assertEquals(-trace - 1.5 * Math.log(2 * Math.PI), mean, 0.05);
      double sum = 0;
      for (double v : l) {
        sum += (v - mean) * (v - mean);
      }
      return sum / (n - 1);
    }
  }

  private record Linear(Tensor matrix, int dimensions) implements VelocityField {
    @Override
    public Tensor velocity(Tensor x, Tensor t) {
      return x.linear(matrix);
    }
  }
}
