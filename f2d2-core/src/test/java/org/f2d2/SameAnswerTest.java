package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scorer;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.ConditionOptions;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row has the same answer whatever it is asked with; the first samples are the first of more. */
class SameAnswerTest {

  private static final int COLUMNS = 3;

  private static DensityModel model;

  /** A ring about 0 and a Gaussian beside it, and the class that says which. */
  private static double[] rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[COLUMNS * n];
    for (int r = 0; r < n; r++) {
      boolean ring = random.nextBoolean();
      double angle = 2 * Math.PI * random.nextDouble();
      double radius = 1 + 0.1 * random.nextGaussian();
      values[COLUMNS * r] = ring ? radius * Math.cos(angle) : 3 + random.nextGaussian();
      values[COLUMNS * r + 1] = ring ? radius * Math.sin(angle) : random.nextGaussian();
      values[COLUMNS * r + 2] = ring ? 1 : 2;
    }
    return values;
  }

  @BeforeAll
  static void fit() {
    FitOptions options =
        FitOptions.DEFAULT
            .with(new Budget.Steps(600))
            .withWorkers(2)
            .with(new TeacherOptions(64, 3, 128, 4e-3, -1, 0.99, 64, 0, 4))
            .with(new StudentOptions(64, 3, 128, 4e-3, 0.99, true, true, 0, 0, 0, false))
            .with(ConditionOptions.on("class"));
    model =
        DensityModel.fit(
            Table.of(List.of("x", "y", "class"), rows(3000, 1)), options, FitListener.SILENT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Rows like the training rows, the last of them ever further off, to a thousand deviations. */
  private static double[] withFarOnes(int n) {
    double[] rows = rows(n, 2);
    for (int r = n / 2; r < n; r++) {
      double factor = Math.pow(1000, 2.0 * (r - n / 2) / n);
      rows[COLUMNS * r] *= factor;
      rows[COLUMNS * r + 1] *= factor;
    }
    return rows;
  }

  private static double[] row(double[] rows, int r) {
    return Arrays.copyOfRange(rows, COLUMNS * r, COLUMNS * (r + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "4", "exact"})
  void aRowHasTheSameAnswerInEveryBatch(String evaluations) {
    Nfe nfe = Nfe.parse(evaluations);
    int n = 300;
    double[] rows = withFarOnes(n);
    Scores together = model.score(rows, nfe);
    int compared = 0;
    int outside = 0;
    for (int size : new int[] {1, 2, 7, 100}) {
      for (int from = 0; from + size <= n; from += size < 100 ? 5 * size : size) {
        double[] part = new double[size * COLUMNS];
        for (int i = 0; i < size; i++) {
          // Far rows beside near ones, and in another order.
          System.arraycopy(row(rows, (from + 41 * i) % n), 0, part, i * COLUMNS, COLUMNS);
        }
        Scores apart = model.score(part, nfe);
        for (int i = 0; i < size; i++) {
          int r = (from + 41 * i) % n;
          compared++;
          outside += differ(nfe, together.logDensity()[r], apart, i) ? 1 : 0;
        }
      }
    }
    // What is stated of an exact value is what the largest of 200 rows was off.
    assertTrue(outside <= (nfe.equals(Nfe.EXACT) ? 0.01 : 0) * compared, outside + " rows differ");
  }

  /** By more than 32-bit numbers may, or an exact value by more than is stated of both. */
  private static boolean differ(Nfe nfe, double expected, Scores scores, int row) {
    double actual = scores.logDensity()[row];
    double stated = scores.errorBound()[row];
    double allowed = 0x1p-20 * (1 + Math.abs(expected));
    return !Double.isNaN(expected)
        && (!(Math.abs(expected - actual) <= (nfe.equals(Nfe.EXACT) ? 2 * stated : allowed))
            || stated < allowed / 2);
  }

  @Test
  void theThreadsDoNotMatter() {
    double[] rows = withFarOnes(1100);
    for (Nfe nfe : List.of(Nfe.ONE, Nfe.EXACT)) {
      double[] spread = model.score(rows, nfe).logDensity();
      Scores alone = model.scoreAlone(rows, nfe);
      for (int r = 0; r < spread.length; r++) {
        assertFalse(differ(nfe, spread[r], alone, r), nfe + ", row " + r);
      }
    }
  }

  @Test
  void theFirstSamplesAreTheFirstOfMore() {
    for (SampleOptions options :
        List.of(
            new SampleOptions(Nfe.ONE, false, false, 7),
            new SampleOptions(new Nfe.Jumps(4), false, false, 7),
            new SampleOptions(new Nfe.Jumps(4), false, false, 0.5, Optional.empty(), 1, 7),
            new SampleOptions(new Nfe.Jumps(2), true, false, 7),
            new SampleOptions(Nfe.EXACT, false, false, 7))) {
      double[] many = model.sample(130, options).rows();
      for (int n : new int[] {1, 5, 100}) {
        double[] few = model.sample(n, options).rows();
        assertArrayEquals(Arrays.copyOf(many, COLUMNS * n), few, 2e-5, n + " by " + options);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void theScorerOnArraysGivesTheSame(int k, @TempDir Path directory) {
    model.save(directory);
    Scorer scorer = Scorer.load(directory);
    double[] rows = withFarOnes(300);
    Scores expected = model.score(rows, new Nfe.Jumps(k));
    Scores scores = scorer.scoreRows(rows, new Nfe.Jumps(k));
    for (int r = 0; r < 300; r++) {
      double tolerance = 1e-4 * Math.max(1, Math.abs(expected.logDensity()[r]));
      assertEquals(expected.logDensity()[r], scores.logDensity()[r], tolerance, "row " + r);
    }
    assertEquals(expected.nfe(), scores.nfe());
    // Few rows given their class are answered exactly, which is not for the scorer.
    assertEquals(Nfe.EXACT, model.usualNfe());
    assertThrows(F2d2Exception.class, scorer::usualNfe);
  }
}
