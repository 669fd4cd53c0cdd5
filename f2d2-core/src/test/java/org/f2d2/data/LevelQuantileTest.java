package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.f2d2.domain.table.PreprocessingFit;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class LevelQuantileTest {
  private static final PreprocessingOptions ALONE =
      PreprocessingOptions.defaults().withDecorrelation(Decorrelation.NONE);

  private static double[] column(int rows, long seed, ToDoubleFunction<SplittableRandom> law) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[rows];
    Arrays.setAll(values, r -> law.applyAsDouble(random));
    return values;
  }

  /** How many arrivals of rate 1 a time of 3 sees. */
  private static double poisson(SplittableRandom random) {
    int count = -1;
    for (double time = 0; time < 3; count++) {
      time -= Math.log(1 - random.nextDouble());
    }
    return count;
  }

  private static ToDoubleFunction<SplittableRandom> flag(double rare, double common) {
    return random -> random.nextDouble() < 0.3 ? rare : common;
  }

  private static Preprocessing chain(double[] values) {
    return PreprocessingFit.fit(
        Table.of(List.of("x"), values), ALONE, new SplittableRandom(values.length));
  }

  private static LevelQuantile levels(double[] values) {
    return assertInstanceOf(LevelQuantile.class, chain(values).transforms().get(0));
  }

  /** From three levels of spacing ½, the middle one rare. */
  private static LevelQuantile three() {
    return new LevelQuantile(
        "x", new Lattice(0, 0.5).within(1, 2), new double[] {0.7, 0.001, 0.299}, 1e-3, null);
  }

  @Test
  void spreadValuesAreNormal() {
    List<ToDoubleFunction<SplittableRandom>> laws =
        List.of(LevelQuantileTest::poisson, flag(1, 0), random -> 0.1 * poisson(random) - 7);
    for (ToDoubleFunction<SplittableRandom> law : laws) {
      LevelQuantile levels = levels(column(20_000, 1, law));
      SplittableRandom noise = new SplittableRandom(3);
      double[] moments = new double[5];
      int n = 20_000;
      for (double value : column(n, 2, law)) {
        double w = levels.forward(levels.spread(value, noise));
        for (int k = 1; k < 5; k++) {
          moments[k] += Math.pow(w, k) / n;
        }
      }
      // Standard deviations are 0.007, 0.010, 0.027 and 0.069; the shares have theirs as well.
      assertEquals(0, moments[1], 0.04);
      assertEquals(1, moments[2], 0.06);
      assertEquals(0, moments[3], 0.16);
      assertEquals(3, moments[4], 0.40);
    }
  }

  @Test
  void theLogSlopeIsThatOfTheMap() {
    LevelQuantile levels = three();
    double h = 1e-6;
    for (double value : new double[] {-60, 0.7, 0.76, 0.9, 1, 1.2, 1.3, 1.5, 1.7, 1.8, 2.2, 2.3}) {
      double slope = (levels.forward(value + h) - levels.forward(value - h)) / (2 * h);
      assertEquals(Math.log(slope), levels.logSlope(value), 1e-6, "at " + value);
    }
    // Far out the guard bends the straight line.
    for (double value : new double[] {-5e4, 8e4}) {
      double slope = (levels.forward(value + 1) - levels.forward(value - 1)) / 2;
      assertEquals(Math.log(slope), levels.logSlope(value), 1e-6, "at " + value);
    }
  }

  @Test
  void theDensityOfACellIsItsShare() {
    double[] values = column(3000, 5, LevelQuantileTest::poisson);
    LevelQuantile levels = levels(Arrays.stream(values).map(v -> 0.25 * v).toArray());
    int top = (int) Arrays.stream(values).max().orElseThrow();
    double sum = 0;
    for (int k = 0; k <= top; k++) {
      double mean = 0;
      for (int i = 0; i < 50; i++) {
        double value = 0.25 * (k - 0.5 + (i + 0.5) / 50);
        double w = levels.forward(value);
        mean += Math.exp(levels.logSlope(value) - w * w / 2) / Math.sqrt(2 * Math.PI) / 50;
      }
      int level = k;
      double share = levels.shares()[k] * (1 - 1.0 / 3001);
      assertEquals(share, mean * 0.25, 1e-9, "cell " + k);
      // The neighbours have a say only as far as the rows leave room: within three standard errors.
      double counted = Arrays.stream(values).filter(v -> v == level).count() / 3000.0;
      assertEquals(counted, share, 3 * Math.sqrt((counted + 1e-3) / 3000), "cell " + k);
      sum += mean * 0.25;
    }
    assertEquals(1 - 1.0 / 3001, sum, 1e-9);
  }

  @Test
  void theInverseUndoesTheMap() {
    LevelQuantile counts = levels(column(5000, 6, LevelQuantileTest::poisson));
    LevelQuantile far =
        new LevelQuantile(
            "x", new Lattice(0, 1).within(0, 2), new double[] {1, 1e-9, 1e-12}, 1e-14, null);
    for (LevelQuantile levels : List.of(counts, three(), far)) {
      double before = Double.NEGATIVE_INFINITY;
      for (double value = -4; value < 16; value += 1.0 / 128) {
        double w = levels.forward(value);
        assertEquals(value, levels.inverse(w), 1e-9, "at " + value);
        assertTrue(w > before, "not increasing at " + value);
        before = w;
      }
      for (double value : new double[] {-1e15, -1e6, -512, 512, 1e4, 1e9, 1e100}) {
        double back = levels.inverse(levels.forward(value));
        assertEquals(value, back, 1e-9 * Math.abs(value), "at " + value);
      }
    }
  }

  @Test
  void whatIsNotFiniteIsHeldOrStaysUnknown() {
    LevelQuantile levels = three();
    assertTrue(Double.isNaN(levels.forward(Double.NaN)));
    assertTrue(Double.isNaN(levels.logSlope(Double.NaN)));
    assertTrue(Double.isNaN(levels.inverse(Double.NaN)));
    for (double value : new double[] {Double.MAX_VALUE, Double.POSITIVE_INFINITY}) {
      assertTrue(levels.forward(value) <= 4e5);
      assertTrue(levels.forward(-value) >= -4e5);
      assertTrue(Double.isFinite(levels.logSlope(value)));
    }
    assertTrue(Double.isFinite(levels.inverse(1e9)));
    assertTrue(Double.isFinite(levels.inverse(-1e9)));
  }

  @Test
  void samplesAreLevelsAsOftenAsTheRows() {
    List<double[]> columns =
        List.of(
            column(4000, 1, flag(1, 0)),
            column(4000, 2, flag(0, 1e6)),
            column(4000, 3, flag(-1, 0)),
            column(4000, 4, flag(-3, -1)),
            column(4000, 5, random -> Math.min(5, poisson(random)) / 10),
            column(4000, 6, random -> -20 * Math.min(6, poisson(random))));
    for (double[] values : columns) {
      Preprocessing chain = chain(values);
      assertInstanceOf(LevelQuantile.class, chain.transforms().get(0));
      TreeSet<Double> known = new TreeSet<>();
      for (double value : values) {
        known.add(value + 0.0);
      }
      for (double w : new double[] {-4e5, -600, -9, -1, 0, 1, 9, 600, 4e5}) {
        double sample = chain.inverse(new double[] {w})[0];
        assertTrue(known.contains(sample), sample + " is none of " + known);
      }
      SplittableRandom random = new SplittableRandom(9);
      int n = 20_000;
      double[] rows = new double[n];
      Arrays.setAll(rows, r -> random.nextGaussian());
      double[] samples = chain.inverse(rows);
      for (double level : known) {
        double share = Arrays.stream(values).filter(v -> v == level).count() / 4000.0;
        double drawn = Arrays.stream(samples).filter(v -> v == level).count() / (double) n;
        assertEquals(share, drawn, 0.002 + 5 * Math.sqrt(share / n), level + " of " + known);
      }
      assertTrue(Arrays.stream(samples).allMatch(known::contains), "others than " + known);
    }
  }

  @Test
  void comesBackFromJson() throws JsonProcessingException {
    SplittableRandom random = new SplittableRandom(7);
    double[] values = new double[3 * 400];
    for (int r = 0; r < 400; r++) {
      values[3 * r] = flag(1, 0).applyAsDouble(random);
      values[3 * r + 1] = poisson(random) / 10;
      values[3 * r + 2] = random.nextGaussian();
    }
    Preprocessing chain =
        PreprocessingFit.fit(
            Table.of(List.of("flag", "count", "real"), values),
            PreprocessingOptions.defaults().withDecorrelation(Decorrelation.ZCA),
            new SplittableRandom(8));
    assertInstanceOf(LevelQuantile.class, chain.transforms().get(0));
    assertInstanceOf(LevelQuantile.class, chain.transforms().get(1));
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(chain);
    Preprocessing read = json.readValue(text, Preprocessing.class);
    assertEquals(text, json.writeValueAsString(read));
    // Shares are scaled to sum to 1 again, which may cost their last digit.
    assertArrayEquals(chain.forward(values), read.forward(values), 1e-13);
    assertArrayEquals(chain.logAbsDeterminant(values), read.logAbsDeterminant(values), 1e-12);
    assertArrayEquals(chain.inverse(chain.forward(values)), read.inverse(chain.forward(values)));
    assertArrayEquals(values, read.inverse(read.forward(values)), 1e-9);
  }

  @Test
  void isTakenWhereFewLevelsSayMoreThanASmoothMap() {
    levels(column(500, 1, flag(1, 0)));
    levels(column(500, 2, LevelQuantileTest::poisson));
    // Ages in whole years, nearly uniform: no smooth map to a normal law fits their ends.
    levels(column(5000, 3, random -> random.nextInt(20, 60)));
  }

  @Test
  void isNotTakenWhereRowsAreTooFewForItsLevels() {
    double[] fine = column(500, 4, random -> Math.rint(20 * random.nextGaussian()) / 20);
    TailedColumn smooth = assertInstanceOf(TailedColumn.class, chain(fine).transforms().get(0));
    assertEquals(0.05, smooth.lattice().get(0).spacing(), 1e-12);
    // More levels than are tabled, though many rows lie on two of them.
    double[] many = column(9000, 5, random -> Math.rint(2000 * random.nextDouble()));
    for (int r = 0; r < 6000; r++) {
      many[r] = r % 2 == 0 ? 100 : 1900;
    }
    assertInstanceOf(TailedColumn.class, chain(many).transforms().get(0));
  }

  @Test
  void theLevelsFollowTheLatticeAlsoWhereTheLeastValueLiesBesideIt() {
    double[] values = column(5000, 6, LevelQuantileTest::poisson);
    // Imputed values, at most a few in a thousand: one less than all the others.
    for (int r = 0; r < 5; r++) {
      values[r] = -0.4;
    }
    LevelQuantile levels = levels(values);
    double share = Arrays.stream(values).filter(v -> v == 3).count() / 5000.0;
    double w = levels.forward(3);
    double density = Math.exp(levels.logSlope(3) - w * w / 2) / Math.sqrt(2 * Math.PI);
    assertEquals(share, density, 0.006);
  }

  @Test
  void refusesStoredNonsense() {
    Lattice lattice = new Lattice(0, 0.5).within(1, 2);
    double[] shares = {0.7, 0.1, 0.2};
    new LevelQuantile("x", lattice, shares, 0.01, null);
    for (double outside : new double[] {0, -0.1, 0.25, 1, Double.NaN}) {
      assertThrows(
          F2d2Exception.class,
          () -> new LevelQuantile("x", lattice, shares, outside, null),
          "" + outside);
    }
    double inf = Double.POSITIVE_INFINITY;
    for (double[] wrong :
        List.of(
            new double[] {},
            new double[] {0.5, 0.5},
            new double[] {0.25, 0.25, 0.25, 0.25},
            new double[] {0.5, 0, 0.5},
            new double[] {0.9, -0.4, 0.5},
            new double[] {0.5, Double.NaN, 0.5},
            new double[] {0.5, inf, 0.5})) {
      assertThrows(
          F2d2Exception.class,
          () -> new LevelQuantile("x", lattice, wrong, 0.01, null),
          Arrays.toString(wrong));
    }
    assertThrows(
        F2d2Exception.class, () -> new LevelQuantile("x", new Lattice(0, 0.5), shares, 0.01, null));
    assertThrows(
        F2d2Exception.class,
        () -> new LevelQuantile("x", new Lattice(0, 1e-9).within(0, 1), shares, 0.01, null));
  }
}
