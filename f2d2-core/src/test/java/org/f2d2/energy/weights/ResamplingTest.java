package org.f2d2.energy.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplingTest {

  private static final double[] WEIGHTS = {0.05, 0, 0.4, 0.15, 0, 0.13, 0.27, 0};

  @ParameterizedTest
  @EnumSource
  void copiesAreInProportionToTheWeights(Resampling way) {
    int runs = 20_000;
    int n = 10;
    double[] mean = new double[WEIGHTS.length];
    for (int run = 0; run < runs; run++) {
      int[] rows = way.draw(WEIGHTS, n, new SplittableRandom(run));
      assertEquals(n, rows.length);
      for (int row : rows) {
        mean[row] += 1.0 / runs;
      }
    }
    for (int i = 0; i < mean.length; i++) {
      double expected = n * WEIGHTS[i];
      assertEquals(expected, mean[i], 4 * Math.sqrt(expected / runs), way + ", row " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsDepartFromTheMeanAsFarAsTheWayAllows(Resampling way) {
    int n = 50;
    for (int seed = 0; seed < 200; seed++) {
      int[] counts = new int[WEIGHTS.length];
      for (int row : way.draw(WEIGHTS, n, new SplittableRandom(seed))) {
        counts[row]++;
      }
      for (int i = 0; i < counts.length; i++) {
        double off = counts[i] - n * WEIGHTS[i];
        switch (way) {
          case SYSTEMATIC -> assertTrue(Math.abs(off) < 1 + 1e-9);
          case STRATIFIED -> assertTrue(Math.abs(off) < 2 + 1e-9);
          case RESIDUAL -> assertTrue(off > -1);
          case MULTINOMIAL -> assertTrue(WEIGHTS[i] > 0 || counts[i] == 0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSeedAndNotTheUnitSettlesTheCopies(Resampling way) {
    int[] rows = way.draw(WEIGHTS, 100, new SplittableRandom(7));
    assertArrayEquals(rows, way.draw(WEIGHTS, 100, new SplittableRandom(7)));
    double[] large = Arrays.stream(WEIGHTS).map(w -> w * 0x1p1020).toArray();
    assertArrayEquals(rows, way.draw(large, 100, new SplittableRandom(7)));
    int[] sorted = rows.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, rows);
  }

  @ParameterizedTest
  @EnumSource
  void edges(Resampling way) {
    assertArrayEquals(new int[] {0}, way.draw(new double[] {3}, 1, new SplittableRandom(0)));
    assertArrayEquals(
        new int[] {1, 1, 1}, way.draw(new double[] {0, 1e-300, 0}, 3, new SplittableRandom(0)));
    double[] many = new double[100_000];
    Arrays.fill(many, 0, 99_999, 0.1);
    int[] rows = way.draw(many, 100_000, new SplittableRandom(1));
    assertTrue(rows[99_999] < 99_999, "a row of weight zero");
    refused(way, "every weight is zero", 1, 0, 0);
    refused(way, "weight 1 is -1.0", 1, 0.5, -1);
    refused(way, "weight 0 is NaN", 1, Double.NaN);
    refused(way, "at least one row, got 0", 0, 1);
  }

  private static void refused(Resampling way, String words, int count, double... weights) {
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class, () -> way.draw(weights, count, new SplittableRandom(0)), words);
    assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
  }
}
