package org.f2d2.domain.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.f2d2.data.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatticeDetectorTest {
  private static final int SEEDS = 5;

  private static Optional<Lattice> detect(int n, long seed, ToDoubleFunction<Random> draw) {
    Random random = new Random(seed);
    double[] values = new double[n];
    Arrays.setAll(values, i -> draw.applyAsDouble(random));
    Arrays.sort(values);
    return LatticeDetector.detect(values);
  }

  private static void requireSpacing(double spacing, int n, ToDoubleFunction<Random> draw) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Lattice lattice = detect(n, seed, draw).orElseThrow();
      assertEquals(spacing, lattice.spacing(), 1e-5 * spacing, "seed " + seed);
    }
  }

  private static void requireContinuous(int n, ToDoubleFunction<Random> draw) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertEquals(Optional.empty(), detect(n, seed, draw), "seed " + seed);
    }
  }

  private static double printed(double value, int decimals) {
    return Math.rint(value * Math.pow(10, decimals)) / Math.pow(10, decimals);
  }

  @ParameterizedTest
  @CsvSource({"1, 20", "1, 5", "1, 1000", "0.1, 3", "0.05, 2", "0.01, 1", "2, 30", "10, 100"})
  void findsRoundedNormalColumns(double step, double sd) {
    requireSpacing(step, 4000, r -> step * Math.rint(sd * r.nextGaussian() / step));
  }

  @Test
  void findsWholeNumbersOfEveryKind() {
    requireSpacing(1, 500, r -> r.nextInt(0, 2));
    requireSpacing(1, 500, r -> r.nextInt(0, 256));
    requireSpacing(1, 2000, r -> Math.floor(-10 * Math.log(r.nextDouble())));
    requireSpacing(1, 5000, r -> Math.floor(Math.exp(2 * r.nextGaussian())));
    requireSpacing(0.5, 500, r -> 0.5 * r.nextInt(1, 30));
  }

  @Test
  void findsARareSecondValue() {
    double[] values = new double[1000];
    values[999] = 13.25;
    assertEquals(new Lattice(0, 13.25), LatticeDetector.detect(values).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 97, 15, 610})
  void findsMinMaxScaledWholeNumbers(int top) {
    requireSpacing(1.0 / top, 4000, r -> r.nextInt(0, top + 1) / (double) top);
    requireSpacing(1.0 / top, 4000, r -> (float) (r.nextInt(0, top + 1) / (double) top));
    requireSpacing(1.0 / top, 4000, r -> printed(r.nextInt(0, top + 1) / (double) top, 6));
  }

  @Test
  void findsStandardisedWholeNumbers() {
    requireSpacing(1 / 17.3, 3000, r -> (Math.rint(17.3 * r.nextGaussian()) - 4.4) / 17.3);
    requireSpacing(
        1 / 17.3, 3000, r -> (float) ((Math.rint(17.3 * r.nextGaussian()) - 4.4) / 17.3));
  }

  @Test
  void anImputedValueAndAFewFinerOnesDoNotHideTheLattice() {
    requireSpacing(
        0.01,
        5000,
        r -> {
          double kind = r.nextDouble();
          double value = printed(0.5 + 0.1 * r.nextGaussian(), kind < 0.005 ? 4 : 2);
          return kind > 0.9 ? 0.48765 : value;
        });
  }

  @Test
  void rareOddNumbersAmongEvenOnesKeepWholeNumbers() {
    requireSpacing(1, 2000, r -> 2 * r.nextInt(20, 60) + (r.nextDouble() < 0.04 ? 1 : 0));
  }

  @Test
  void shortDecimalsComeBackExactly() {
    Lattice lattice = detect(3000, 3, r -> printed(5 + r.nextGaussian(), 1)).orElseThrow();
    assertEquals(new Lattice(0, 0.1), lattice);
    assertEquals(0.3, lattice.round(0.31));
    assertEquals(-1.7, lattice.round(-1.68));
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8, 17})
  void printedContinuousColumnsAreContinuous(int decimals) {
    requireContinuous(
        3000, r -> decimals > 15 ? r.nextGaussian() : printed(r.nextGaussian(), decimals));
    requireContinuous(3000, r -> printed(r.nextDouble(), Math.min(decimals, 12)));
    requireContinuous(
        3000, r -> printed(Math.exp(3 * r.nextGaussian()) + 7, Math.min(decimals, 10)));
  }

  @Test
  void singlePrecisionAloneIsNoLattice() {
    requireContinuous(3000, r -> (float) r.nextGaussian());
  }

  @Test
  void atomsInAContinuousColumnAreNoLattice() {
    requireContinuous(2000, r -> r.nextDouble() < 0.6 ? 0 : printed(Math.abs(r.nextGaussian()), 6));
    requireContinuous(
        3000,
        r -> {
          double u = r.nextDouble();
          return u < 0.35 ? 0 : u < 0.65 ? 1 : r.nextDouble();
        });
  }

  @Test
  void rowsDrawnTwiceDoNotMakeALattice() {
    double[] pool = new Random(9).doubles(1000, -3, 3).toArray();
    requireContinuous(1000, r -> pool[r.nextInt(pool.length)]);
  }

  @Test
  void aStepFinerThanTheRowsCanResolveIsContinuous() {
    // 200 rows over 60,000 steps of 0.0001: hardly a repeat.
    requireContinuous(200, r -> printed(r.nextGaussian(), 4));
  }

  @Test
  void spreadIsUniformOverOneCell() {
    Lattice lattice = new Lattice(0, 0.5);
    Random random = new Random(5);
    double sum = 0;
    double squares = 0;
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      double offset = lattice.spread(3, random) - 3;
      assertTrue(offset >= -0.25 && offset < 0.25);
      sum += offset;
      squares += offset * offset;
    }
    // A uniform cell has variance spacing^2 / 12; both bounds are five standard errors.
    assertEquals(0, sum / n, 5 * 0.5 / Math.sqrt(12.0 * n));
    assertEquals(0.25 / 12, squares / n, 5 * 0.25 * Math.sqrt(1 / 180.0 / n));
  }
}
