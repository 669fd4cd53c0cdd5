package org.f2d2.domain.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.Decorrelation;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Table;
import org.f2d2.data.Whitening;
import org.junit.jupiter.api.Test;

class WhiteningFitTest {

  private static double[] normal(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  /** Rows whose columns have one cause in common: correlations of 0.8. */
  private static double[] related(int rows, int d, long seed) {
    double[] own = normal(rows * d, seed);
    double[] cause = normal(rows, -seed);
    double[] values = new double[rows * d];
    Arrays.setAll(values, i -> Math.sqrt(0.2) * own[i] + Math.sqrt(0.8) * cause[i / d]);
    return values;
  }

  private static double[] standardised(double[] rows, int d) {
    int n = rows.length / d;
    double[] out = rows.clone();
    for (int c = 0; c < d; c++) {
      double mean = 0;
      for (int r = 0; r < n; r++) {
        mean += rows[r * d + c] / n;
      }
      double variance = 0;
      for (int r = 0; r < n; r++) {
        variance += Math.pow(rows[r * d + c] - mean, 2) / n;
      }
      for (int r = 0; r < n; r++) {
        out[r * d + c] = (rows[r * d + c] - mean) / Math.sqrt(variance);
      }
    }
    return out;
  }

  /** Mean log-density of rows under N(0, S), in nats; the constant is left out. */
  private static double logDensity(Whitening whitening, double[] rows) {
    int d = whitening.dimensions();
    double squares = 0;
    for (int r = 0; r < rows.length / d; r++) {
      double[] row = Arrays.copyOfRange(rows, r * d, (r + 1) * d);
      whitening.forward(row);
      squares += Arrays.stream(row).map(v -> v * v).sum();
    }
    return whitening.logDeterminant() - 0.5 * squares / ((double) rows.length / d);
  }

  /** Rows of which none is a copy. */
  private static int[] each(int rows) {
    return IntStream.range(0, rows).toArray();
  }

  @Test
  void copiesTellNothingAboutEachOtherInAnyOrder() {
    int d = 40;
    int n = 80;
    double[] once = standardised(related(n, d, 5), d);
    double[] fresh = related(500, d, 6);
    double unseen = logDensity(WhiteningFit.shrunk(once, d, each(n)), fresh);
    for (boolean adjacent : new boolean[] {true, false}) {
      double[] thrice = new double[3 * once.length];
      int[] group = new int[3 * n];
      for (int r = 0; r < 3 * n; r++) {
        group[r] = adjacent ? r / 3 : r % n;
        System.arraycopy(once, group[r] * d, thrice, r * d, d);
      }
      double copied = logDensity(WhiteningFit.shrunk(thrice, d, group), fresh);
      assertEquals(unseen, copied, 1, "adjacent " + adjacent);
    }
  }

  @Test
  void fewRowsOfManyColumnsArePulledToTheIdentity() {
    int d = 100;
    double[] rows = standardised(normal(60 * d, 1), d);
    double[] fresh = normal(500 * d, 2);
    double ideal = -0.5 * Arrays.stream(fresh).map(v -> v * v).sum() / 500;
    double lost = ideal - logDensity(WhiteningFit.shrunk(rows, d, each(rows.length / d)), fresh);
    assertTrue(Math.abs(lost) < 3, "nats lost on fresh rows: " + lost);
    double plain = ideal - logDensity(WhiteningFit.plain(rows, d), fresh);
    assertTrue(plain > 1000, "nats lost without shrinkage: " + plain);
  }

  @Test
  void whatColumnsHaveInCommonIsKept() {
    int d = 20;
    double[] rows = standardised(related(60, d, 3), d);
    double[] fresh = related(500, d, 4);
    double shrunk = logDensity(WhiteningFit.shrunk(rows, d, each(rows.length / d)), fresh);
    // ln det of 20 correlations of 0.8 is 19 ln 0.2 + ln 16.2, so the truth has -10 + 13.9 nats.
    double truth = -0.5 * d - 0.5 * (19 * Math.log(0.2) + Math.log(16.2));
    assertTrue(shrunk > truth - 5, shrunk + " where the truth has " + truth);
    assertTrue(shrunk > logDensity(WhiteningFit.plain(rows, d), fresh) + 0.5);
  }

  @Test
  void nearlyDependentColumnsKeepTheirResolution() {
    for (int n : new int[] {500, 5000}) {
      double[] draws = normal(4 * n, 5);
      double[] rows = new double[4 * n];
      for (int r = 0; r < n; r++) {
        double x = draws[4 * r];
        double a = draws[4 * r + 1];
        rows[4 * r] = x;
        rows[4 * r + 1] = x + 1e-6 * draws[4 * r + 2];
        rows[4 * r + 2] = a;
        rows[4 * r + 3] = 2 * a + 1e-9 * draws[4 * r + 3];
      }
      Whitening whitening = WhiteningFit.shrunk(standardised(rows, 4), 4, each(rows.length / 4));
      double[] values = whitening.eigenvalues();
      Arrays.sort(values);
      // Along (1, -1)/√2: half the square of 1e-6, and of half of 1e-9.
      double sampling = n == 500 ? 0.25 : 0.1;
      assertEquals(1, values[0] / 1.25e-19, sampling, "of " + n + " rows");
      assertEquals(1, values[1] / 5e-13, sampling, "of " + n + " rows");
      assertEquals(List.of(), whitening.floored());
    }
  }

  @Test
  void exactCombinationsAreFlooredDitheredAndNamed() {
    int n = 2000;
    double[] draws = normal(3 * n, 6);
    double[] values = new double[4 * n];
    for (int r = 0; r < n; r++) {
      values[4 * r] = draws[3 * r];
      values[4 * r + 1] = draws[3 * r + 1];
      values[4 * r + 2] = draws[3 * r] + 0.5 * draws[3 * r + 1];
      values[4 * r + 3] = draws[3 * r + 2];
    }
    Preprocessing chain =
        PreprocessingFit.fit(
            Table.of(List.of("a", "b", "sum", "free"), values),
            PreprocessingOptions.defaults().withDecorrelation(Decorrelation.ZCA),
            new SplittableRandom(1));
    Whitening whitening = chain.state().whitening().get(0);
    assertEquals(1, whitening.floored().size());
    assertEquals(
        List.of(
            "columns are exact combinations of each other, where a density has no bound: 'a', 'b',"
                + " 'sum'"),
        chain.warnings());
    int k = whitening.floored().get(0);
    double[] scored = chain.forward(values);
    double[] trained = chain.forward(values, new SplittableRandom(2));
    double variance = 0;
    for (int r = 0; r < n; r++) {
      double along = 0;
      double aside = 0;
      for (int i = 0; i < 4; i++) {
        double part = whitening.eigenvectors()[i * 4 + k];
        along += part * trained[4 * r + i];
        aside += Math.pow(trained[4 * r + i] - scored[4 * r + i], 2);
      }
      double gap = 0;
      for (int i = 0; i < 4; i++) {
        gap += whitening.eigenvectors()[i * 4 + k] * (trained[4 * r + i] - scored[4 * r + i]);
      }
      // The noise lies along the floored direction alone.
      assertEquals(gap * gap, aside, 1e-9);
      variance += along * along / n;
    }
    // Its standard deviation is 0.03, and rounding may leave a variance of its own.
    assertEquals(1, variance, 0.2);
  }

  @Test
  void plentyOfRowsAreNotShrunk() {
    double[] rows = standardised(related(2001, 2, 7), 2);
    Whitening plain = WhiteningFit.plain(rows, 2);
    Whitening shrunk = WhiteningFit.shrunk(rows, 2, each(rows.length / 2));
    assertArrayEquals(plain.eigenvalues(), shrunk.eigenvalues());
    assertArrayEquals(plain.eigenvectors(), shrunk.eigenvectors());
  }

  @Test
  void withoutShrinkageTheRowsOfManyColumnsBecomeWhite() {
    int d = 50;
    int n = 5000;
    double[] rows = standardised(related(n, d, 8), d);
    Whitening whitening = WhiteningFit.plain(rows, d);
    double[] covariance = new double[d * d];
    for (int r = 0; r < n; r++) {
      double[] row = Arrays.copyOfRange(rows, r * d, (r + 1) * d);
      whitening.forward(row);
      for (int i = 0; i < d * d; i++) {
        covariance[i] += row[i / d] * row[i % d] / n;
      }
    }
    for (int i = 0; i < d * d; i++) {
      assertEquals(i / d == i % d ? 1 : 0, covariance[i], 1e-9);
    }
  }
}
