package org.f2d2.lab.far;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.junit.jupiter.api.Test;

class FarBenchmarkTest {

  private static final int DRAWS = 20_000;

  @Test
  void everyRowIsACertainAnomaly() {
    for (FarDensity far : FarDensity.all()) {
      FarRows rows = FarRows.of(far, DRAWS, 1);
      double[] anomalies = rows.draw(400, 2);
      double highest = Arrays.stream(far.density().logDensity(anomalies)).max().orElseThrow();
      assertTrue(highest < rows.lowest() - FarRows.MARGIN, far.density().name());
      int d = far.density().dimensions();
      for (int i = 0; i < anomalies.length; i++) {
        assertTrue(Double.isFinite(anomalies[i]), far.density().name());
        if (i % d < far.levels()) {
          assertTrue(anomalies[i] == 0 || anomalies[i] == 1, far.density().name());
        }
      }
      assertArrayEquals(anomalies, rows.draw(400, 2), far.density().name());
    }
  }

  @Test
  void keepsItsMarginFromTheEdgesOfTheCheckerboard() {
    FarDensity far = FarDensity.of(List.of("checkerboard")).get(0);
    double[] anomalies = FarRows.of(far, DRAWS, 1).draw(2000, 5);
    boolean hole = false;
    for (int r = 0; r < 2000; r++) {
      double x = anomalies[2 * r];
      double y = anomalies[2 * r + 1];
      if (Math.max(Math.abs(x), Math.abs(y)) < 3.5) {
        // Beyond 3.5 the next edge is the outer one, which a hole shares with the outside.
        hole = true;
        assertTrue(Math.abs(x / 2 - Math.rint(x / 2)) >= 0.25 - 1e-12, () -> x + ", " + y);
        assertTrue(Math.abs(y / 2 - Math.rint(y / 2)) >= 0.25 - 1e-12, () -> x + ", " + y);
      }
    }
    assertTrue(hole, "no row in an empty square");
  }

  @Test
  void reachesFromTheDataToAMillionDeviations() {
    FarRows rows = FarRows.of(FarDensity.of(List.of("ring")).get(0), DRAWS, 1);
    double[] distance = rows.distance(rows.draw(2000, 3));
    double least = Arrays.stream(distance).min().orElseThrow();
    double most = Arrays.stream(distance).max().orElseThrow();
    assertTrue(least < 3, () -> "least " + least);
    assertTrue(most > 1e5 && most < 1.1e6, () -> "most " + most);
  }

  @Test
  void distancesAreInDeviationsOfTheColumns() {
    FarRows rows = FarRows.of(FarDensity.of(List.of("clusters")).get(0), DRAWS, 1);
    double centre = 100 / Math.sqrt(2);
    // Each column has variance 1 and that of the two places, which are 100/√2 off the mean.
    double deviation = Math.sqrt(1 + centre * centre);
    double[] row = {centre + 10 * deviation, centre};
    assertEquals(10, rows.distance(row)[0], 0.1);
    assertThrows(F2d2Exception.class, () -> FarDensity.of(List.of("nowhere")));
  }

  @Test
  void countsWhatAFitThinks() {
    FarDensity far = FarDensity.of(List.of("curve")).get(0);
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Steps(20)).withSeed(4);
    FarResult result =
        FarBenchmark.run(far, FarRows.of(far, DRAWS, 1), options, 400, 300, 50, FitListener.SILENT);
    for (FarResult.Counts counts : List.of(result.one(), result.exact())) {
      assertTrue(counts.above() <= counts.rows());
      assertTrue(counts.notSmallest() <= counts.tenDeviations());
      assertTrue(counts.tenDeviations() > counts.rows() / 2);
      assertEquals(2, counts.worst().length);
      assertTrue(counts.worstTruth() < result.lowest());
    }
    assertEquals(300, result.one().rows());
    assertEquals(50, result.exact().rows());
    FarResults all = FarResults.of(List.of(result));
    assertTrue(all.markdown().contains("of 300 with p > .01"), all.markdown());
    assertTrue(all.json().contains("\"ten_deviations\""), all.json());
  }
}
