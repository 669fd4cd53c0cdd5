package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.MeanOfTwo;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.LogDensityHead;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every estimator of a log-density has to satisfy. */
class LogDensityContractTest {

  private static final GaussianPrior PRIOR = new GaussianPrior(0.8);
  private static final SinhFlow FLOW = SinhFlow.DEFAULT;
  private static final RowChunks SMALL = new RowChunks(7);

  static Stream<LogDensity> estimators() {
    OdeSolver adaptive = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-9, 1000);
    OdeSolver loose = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-6, 1000);
    OdeSolver fixed = new OdeSolver.FixedStep(ButcherTableau.RK4, 40);
    TimeGrid uneven = TimeGrid.of(0, 0.15, 0.6, 1);
    return Stream.of(
        new ExactTrace(FLOW, PRIOR, adaptive, SMALL),
        new ExactTrace(FLOW, PRIOR, fixed, SMALL),
        new Hutchinson(FLOW, PRIOR, fixed, 24, Hutchinson.ProbeLaw.RADEMACHER, SMALL),
        new Hutchinson(FLOW, PRIOR, fixed, 24, Hutchinson.ProbeLaw.GAUSSIAN, SMALL),
        new Hutchinson(
            FLOW,
            PRIOR,
            loose,
            4,
            Hutchinson.ProbeLaw.RADEMACHER,
            Hutchinson.Renewal.EVALUATION,
            SMALL),
        new Hutchinson(
            FLOW,
            PRIOR,
            loose,
            12,
            Hutchinson.ProbeLaw.RADEMACHER,
            Hutchinson.Renewal.TRAJECTORY,
            new RowChunks(50)),
        new Jumps(FLOW, PRIOR, uneven, BackwardQuery.DOWNWARDS, SMALL),
        new ChangeOfVariables(FLOW, PRIOR, uneven, SMALL),
        new HeadDensity(new ClosedForm()),
        new MeanOfTwo(
            new Jumps(FLOW, PRIOR, uneven, BackwardQuery.DOWNWARDS, SMALL),
            new HeadDensity(new ClosedForm())));
  }

  /** The log-density of the flow at any time: that of the noise, less what gathers on the way. */
  private record ClosedForm() implements LogDensityHead {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public Tensor logDensity(Tensor x, Tensor t) {
      Tensor zero = t.zerosLike();
      Tensor rate = FLOW.rate(x, t, zero);
      Tensor noise = JointFlowMap.jump(x, t, zero, rate);
      return PRIOR.logDensity(noise).sub(t.mul(JointFlowMap.divergence(rate, 2)));
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void agreesWithTheTrueDensity(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = rows(50, DType.FLOAT64);
      LogDensity.Estimate estimate = estimator.estimate(x, new Rng(1));
      double[] truth = FLOW.logDensity(x, PRIOR);
      assertEquals(50, estimate.rows());
      for (int i = 0; i < truth.length; i++) {
        double allowed = 8 * estimate.standardError()[i] + 1e-5;
        assertEquals(truth[i], estimate.logDensity()[i], allowed, "row " + i);
      }
      double mean = -Arrays.stream(estimate.logDensity()).average().orElseThrow();
      assertEquals(mean, estimate.meanNegativeLogDensity(), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void onlyRandomEstimatorsHaveAStandardError(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      boolean random = estimator instanceof Hutchinson;
      double[] errors = estimator.estimate(rows(9, DType.FLOAT64), new Rng(1)).standardError();
      for (double error : errors) {
        assertTrue(random ? error > 0 : error == 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void countsForwardCalls(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate estimate = estimator.estimate(rows(20, DType.FLOAT64), new Rng(1));
      assertEquals(0, estimate.calls().backward());
      int expected = 0;
      if (estimator instanceof ExactTrace e) {
        boolean adaptive = e.solver() instanceof OdeSolver.Adaptive;
        // The last stage of a step is the first of the next.
        expected = adaptive ? estimate.calls().forward() / 6 * 6 + 1 : 160;
      } else if (estimator instanceof Hutchinson h) {
        expected =
            h.solver() instanceof OdeSolver.Adaptive
                ? (estimate.calls().forward() / h.probes() / 6 * 6 + 1) * h.probes()
                : 160 * h.probes();
      } else if (estimator instanceof Jumps j) {
        expected = j.grid().jumps();
      } else if (estimator instanceof ChangeOfVariables c) {
        expected = 2 * c.grid().jumps();
      } else if (estimator instanceof MeanOfTwo) {
        expected = 3 + 1;
      } else if (estimator instanceof HeadDensity) {
        expected = 1;
      }
      assertEquals(expected, estimate.calls().forward());
      assertTrue(estimate.calls().forward() > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void answersInSingleNumbers(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = rows(20, DType.FLOAT32);
      double[] single = estimator.estimate(x, new Rng(1)).logDensity();
      // Probes are the same signs in both types, but not the same normal numbers.
      if (!(estimator instanceof Hutchinson)) {
        Tensor wide = x.to(DType.FLOAT64);
        assertArrayEquals(estimator.estimate(wide, new Rng(1)).logDensity(), single, 2e-5);
      }
      for (double l : single) {
        assertTrue(Double.isFinite(l));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void rowsDoNotMeet(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = rows(20, DType.FLOAT64);
      long[] seeds = new Random(3).longs(20).toArray();
      LogDensity.Estimate together = estimator.estimate(x, seeds);
      for (int i = 0; i < 20; i++) {
        LogDensity.Estimate alone = estimator.estimate(x.rows(i, i + 1), new long[] {seeds[i]});
        assertEquals(alone.logDensity()[0], together.logDensity()[i], 1e-12);
        assertEquals(alone.standardError()[0], together.standardError()[i], 1e-12);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void theSameSourceGivesTheSameNumbers(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = rows(10, DType.FLOAT64);
      assertArrayEquals(
          estimator.estimate(x, new Rng(4)).logDensity(),
          estimator.estimate(x, new Rng(4)).logDensity());
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void leavesItsInputsAndTheGradientModeAlone(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = rows(10, DType.FLOAT64);
      double[] before = x.toDoubles();
      Rng rng = new Rng(5);
      byte[] state = rng.state();
      estimator.estimate(x, rng);
      assertArrayEquals(before, x.toDoubles());
      assertArrayEquals(state, rng.state());
      Tensor y = Tensor.ones(DType.FLOAT64, 1).variable();
      assertEquals(2, Autograd.grad(y.square().sum(), List.of(y)).get(0).item());
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void noRows(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate none = estimator.estimate(Tensor.zeros(DType.FLOAT64, 0, 2), new Rng(1));
      assertEquals(0, none.rows());
      assertTrue(Double.isNaN(none.meanNegativeLogDensity()));
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void refusesPointsOfAnotherSize(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(1);
      for (long[] shape : new long[][] {{4, 3}, {2}, {4, 2, 1}}) {
        Tensor x = Tensor.zeros(DType.FLOAT64, shape);
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> estimator.estimate(x, rng));
        assertTrue(e.getMessage().contains("expected rows of 2 numbers"), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void aRowThatIsNotANumberIsOneRow(LogDensity estimator) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new double[] {0.1, 0.2, Double.NaN, 0.2, 0.3, 0.4}, 3, 2);
      double[] l = estimator.estimate(x, new Rng(1)).logDensity();
      assertFalse(Double.isNaN(l[0]));
      assertTrue(Double.isNaN(l[1]));
      assertFalse(Double.isNaN(l[2]));
    }
  }

  private static Tensor rows(int n, DType type) {
    return new Rng(11).normal(DType.FLOAT64, n, 2).mul(1.2).to(type);
  }
}
