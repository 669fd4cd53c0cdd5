package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.ConditionOptions;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of rows given their class, from the table to the density. */
class ConditionalModelTest {

  private static final int ROWS = 4000;
  private static final double SD = 0.5;

  /** The class is 7 at the left with a share of one quarter, 9 at the right. */
  private static Table table() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[3 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      boolean left = random.nextInt(4) == 0;
      values[3 * r] = (left ? -1 : 1) + SD * random.nextGaussian();
      values[3 * r + 1] = left ? 7 : 9;
      values[3 * r + 2] = 3 + 2 * random.nextGaussian();
    }
    return Table.of(List.of("a", "class", "b"), values);
  }

  private static FitOptions options(int steps) {
    return FitOptions.DEFAULT
        .with(new Budget.Steps(steps))
        .withWorkers(2)
        .with(new TeacherOptions(32, 2, 128, 4e-3, -1, 0.99, 64, 0, 4))
        .with(new StudentOptions(32, 2, 128, 4e-3, 0.99, true, true, 0, 0, 0, false))
        .with(ConditionOptions.on("class"));
  }

  private static double normal(double x, double mean, double sd) {
    double z = (x - mean) / sd;
    return -0.5 * z * z - Math.log(sd * Math.sqrt(2 * Math.PI));
  }

  private static double truth(double a, double b, double mean) {
    return normal(a, mean, SD) + normal(b, 3, 2);
  }

  @Test
  void densitiesAndSamplesAreThoseOfTheClass(@TempDir Path directory) {
    double[] rows = {-1, 7, 3, -0.7, 7, 4, 1.2, 9, 2, -1, 9, 3, 1, Double.NaN, 3, 0, 8, 3};
    try (DensityModel model = DensityModel.fit(table(), options(2000), FitListener.SILENT)) {
      double mixture =
          Math.log(0.25 * Math.exp(normal(1, -1, SD)) + 0.75 * Math.exp(normal(1, 1, SD)))
              + normal(3, 3, 2);
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        Scores scores = model.score(rows, nfe);
        double[] p = scores.logDensity();
        assertEquals(truth(-1, 3, -1), p[0], 0.35, "class 7, " + nfe);
        assertEquals(truth(-0.7, 4, -1), p[1], 0.35, "class 7, " + nfe);
        assertEquals(truth(1.2, 2, 1), p[2], 0.35, "class 9, " + nfe);
        assertTrue(p[3] < p[0] - 4, "a row under the other class: " + p[3] + ", " + nfe);
        // One row in ten teaches the law of all rows, so it is known less well.
        assertEquals(mixture, p[4], 0.6, "no class, " + nfe);
        assertTrue(Double.isNaN(p[5]) && scores.failures().containsKey(5), "an unknown class");
      }
      assertEquals("log_density", model.densityName());
      // No held-out row says how few evaluations answer a row under the other class.
      assertEquals(Nfe.EXACT, model.usualNfe());
      Samples left =
          model.sample(
              500, new SampleOptions(new Nfe.Jumps(4), false, false, 0, Optional.of(7.0), 1, 1));
      double mean = 0;
      for (int r = 0; r < 500; r++) {
        mean += left.rows()[3 * r] / 500;
        assertEquals(7, left.rows()[3 * r + 1]);
      }
      assertEquals(-1, mean, 0.15);
      Samples all = model.sample(2000, SampleOptions.DEFAULT);
      double lefts = 0;
      for (int r = 0; r < 2000; r++) {
        boolean seven = all.rows()[3 * r + 1] == 7;
        lefts += seven ? 1.0 / 2000 : 0;
        assertTrue(seven || all.rows()[3 * r + 1] == 9);
      }
      assertEquals(0.25, lefts, 0.05);
      assertThrows(
          F2d2Exception.class,
          () ->
              model.sample(1, new SampleOptions(Nfe.ONE, false, false, 0, Optional.of(8.0), 1, 1)));
      model.save(directory);
      double[] known = {-1, 7, 3, 1.2, 9, 2};
      try (DensityModel read = DensityModel.load(directory)) {
        assertArrayEquals(
            model.score(known, Nfe.ONE).logDensity(), read.score(known, Nfe.ONE).logDensity());
      }
    }
  }

  /** Guided away from the other class, and with a density of its own. */
  @Test
  void guidanceMovesTheDensityAndItsName() {
    for (Method method : List.of(TrajectoryRegression.METHOD, MeanFlowF2d2.MEANFLOW)) {
      double[] rows = {-1.3, 7, 3, -0.3, 7, 3};
      double plain;
      FitOptions base = options(method.equals(MeanFlowF2d2.MEANFLOW) ? 1200 : 700).with(method);
      try (DensityModel model = DensityModel.fit(table(), base, FitListener.SILENT)) {
        double[] p = model.score(rows, Nfe.EXACT).logDensity();
        plain = p[0] - p[1];
      }
      FitOptions guided = base.with(ConditionOptions.on("class").withGuidance(1.5, 0));
      try (DensityModel model = DensityModel.fit(table(), guided, FitListener.SILENT)) {
        double[] p = model.score(rows, Nfe.EXACT).logDensity();
        assertTrue(
            p[0] - p[1] > plain + 0.25, method + ": guided " + (p[0] - p[1]) + ", not " + plain);
        assertEquals("guided_log_density", model.densityName());
        assertEquals("guided_log_density", StreamScoring.columns(model).get(0));
        double[] four = model.score(rows, new Nfe.Jumps(4)).logDensity();
        assertEquals(p[0], four[0], 0.6, method + ": few evaluations of the guided flow");
      }
    }
  }

  /** Strengths change what is drawn and nothing about the density. */
  @Test
  void autoguidanceIsForDrawing(@TempDir Path directory) {
    FitOptions plain = options(600).with(AlignYourFlow.AYF_EMD).with(ConditionOptions.NONE);
    FitOptions options = plain.with(plain.student().toBuilder().autoguidance(true).build());
    Table rows = table();
    try (DensityModel model = DensityModel.fit(rows, options, FitListener.SILENT)) {
      assertEquals("log_density", model.densityName());
      double[] some = {-1, 7, 3, 1.2, 9, 2};
      double[] exact = model.score(some, Nfe.EXACT).logDensity();
      double[] four = model.score(some, new Nfe.Jumps(4)).logDensity();
      assertEquals(exact[0], four[0], 0.8);
      SampleOptions none = new SampleOptions(new Nfe.Jumps(4), false, false, 5);
      SampleOptions two =
          new SampleOptions(new Nfe.Jumps(4), false, false, 0, Optional.empty(), 2, 5);
      double[] drawn = model.sample(50, none).rows();
      double[] guided = model.sample(50, two).rows();
      double change = 0;
      for (int i = 0; i < drawn.length; i++) {
        assertTrue(Double.isFinite(guided[i]));
        change = Math.max(change, Math.abs(drawn[i] - guided[i]));
      }
      assertTrue(change > 1e-3, "a strength that changes nothing");
      model.save(directory);
      try (DensityModel read = DensityModel.load(directory)) {
        assertArrayEquals(four, read.score(some, new Nfe.Jumps(4)).logDensity());
        assertArrayEquals(guided, read.sample(50, two).rows());
      }
    }
    assertThrows(
        F2d2Exception.class,
        () ->
            FitOptions.DEFAULT.with(
                FitOptions.DEFAULT.student().toBuilder().autoguidance(true).build()));
    assertThrows(
        F2d2Exception.class,
        () -> new SampleOptions(Nfe.ONE, false, false, 0, Optional.empty(), 0.5, 1));
  }

  @Test
  void refusesGuidanceWithoutClasses() {
    assertThrows(F2d2Exception.class, () -> new ConditionOptions("", 0.1, 2, 0));
    assertThrows(
        F2d2Exception.class,
        () -> FitOptions.DEFAULT.with(ConditionOptions.on("c").withGuidance(2, 0.5)));
    FitOptions wrong = options(10).with(ConditionOptions.on("kind"));
    assertThrows(F2d2Exception.class, () -> DensityModel.fit(table(), wrong, FitListener.SILENT));
  }
}
