package org.f2d2.lab.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.lab.cheap.RoundedColumns;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesBenchmarkTest {

  @Test
  void roundedColumnsAreSpreadAndConstantsSetAside() {
    double[] values = new double[300];
    SplittableRandom random = new SplittableRandom(1);
    for (int r = 0; r < 100; r++) {
      values[3 * r] = random.nextInt(5);
      values[3 * r + 1] = 7;
      values[3 * r + 2] = random.nextGaussian();
    }
    RoundedColumns columns = RoundedColumns.of(Table.of(List.of("a", "b", "c"), values), 2);
    assertEquals(2, columns.dimensions());
    assertTrue(columns.any());
    double[] spread = columns.spread(values, 3);
    for (int r = 0; r < 100; r++) {
      assertEquals(values[3 * r], Math.rint(spread[3 * r]), 0);
      assertEquals(values[3 * r + 2], spread[3 * r + 2], 0);
    }
    assertArrayEquals(new double[] {1, 3}, columns.modelled(new double[] {1, 7, 3}));
    assertArrayEquals(new double[] {1, 7, 3}, columns.known(new double[] {1, 7, 3, 1, 8, 3}));
  }

  @Test
  void printsWhatWasMeasured(@TempDir Path folder) throws IOException {
    StringBuilder csv = new StringBuilder("k,x,y,label\n");
    SplittableRandom random = new SplittableRandom(4);
    for (int r = 0; r < 260; r++) {
      boolean strange = r % 13 == 0;
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%.6f,%.6f,%d%n",
              random.nextInt(4),
              random.nextGaussian() + (strange ? 8 : 0),
              random.nextGaussian(),
              strange ? 1 : 0));
    }
    Path file = Files.writeString(folder.resolve("small.csv"), csv);
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Steps(30)).withSeed(5);
    TableResult result = TablesBenchmark.run(file, "label", options, 50, FitListener.SILENT);
    assertEquals(120, result.trainingRows());
    assertEquals(50, result.testRows());
    assertEquals(20, result.anomalies());
    assertEquals(3, result.dimensions());
    // -ln 4 for the number and two normal columns.
    double truth = -Math.log(4) - 2 * (0.5 + 0.5 * Math.log(2 * Math.PI));
    for (TableResult.Cheap cheap : result.cheap()) {
      assertEquals(truth, cheap.logLikelihood(), 0.8, cheap.name());
    }
    assertTrue(result.auroc().neighbours() > 0.99);
    assertTrue(result.auroc().mixture() > 0.99);
    TableResults all = TableResults.of(0.1, List.of(result));
    assertEquals(3, all.markdown().lines().count());
    assertTrue(all.json().contains("\"fit_seconds\""), all.json());
  }
}
