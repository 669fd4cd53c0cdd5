package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.RowScorer;
import org.f2d2.score.Scorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The face of a model: shapes of input, threads, and what it says after it was closed. */
class DensityModelTest {

  private static final List<String> COLUMNS = List.of("x", "y", "count", "seven");

  private static Path golden() throws URISyntaxException {
    return Path.of(DensityModelTest.class.getResource("/org/f2d2/golden-v2").toURI());
  }

  private static double[] rows(int n) {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = new double[4 * n];
    for (int r = 0; r < n; r++) {
      rows[4 * r] = 2 * random.nextGaussian();
      rows[4 * r + 1] = random.nextGaussian();
      rows[4 * r + 2] = random.nextInt(5);
      rows[4 * r + 3] = 7;
    }
    return rows;
  }

  @Test
  void modelAndScorerAreOneFace() throws URISyntaxException {
    Scorer alone = Scorer.load(golden());
    try (DensityModel model = DensityModel.load(golden())) {
      for (RowScorer scorer : List.of(model, alone)) {
        assertEquals(COLUMNS, scorer.columns());
        double expected = alone.scoreRow(0.5, -1, 2, 7).logDensity();
        double[][] rows = {{0.5, -1, 2, 7}};
        Table table = Table.of(List.of("seven", "x", "y", "count"), new double[] {7, 0.5, -1, 2});
        assertEquals(expected, scorer.scoreRow(0.5, -1, 2, 7).logDensity(), 1e-4);
        assertEquals(
            expected,
            scorer.scoreRow(Map.of("seven", 7, "count", 2, "y", -1.0, "x", 0.5f)).logDensity(),
            1e-4);
        assertEquals(expected, scorer.score(rows).logDensity()[0], 1e-4);
        assertEquals(expected, scorer.score(table, Nfe.ONE).logDensity()[0], 1e-4);
        assertSays("row 0, column 'y': NaN", () -> scorer.scoreRow(0, Double.NaN, 2, 7));
        assertSays(
            "missing column 'y'", () -> scorer.scoreRow(Map.of("x", 1, "count", 2, "seven", 7)));
      }
      assertSays("column 'x'", () -> model.score(new double[] {1 / 0.0, 0, 1, 7}, Nfe.ONE));
      ImageSet image = new ImageSet(1, 2, 2, 256, new byte[4], new int[0]);
      assertSays("none", () -> model.score(image, Nfe.ONE));
      Table odd = Table.of(COLUMNS, new double[] {0, Double.NEGATIVE_INFINITY, 1, 7});
      Batch batch = odd;
      assertSays("column 'y'", () -> model.score(batch, Nfe.ONE));
      assertSays("column 'y'", () -> model.evaluate(odd, List.of(1)));
    }
  }

  @Test
  void threadsGetWhatOneGets() throws URISyntaxException, InterruptedException, ExecutionException {
    double[] rows = rows(1000);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (DensityModel model = DensityModel.load(golden())) {
      double[] one = model.score(rows, Nfe.ONE).logDensity();
      double[] few = model.score(Arrays.copyOf(rows, 12), new Nfe.Jumps(4)).logDensity();
      double[] drawn = model.sample(200, SampleOptions.DEFAULT).rows();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int again = 0; again < 5; again++) {
                    assertArrayEquals(one, model.score(rows, Nfe.ONE).logDensity());
                    assertArrayEquals(
                        few, model.score(Arrays.copyOf(rows, 12), new Nfe.Jumps(4)).logDensity());
                    assertArrayEquals(drawn, model.sample(200, SampleOptions.DEFAULT).rows());
                  }
                }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aClosedModelAnswersNothing() throws URISyntaxException {
    DensityModel model = DensityModel.load(golden());
    model.close();
    model.close();
    List<Executable> questions =
        List.of(
            () -> model.scoreRow(0, 0, 1, 7),
            () -> model.score(rows(1), Nfe.ONE),
            () -> model.score(rows(1000), Nfe.ONE),
            () -> model.score(Table.of(COLUMNS, rows(3)), Nfe.EXACT),
            () -> model.sample(1, SampleOptions.DEFAULT),
            () -> model.save(golden().resolve("copy")),
            () -> model.scoreAlone(rows(1), Nfe.ONE),
            () -> model.evaluate(rows(10), List.of(1)));
    for (Executable question : questions) {
      IllegalStateException e = assertThrows(IllegalStateException.class, question);
      assertEquals("the model is closed", e.getMessage());
    }
  }

  private static void assertSays(String part, Executable run) {
    F2d2Exception e = assertThrows(F2d2Exception.class, run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
