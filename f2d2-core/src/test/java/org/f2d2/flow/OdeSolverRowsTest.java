package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An adaptive solver treats every row as if it were alone: dy/dt = w cos(wt), some w large. */
class OdeSolverRowsTest {

  private static final OdeSolver SOLVER =
      new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-6, 1000);

  private Scope scope;
  private long rowsAsked;

  @BeforeEach
  void open() {
    scope = Scope.open();
    rowsAsked = 0;
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** y, then w, which stands still. */
  private static Tensor rows(double... w) {
    Tensor frequencies = Tensor.of(w, w.length, 1);
    return Tensor.cat(1, frequencies.zerosLike(), frequencies);
  }

  private Tensor wave(Tensor state, Tensor t) {
    rowsAsked += state.size(0);
    Tensor w = state.column(1);
    Tensor slope = w.mul(t).add(Math.PI / 2).sin().mul(w);
    return Tensor.cat(1, slope, w.zerosLike());
  }

  private OdeSolver.Solution solve(Tensor rows) {
    return SOLVER.solve(this::wave, rows, 0, 1, 1);
  }

  private static double[] frequencies(int n) {
    return IntStream.range(0, n).mapToDouble(i -> i % 10 == 0 ? 40 + i : 1 + 0.01 * i).toArray();
  }

  @Test
  void aRowIsSolvedAsIfItWereAlone() {
    Tensor all = rows(frequencies(100));
    OdeSolver.Solution together = solve(all);
    int most = 0;
    for (int r = 0; r < 100; r++) {
      OdeSolver.Solution alone = solve(all.rows(r, r + 1));
      assertArrayEquals(
          alone.y().toDoubles(), together.y().rows(r, r + 1).toDoubles(), 1e-13, "row " + r);
      most = Math.max(most, alone.evaluations());
    }
    assertEquals(most, together.evaluations(), "what the row with most of them took");
  }

  @Test
  void easyRowsDoNotPayForHardOnes() {
    double[] w = frequencies(512);
    solve(rows(w));
    long together = rowsAsked;
    rowsAsked = 0;
    for (double each : w) {
      solve(rows(each));
    }
    assertTrue(together < 1.3 * rowsAsked, together + " together, alone " + rowsAsked);
  }

  @Test
  void theSolutionIsRight() {
    double[] w = frequencies(100);
    double[] y = solve(rows(w)).y().column(0).toDoubles();
    for (int r = 0; r < w.length; r++) {
      assertEquals(Math.sin(w[r]), y[r], 3e-5, "row " + r);
    }
  }

  @Test
  void aRowWithoutASolutionIsOneRow() {
    double[] w = frequencies(50);
    double[] whole = solve(rows(w)).y().column(0).toDoubles();
    w[7] = Double.NaN;
    w[8] = Double.POSITIVE_INFINITY;
    w[9] = 1e9;
    double[] y = solve(rows(w)).y().column(0).toDoubles();
    for (int r = 0; r < w.length; r++) {
      assertEquals(r >= 7 && r <= 9 ? Double.NaN : whole[r], y[r], 1e-13, "row " + r);
    }
  }

  /** y' = y² from 1 has no value beyond t = 1: the steps shrink until they no longer count. */
  @Test
  void givesUpSoonWhereTheSolutionEnds() {
    OdeSolver patient = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-6, 1_000_000);
    Tensor y = Tensor.of(new double[] {1, 0.1}, 2, 1);
    OdeSolver.Solution solution = patient.solve((s, t) -> s.square(), y, 0, 2);
    double[] end = solution.y().toDoubles();
    assertEquals(Double.NaN, end[0]);
    assertEquals(0.125, end[1], 1e-5);
    assertTrue(solution.evaluations() < 5000, solution.evaluations() + " evaluations");
  }

  @Test
  void noRowsAndSingleNumbers() {
    assertArrayEquals(
        new long[] {0, 2}, solve(Tensor.zeros(DType.FLOAT64, 0, 2)).y().shape(), "no rows");
    Tensor single = solve(rows(frequencies(40)).to(DType.FLOAT32)).y();
    assertEquals(DType.FLOAT32, single.type());
    double[] wide = solve(rows(frequencies(40))).y().toDoubles();
    assertArrayEquals(wide, single.toDoubles(), 1e-3, Arrays.toString(wide));
  }
}
