package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.Decorrelation;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FitDataTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Rows of two normal columns, {@code distinct} of them different. */
  private static Table normal(int rows, int distinct) {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[2 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 2 * distinct ? random.nextGaussian() : values[i - 2 * distinct];
    }
    return Table.of(List.of("x", "y"), values);
  }

  private static Set<List<Double>> different(Tensor rows) {
    double[] values = rows.toDoubles();
    Set<List<Double>> set = new HashSet<>();
    for (int r = 0; r < values.length; r += 2) {
      set.add(List.of(values[r], values[r + 1]));
    }
    return set;
  }

  @Test
  void aFewDifferentRowsAreSaidToBeThat() {
    double[] values = new double[200];
    for (int r = 0; r < 100; r++) {
      values[2 * r] = r % 2 == 0 ? 1.5 : 3.25;
      values[2 * r + 1] = r % 2 == 0 ? -2 : 7;
    }
    FitData data = FitData.of(Table.of(List.of("x", "y"), values), FitOptions.DEFAULT);
    assertTrue(data.warnings().get(0).startsWith("there are only 2 different rows"));
    assertEquals(List.of(), FitData.of(normal(60, 60), FitOptions.DEFAULT).warnings());
  }

  @Test
  void aFlagThatIsHardlyEverSetVariesAmongTheTrainingRows() {
    double[] values = normal(80, 80).values();
    for (int set = 0; set < 80; set += 7) {
      for (int r = 0; r < 80; r++) {
        values[2 * r + 1] = r == set ? 1 : 0;
      }
      Table table = Table.of(List.of("x", "flag"), values);
      FitData data = FitData.of(table, FitOptions.DEFAULT);
      assertEquals(List.of(), data.preprocessing().warnings(), "row " + set);
      assertEquals(2, data.dimensions());
      assertEquals(
          80,
          data.trainingRows() + data.selection().size(0) + data.calibration().size(0),
          "no row is lost or there twice");
    }
  }

  @Test
  void everyClassIsAmongTheTrainingRows() {
    double[] values = normal(80, 80).values();
    FitOptions options = FitOptions.DEFAULT.with(ConditionOptions.on("kind"));
    for (int only = 0; only < 80; only += 7) {
      for (int r = 0; r < 80; r++) {
        values[2 * r + 1] = r == only ? 3 : r % 2;
      }
      FitData data = FitData.of(Table.of(List.of("x", "kind"), values), options);
      double[] row = {0, 3};
      assertTrue(data.preprocessing().departure(row, 0).isEmpty(), "row " + only);
    }
  }

  @Test
  void halfOfTheHeldOutRowsStay() {
    double[] identity = new double[3600];
    for (int i = 0; i < 60; i++) {
      identity[61 * i] = 1;
    }
    List<String> names = IntStream.range(0, 60).mapToObj(i -> "c" + i).toList();
    FitData data = FitData.of(Table.of(names, identity), FitOptions.DEFAULT);
    assertTrue(data.selection().size(0) >= 10);
    assertTrue(data.calibration().size(0) >= 10);
  }

  @Test
  void copiesOfARowAreOnOneSide() {
    FitData data = FitData.of(normal(20_000, 200), FitOptions.DEFAULT);
    List<Set<List<Double>>> sides =
        List.of(
            different(data.training()), different(data.selection()), different(data.calibration()));
    Set<List<Double>> all = new HashSet<>();
    sides.forEach(all::addAll);
    assertEquals(200, all.size());
    for (int a = 0; a < 3; a++) {
      assertTrue(sides.get(a).size() >= 20);
      for (int b = 0; b < a; b++) {
        assertTrue(Collections.disjoint(sides.get(a), sides.get(b)), a + " meets " + b);
      }
    }
    assertEquals(19_800, data.equal().repeats());
    assertEquals(
        List.of(
            "19800 rows are copies of earlier ones; copies are kept together when rows are held"
                + " out"),
        data.warnings());
  }

  @Test
  void rowsThatAllRepeatOneAnotherAreRefused() {
    assertThrows(F2d2Exception.class, () -> FitData.of(normal(59, 59), FitOptions.DEFAULT));
    assertEquals(0, FitData.of(normal(60, 60), FitOptions.DEFAULT).equal().repeats());
  }

  @Test
  void selectionRowsAreSpreadLikeTrainingRowsAndCalibrationRowsAreNot() {
    SplittableRandom random = new SplittableRandom(2);
    int n = 5000;
    double[] values = new double[2 * n];
    for (int r = 0; r < n; r++) {
      values[2 * r] = random.nextInt(5);
      values[2 * r + 1] = random.nextGaussian();
    }
    FitData data =
        FitData.of(
            Table.of(List.of("count", "real"), values),
            FitOptions.DEFAULT.with(Decorrelation.NONE));
    for (Tensor spread : List.of(data.selection(), data.training())) {
      List<Double> offsets = offsets(data, spread);
      double mean = 0;
      double square = 0;
      for (double offset : offsets) {
        assertTrue(Math.abs(offset) <= 0.5);
        mean += offset / offsets.size();
        square += offset * offset / offsets.size();
      }
      // Uniform over a cell, known from 500 rows: standard deviations 0.013 and 0.0033.
      assertEquals(0, mean, 0.06);
      assertEquals(1 / 12.0, square, 0.017);
    }
    for (double offset : offsets(data, data.calibration())) {
      assertEquals(0, offset, 1e-5);
    }
  }

  /** How far counts are from whole numbers. */
  private static List<Double> offsets(FitData data, Tensor rows) {
    double[] back = data.preprocessing().inverseWithoutRounding(rows.toDoubles());
    List<Double> offsets = new ArrayList<>();
    for (int r = 0; r < back.length; r += 2) {
      offsets.add(back[r] - Math.rint(back[r]));
    }
    return offsets;
  }

  @Test
  void theBlurIsAPartOfTheDistanceToANeighbour() {
    FitData data = FitData.of(normal(400, 400), FitOptions.DEFAULT);
    double[] x = data.training().toDoubles();
    int n = data.trainingRows();
    List<Double> nearest = new ArrayList<>();
    for (int a = 0; a < n; a++) {
      double least = Double.POSITIVE_INFINITY;
      for (int b = 0; b < n; b++) {
        double gap = Math.hypot(x[2 * a] - x[2 * b], x[2 * a + 1] - x[2 * b + 1]);
        least = a == b ? least : Math.min(least, gap);
      }
      nearest.add(least);
    }
    Collections.sort(nearest);
    // 0.7 of the median, shared among two columns.
    assertEquals(0.7 * nearest.get(n / 2) / Math.sqrt(2), data.blur(), 1e-3 * data.blur());
  }
}
