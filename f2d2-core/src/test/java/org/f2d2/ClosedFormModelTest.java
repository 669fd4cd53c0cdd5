package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;

/** Models of few rows that are a closed form and were fitted to all of them. */
class ClosedFormModelTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(60))
          .withWorkers(2)
          .with(new TeacherOptions(16, 2, 64, 1e-3, -1, 0.9, 8, 0, 4))
          .with(new StudentOptions(16, 2, 64, 1e-3, 0.9, true, true, -1, 0, 0, false));

  private static DensityModel fit(List<String> columns, double[] rows) {
    return DensityModel.fit(Table.of(columns, rows), OPTIONS, FitListener.SILENT);
  }

  /** Points of a spiral, and whether they are on its outer half. */
  private static double[] spiral(int n) {
    SplittableRandom random = new SplittableRandom(3);
    double[] rows = new double[3 * n];
    for (int r = 0; r < n; r++) {
      double turn = 9 * random.nextDouble();
      rows[3 * r] = turn * Math.cos(turn) + 0.2 * random.nextGaussian();
      rows[3 * r + 1] = turn * Math.sin(turn) + 0.2 * random.nextGaussian();
      rows[3 * r + 2] = turn > 4.5 ? 1 : 0;
    }
    return rows;
  }

  /** Rows of a level are equally likely, so all of them are as unlikely as each. */
  @Test
  void theLevelsOfAFlagHaveTheirSharesAsPValues() {
    for (double share : new double[] {0.04, 0.3}) {
      SplittableRandom random = new SplittableRandom(11);
      double[] rows = IntStream.range(0, 400).mapToDouble(r -> r < share * 400 ? 1 : 0).toArray();
      for (int r = 399; r > 0; r--) {
        int other = random.nextInt(r + 1);
        double swapped = rows[r];
        rows[r] = rows[other];
        rows[other] = swapped;
      }
      try (DensityModel model = fit(List.of("flag"), rows)) {
        assertTrue(model.card().closedForm());
        for (Nfe nfe : List.of(Nfe.ONE, Nfe.EXACT)) {
          double[] p = model.score(new double[] {0, 1}, nfe).pValue();
          assertEquals(1, p[0], 0.003, "share " + share);
          assertEquals(share, p[1], 0.003, "share " + share);
          assertEquals(p[1], model.score(new double[] {1}, nfe).pValue()[0], "a row alone");
        }
      }
    }
  }

  @Test
  void levelsBesideKernelsSumToOne() {
    try (DensityModel model = fit(List.of("x", "y", "outer"), spiral(400))) {
      assertTrue(model.card().closedForm());
      int side = 140;
      double step = 0.2;
      double[] grid = new double[3 * 2 * side * side];
      for (int i = 0; i < 2 * side * side; i++) {
        int cell = i / 2;
        int row = cell / side;
        grid[3 * i] = step * (cell % side - side / 2.0);
        grid[3 * i + 1] = step * (row - side / 2.0);
        grid[3 * i + 2] = i % 2;
      }
      double[] log = model.score(grid, Nfe.ONE).logDensity();
      double mass = Arrays.stream(log).map(Math::exp).sum() * step * step;
      assertEquals(1, mass, 0.02);
    }
  }

  @Test
  void rowsAreDrawnWithoutAnOde() {
    try (DensityModel model = fit(List.of("x", "y", "outer"), spiral(400))) {
      assertEquals(Nfe.EXACT, model.usualSampleNfe());
      SampleOptions options = new SampleOptions(Nfe.EXACT, false, true, 5);
      Samples many = model.sample(2000, options);
      assertEquals(0, many.forwardEvaluations());
      Samples few = model.sample(7, options);
      assertArrayEquals(Arrays.copyOf(many.rows(), 21), few.rows());
      double[] score = model.score(many.rows(), Nfe.EXACT).logDensity();
      assertArrayEquals(score, many.logDensity());
      // 5 draws and a seed make other rows.
      SampleOptions other = new SampleOptions(Nfe.EXACT, false, false, 6);
      assertFalse(Arrays.equals(few.rows(), model.sample(7, other).rows()));
      double outer =
          IntStream.range(0, 2000).mapToDouble(r -> many.rows()[3 * r + 2]).average().orElseThrow();
      assertEquals(0.5, outer, 0.06);
    }
  }

  /** Each of these tables leaves a part of its rows without what makes it a table. */
  @Test
  void aTableWhosePartsAreConstantIsFitted() {
    double[] oneOther = new double[200];
    for (int i = 0; i < oneOther.length; i++) {
      oneOther[i] = i % 2 == 0 ? 0.1234 : 5.678;
    }
    oneOther[198] = 1.777;
    oneOther[199] = 2.333;
    try (DensityModel model = fit(List.of("a", "b"), oneOther)) {
      assertTrue(Double.isFinite(model.score(oneOther, Nfe.ONE).logDensity()[0]));
    }
    double[] identity = new double[3600];
    for (int i = 0; i < 60; i++) {
      identity[61 * i] = 1;
    }
    List<String> names = IntStream.range(0, 60).mapToObj(i -> "c" + i).toList();
    try (DensityModel model = fit(names, identity)) {
      assertEquals(60, model.columns().size());
    }
  }
}
