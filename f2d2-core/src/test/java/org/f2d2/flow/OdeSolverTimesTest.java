package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At which times a solver asks, and what it leaves in memory. */
class OdeSolverTimesTest {

  static Stream<OdeSolver> solvers() {
    return Stream.of(
        new OdeSolver.FixedStep(ButcherTableau.EULER, 10),
        new OdeSolver.FixedStep(ButcherTableau.RK4, 10),
        new OdeSolver.FixedStep(ButcherTableau.RK4, 49),
        new OdeSolver.FixedStep(ButcherTableau.DORMAND_PRINCE, 7),
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-8, 1000));
  }

  // Beside the states of a step nothing may wait for its end: an evaluation of a large network
  // makes hundreds of times as much as its result.
  @ParameterizedTest
  @MethodSource("solvers")
  void whatAnEvaluationMakesIsFreedBeforeTheNext(OdeSolver solver) {
    int temporaries = 1000;
    try (Scope scope = Scope.open()) {
      Tensor start = Tensor.ones(DType.FLOAT64, 1, 1);
      long before = Pointer.totalCount();
      long[] most = new long[1];
      solver.solve(
          (y, t) -> {
            most[0] = Math.max(most[0], Pointer.totalCount() - before);
            Tensor sum = y;
            for (int i = 0; i < temporaries; i++) {
              sum = sum.neg();
            }
            return sum.mul(0.1);
          },
          start,
          0,
          1);
      assertTrue(most[0] < temporaries / 2, "held at an evaluation: " + most[0]);
    }
  }

  // A field with a logarithm or a root of t must not be asked a rounding error outside [0, 1].
  @ParameterizedTest
  @MethodSource("solvers")
  void staysBetweenTheEndTimes(OdeSolver solver) {
    for (double from : new double[] {0, 1}) {
      try (Scope scope = Scope.open()) {
        List<Double> times = new ArrayList<>();
        OdeSolver.RightSide f =
            (y, t) -> {
              Arrays.stream(t.toDoubles()).forEach(times::add);
              return y.mul(t);
            };
        Tensor end = solver.solve(f, Tensor.ones(DType.FLOAT64, 2, 1), from, 1 - from).y();
        assertTrue(times.stream().allMatch(t -> t >= 0 && t <= 1), times.toString());
        double expected = Math.exp(from == 0 ? 0.5 : -0.5);
        boolean euler = solver.equals(new OdeSolver.FixedStep(ButcherTableau.EULER, 10));
        assertEquals(expected, end.toDoubles()[1], euler ? 0.2 : 1e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void freesTheStatesOnTheWayButNotTheFirst(OdeSolver solver) {
    try (Scope scope = Scope.open()) {
      Tensor y = Tensor.ones(DType.FLOAT64, 1, 1);
      List<Tensor> seen = new ArrayList<>();
      OdeSolver.RightSide f =
          (state, t) -> {
            seen.add(state);
            return state.neg();
          };
      Tensor end = solver.solve(f, y, 0, 1).y();
      assertEquals(1, y.item());
      assertTrue(end.item() < 0.5);
      Tensor middle = seen.get(seen.size() / 2);
      assertThrows(RuntimeException.class, middle::item);
    }
  }

  @Test
  void aSolveOfNoLengthReturnsTheState() {
    try (Scope scope = Scope.open()) {
      OdeSolver solver = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-8, 10);
      Tensor y = Tensor.ones(DType.FLOAT64, 1, 1);
      assertEquals(1, solver.solve((state, t) -> state, y, 0.3, 0.3).y().item());
    }
  }
}
