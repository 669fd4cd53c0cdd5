package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clusters that are narrow beside their distance have their own densities, heights included. */
class FarClustersTest {

  private static final int ROWS = 4000;

  /** Standard normal clusters at 0 and, with a share, at the distance in every column. */
  private static double[] rows(int rows, int columns, double distance, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[columns * rows];
    for (int r = 0; r < rows; r++) {
      double centre = random.nextDouble() < share ? distance : 0;
      for (int c = 0; c < columns; c++) {
        values[columns * r + c] = centre + random.nextGaussian();
      }
    }
    return values;
  }

  private static FitOptions options() {
    return FitOptions.DEFAULT
        .with(new Budget.Steps(300))
        .withWorkers(2)
        .with(new TeacherOptions(32, 2, 128, 4e-3, -1, 0.99, 64, 0, 4))
        .with(new StudentOptions(32, 2, 128, 4e-3, 0.99, true, true, 0, 0, 0, false));
  }

  @ParameterizedTest
  @CsvSource({
    "4000,1,200,0.5",
    "4000,1,1e3,0.5",
    "4000,1,1e6,0.5",
    "4000,1,1e6,0.02",
    "2000,1,1e6,0.01",
    "4000,2,1e6,0.5",
    "4000,2,1e3,0.02"
  })
  void haveTheirOwnDensities(
      int rows, int columns, double distance, double share, @TempDir Path directory) {
    List<String> names = List.of("x", "y").subList(0, columns);
    Table table = Table.of(names, rows(rows, columns, distance, share, 3));
    double[] fresh = rows(ROWS, columns, distance, share, 4);
    double entropy = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    double expected = -entropy - columns * (0.5 + 0.5 * Math.log(2 * Math.PI));
    try (DensityModel model = DensityModel.fit(table, options(), FitListener.SILENT)) {
      for (Nfe nfe : List.of(Nfe.ONE, Nfe.EXACT)) {
        Scores scores = model.score(fresh, nfe);
        double mean = Arrays.stream(scores.logDensity()).average().orElseThrow();
        String where =
            String.format(
                Locale.ROOT, "%d columns, %g apart, %s: %.3f", columns, distance, nfe, mean);
        assertEquals(expected, mean, 0.1, where);
        double[] odd = new double[3 * columns];
        Arrays.fill(odd, 0, columns, 100);
        Arrays.fill(odd, columns, 2 * columns, distance / 2);
        Arrays.fill(odd, 2 * columns, odd.length, distance - 100);
        double least = Arrays.stream(scores.pValue()).min().orElseThrow();
        for (double p : model.score(odd, nfe).pValue()) {
          assertEquals(least, p, where);
        }
      }
      double[] drawn = model.sample(2000, SampleOptions.DEFAULT).rows();
      for (double value : drawn) {
        double off = Math.min(Math.abs(value), Math.abs(value - distance));
        assertTrue(off < 10, () -> "a sample between the clusters: " + value);
      }
      double far = IntStream.range(0, 2000).filter(r -> drawn[columns * r] > 100).count() / 2000.0;
      assertEquals(share, far, 0.05);
      assertThrows(
          F2d2Exception.class,
          () ->
              model.sample(1, new SampleOptions(Nfe.ONE, false, false, 0, Optional.of(1.0), 1, 1)));
      model.save(directory);
      double[] some = Arrays.copyOf(fresh, 10 * columns);
      try (DensityModel read = DensityModel.load(directory)) {
        assertEquals(
            Arrays.toString(model.score(some, Nfe.ONE).logDensity()),
            Arrays.toString(read.score(some, Nfe.ONE).logDensity()));
      }
    }
  }
}
