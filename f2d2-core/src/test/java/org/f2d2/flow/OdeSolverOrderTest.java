package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.Ralston;
import java.util.stream.Stream;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How fast the error of each solver falls, on dy/dt = -2 t y², y = 1/(1 + t²) from y(0) = 1. */
class OdeSolverOrderTest {

  private static final OdeSolver.RightSide FIELD = (y, t) -> y.square().mul(t).mul(-2);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<ButcherTableau> tableaus() {
    return Stream.of(
        ButcherTableau.EULER,
        ButcherTableau.HEUN,
        ButcherTableau.RK4,
        ButcherTableau.DORMAND_PRINCE,
        Ralston.TABLEAU);
  }

  private static double error(OdeSolver solver, double from, double to) {
    Tensor start = Tensor.of(new double[] {1 / (1 + from * from)}, 1, 1);
    return Math.abs(solver.solve(FIELD, start, from, to).y().item() - 1 / (1 + to * to));
  }

  @ParameterizedTest
  @MethodSource("tableaus")
  void halvingTheStepDividesTheErrorByTwoToTheOrder(ButcherTableau tableau) {
    for (double from : new double[] {0, 1}) {
      double coarse = error(new OdeSolver.FixedStep(tableau, 20), from, 1 - from);
      double fine = error(new OdeSolver.FixedStep(tableau, 40), from, 1 - from);
      double order = Math.log(coarse / fine) / Math.log(2);
      assertEquals(tableau.order(), order, 0.35, tableau.name() + " from " + from);
    }
  }

  @ParameterizedTest
  @MethodSource("tableaus")
  void coefficientsObeyTheFirstOrderConditions(ButcherTableau tableau) {
    assertEquals(1, tableau.b().stream().mapToDouble(b -> b).sum(), 1e-14);
    assertEquals(0, tableau.bError().stream().mapToDouble(b -> b).sum(), 1e-14);
    for (int i = 0; i < tableau.stages(); i++) {
      double row = tableau.a().get(i).stream().mapToDouble(a -> a).sum();
      assertEquals(tableau.c().get(i), row, 1e-14, tableau.name() + " row " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-6, 1e-8, 1e-10})
  void theAdaptiveErrorFollowsTheTolerance(double tolerance) {
    OdeSolver solver = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, tolerance, 10_000);
    assertTrue(error(solver, 0, 1) < 20 * tolerance);
    assertTrue(error(solver, 1, 0) < 20 * tolerance);
  }

  @Test
  void aSmallerToleranceCostsMoreEvaluations() {
    Tensor one = Tensor.ones(DType.FLOAT64, 1, 1);
    int loose =
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-4, 10_000)
            .solve(FIELD, one, 0, 1)
            .evaluations();
    int tight =
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-12, 10_000)
            .solve(FIELD, one, 0, 1)
            .evaluations();
    assertTrue(tight > loose, loose + " and " + tight);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "0.5, false", "1, true", "0.5, true"})
  void theSolverFindsTheMapOfAMixture(double noiseScale, boolean backward) {
    QuantileFlow flow = QuantileFlow.reference(noiseScale);
    double s = backward ? 1 : 0;
    double t = 1 - s;
    Tensor x = Tensor.of(new double[] {-2, -1, -0.3, 0.4, 1.2}, 5, 1);
    OdeSolver.RightSide joint = (y, time) -> flow.joint(y.column(0), time);
    Tensor start = Tensor.cat(1, x, x.zerosLike());
    Tensor end =
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-11, 10_000)
            .solve(joint, start, s, t)
            .y();
    Tensor moved = end.sub(start).div(t - s);
    Tensor rate = flow.rate(x, Differences.same(s, 5), Differences.same(t, 5));
    Differences.assertClose(rate, moved, 1e-8, "rate");
  }

  @Test
  void adaptiveNeedsAnErrorEstimateAndEnoughSteps() {
    assertThrows(
        IllegalArgumentException.class, () -> new OdeSolver.Adaptive(ButcherTableau.RK4, 1e-3, 9));
    OdeSolver few = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-12, 2);
    Tensor one = Tensor.ones(DType.FLOAT64, 1, 1);
    assertEquals(Double.NaN, few.solve(FIELD, one, 0, 1).y().item());
  }
}
