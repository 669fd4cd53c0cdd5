package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Table;
import org.f2d2.domain.table.PreprocessingFit;
import org.junit.jupiter.api.Test;

class LevelExcessTest {
  private static final int ROWS = 4000;
  private static final double FLAG = 0.3;

  /** Two flags, the second one set where the first is in 4 of 5 rows, and a normal column. */
  private static double[] rows() {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = new double[3 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      boolean first = random.nextDouble() < FLAG;
      boolean second = first == random.nextDouble() < 0.8;
      rows[3 * r] = first ? 1 : 0;
      rows[3 * r + 1] = second ? 1 : 0;
      rows[3 * r + 2] = random.nextGaussian();
    }
    return rows;
  }

  private static Preprocessing fitted() {
    return PreprocessingFit.fit(
        Table.of(List.of("f", "g", "x"), rows()),
        PreprocessingOptions.defaults(),
        new SplittableRandom(1));
  }

  /**
   * A density of rows with spread flags that bends over the cells: P(f, g) (1 + .4 cos 2πu) (1 + .3
   * cos 2πv), with u and v from the middles of the cells.
   */
  private static double[] bent(double[] rows) {
    double[] log = new double[rows.length / 3];
    Arrays.setAll(
        log,
        r -> {
          double f = rows[3 * r];
          double g = rows[3 * r + 1];
          double p =
              (Math.rint(f) == 1 ? FLAG : 1 - FLAG) * (Math.rint(f) == Math.rint(g) ? 0.8 : 0.2);
          double wave = Math.cos(2 * Math.PI * (f - Math.rint(f)));
          double other = Math.cos(2 * Math.PI * (g - Math.rint(g)));
          return Math.log(p * (1 + 0.4 * wave) * (1 + 0.3 * other));
        });
    return log;
  }

  private static double cells(UnaryOperator<double[]> logDensity) {
    double[] log = logDensity.apply(new double[] {0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0});
    return Arrays.stream(log).map(Math::exp).sum();
  }

  /** The sum over the cells once the excess is taken away. */
  private static double cells(
      UnaryOperator<double[]> logDensity, Preprocessing pre, Preprocessing known) {
    return cells(
        rows -> {
          double[] log = logDensity.apply(rows);
          double[] before = pre.logAbsDeterminant(rows);
          double[] after = known.logAbsDeterminant(rows);
          Arrays.setAll(log, r -> log[r] + after[r] - before[r]);
          return log;
        });
  }

  @Test
  void theCellsOfAllColumnsSumToOne() {
    Preprocessing pre = fitted();
    Preprocessing known = LevelExcess.known(pre, rows(), LevelExcessTest::bent, 20_000);
    assertEquals(1.4 * 1.3, cells(LevelExcessTest::bent), 1e-9);
    double sum = cells(LevelExcessTest::bent, pre, known);
    assertEquals(1, sum, 0.01);
    assertArrayEquals(pre.forward(rows()), known.forward(rows()));
  }

  /**
   * A density of two flags in narrow places: near the middles where both are the same, and far from
   * them in the other cells.
   */
  private static double[] placed(double[] rows) {
    double[] log = new double[rows.length / 3];
    Arrays.setAll(
        log,
        r -> {
          double f = rows[3 * r];
          double g = rows[3 * r + 1];
          boolean same = Math.rint(f) == Math.rint(g);
          double sd = same ? 0.15 : 0.08;
          double a = (f - Math.rint(f) - (same ? 0 : 0.25)) / sd;
          double b = (g - Math.rint(g) - (same ? 0 : 0.25)) / sd;
          return Math.log((same ? 0.45 : 0.05) / (2 * Math.PI * sd * sd)) - (a * a + b * b) / 2;
        });
    return log;
  }

  /** What the middles of one column say of a cell depends on where the other column is in it. */
  @Test
  void cellsSumToOneWhereColumnsBendTogether() {
    SplittableRandom random = new SplittableRandom(8);
    double[] drawn = new double[3 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      boolean same = random.nextDouble() < 0.9;
      int f = random.nextInt(2);
      double place = same ? 0 : 0.25;
      double sd = same ? 0.15 : 0.08;
      drawn[3 * r] = f + place + sd * random.nextGaussian();
      drawn[3 * r + 1] = (same ? f : 1 - f) + place + sd * random.nextGaussian();
    }
    Preprocessing pre = fitted();
    Preprocessing known = LevelExcess.known(pre, drawn, LevelExcessTest::placed, 60_000);
    double sum = cells(LevelExcessTest::placed, pre, known);
    assertEquals(1, sum, 0.02);
  }

  @Test
  void aFlatDensityHasNone() {
    Preprocessing known =
        LevelExcess.known(fitted(), rows(), rows -> new double[rows.length / 3], 5_000);
    for (int c = 0; c < 2; c++) {
      LevelQuantile flag = assertInstanceOf(LevelQuantile.class, known.transforms().get(c));
      assertArrayEquals(new double[2], flag.excess(), 1e-12);
    }
  }

  @Test
  void rowsWithoutAnAnswerDoNotCount() {
    Preprocessing known =
        LevelExcess.known(
            fitted(),
            rows(),
            rows -> {
              double[] none = new double[rows.length / 3];
              Arrays.fill(none, Double.NaN);
              return none;
            },
            5_000);
    LevelQuantile flag = assertInstanceOf(LevelQuantile.class, known.transforms().get(0));
    assertArrayEquals(new double[2], flag.excess(), 1e-12);
  }

  @Test
  void itIsStored() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    Preprocessing known = LevelExcess.known(fitted(), rows(), LevelExcessTest::bent, 20_000);
    Preprocessing read = json.readValue(json.writeValueAsString(known), Preprocessing.class);
    assertArrayEquals(known.logAbsDeterminant(rows()), read.logAbsDeterminant(rows()));
  }
}
