package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.CountedRows;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.RowScore;
import org.f2d2.score.RowScorer;
import org.f2d2.score.Scorer;
import org.f2d2.score.Scores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every scorer of rows has to satisfy, by a stored model of x, y, count and seven. */
class RowScorerContractTest {

  private static final DensityModel MODEL = DensityModel.load(golden());

  /** The last but one is impossible: seven is 7 in every training row. */
  private static final double[][] ROWS = {
    {1, 0, 0, 7}, {0, 1, 1, 7}, {-1, 0.1, 2, 7}, {0, 0, 1, 8}, {0.5, -0.5, 3, 7}
  };

  private static Path golden() {
    try {
      return Path.of(RowScorerContractTest.class.getResource("/org/f2d2/golden-v2").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void close() {
    MODEL.close();
  }

  static Stream<RowScorer> scorers() {
    Scorer scorer = Scorer.load(golden());
    return Stream.of(MODEL, scorer, new CountedRows(scorer, new LongAdder()));
  }

  private static void assertSame(RowScore expected, RowScore actual) {
    assertEquals(expected.logDensity(), actual.logDensity(), 1e-5);
    assertEquals(expected.errorBound(), actual.errorBound(), 1e-5);
    assertEquals(expected.pValue(), actual.pValue(), 1e-2);
    assertEquals(expected.nfe(), actual.nfe());
    assertEquals(expected.failure(), actual.failure());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("scorers")
  void rowsOfEveryShapeHaveOneAnswer(RowScorer scorer) {
    assertEquals(List.of("x", "y", "count", "seven"), scorer.columns());
    Nfe usual = scorer.usualNfe();
    double[] all = Arrays.stream(ROWS).flatMapToDouble(Arrays::stream).toArray();
    Scores scores = scorer.scoreRows(all, usual);
    Scores byRow = scorer.score(ROWS);
    Table table = Table.of(scorer.columns(), all).select(List.of("seven", "y", "count", "x"));
    Scores ofTable = scorer.score(table, usual);
    assertEquals(ROWS.length, scores.rows());
    for (int r = 0; r < ROWS.length; r++) {
      assertSame(scores.row(r), byRow.row(r));
      assertSame(scores.row(r), ofTable.row(r));
      assertSame(scores.row(r), scorer.scoreRow(ROWS[r]));
      Map<String, Number> named = new HashMap<>(Map.of("another", 1));
      for (int c = 0; c < 4; c++) {
        named.put(scorer.columns().get(c), ROWS[r][c]);
      }
      assertSame(scores.row(r), scorer.scoreRow(named));
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("scorers")
  void figuresAreInRangeAndAnImpossibleRowIsOneRow(RowScorer scorer) {
    for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4))) {
      Scores scores = scorer.score(ROWS, nfe);
      assertEquals(List.of(3), List.copyOf(scores.failures().keySet()));
      assertTrue(scores.failures().get(3).contains("seven"), scores.toString());
      double least = Arrays.stream(scores.pValue()).min().orElseThrow();
      for (int r = 0; r < ROWS.length; r++) {
        RowScore row = scores.row(r);
        assertEquals(r == 3, Double.isNaN(row.logDensity()));
        assertTrue(r == 3 ? row.pValue() == least : row.errorBound() > 0, row.toString());
        assertTrue(row.pValue() > 0 && row.pValue() <= 1, row.toString());
      }
    }
    assertEquals(0, scorer.scoreRows(new double[0], Nfe.ONE).rows());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("scorers")
  void whatIsNoRowIsRefusedByName(RowScorer scorer) {
    assertMessage("row 0, column 'y': NaN", () -> scorer.scoreRow(0, Double.NaN, 1, 7));
    assertMessage(
        "row 1, column 'x': -Infinity",
        () -> scorer.score(new double[][] {ROWS[0], {Double.NEGATIVE_INFINITY, 0, 1, 7}}));
    assertMessage("row 0 has 3 values for 4 columns", () -> scorer.scoreRow(0, 1, 7));
    assertMessage("missing columns", () -> scorer.scoreRow(Map.of("x", 1.0, "y", 2.0)));
    assertMessage("fill", () -> scorer.scoreRows(new double[5], Nfe.ONE));
    assertMessage("9", () -> scorer.score(ROWS, new Nfe.Jumps(9)));
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable run) {
    F2d2Exception e = assertThrows(F2d2Exception.class, run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("scorers")
  void manyThreadsGetWhatOneGets(RowScorer scorer) throws InterruptedException, ExecutionException {
    double[] alone = scorer.score(ROWS, Nfe.ONE).logDensity();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(threads.submit(() -> scorer.score(ROWS, Nfe.ONE).logDensity()));
      }
      for (Future<double[]> one : all) {
        assertArrayEquals(alone, one.get(), 1e-12);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theExampleOfTheDocumentsCounts() {
    LongAdder count = new LongAdder();
    RowScorer counted = new CountedRows(MODEL, count);
    counted.score(ROWS);
    counted.scoreRow(ROWS[0]);
    assertEquals(6, count.sum());
  }
}
