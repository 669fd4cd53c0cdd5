package org.f2d2.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden models that the trainer wrote, scored without it. */
class ScorerTest {

  private static final Nfe FOUR = new Nfe.Jumps(4);

  private static Path golden(int version) throws URISyntaxException {
    return Path.of(ScorerTest.class.getResource("/org/f2d2/golden-v" + version).toURI());
  }

  private static Scorer scorer() throws URISyntaxException {
    return Scorer.load(golden(2));
  }

  /** Rows like those of the golden model of version 2: x, y, count and seven, which is constant. */
  private static double[] rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[4 * n];
    for (int r = 0; r < n; r++) {
      rows[4 * r] = 2 * random.nextGaussian();
      rows[4 * r + 1] = random.nextGaussian();
      rows[4 * r + 2] = random.nextInt(5);
      rows[4 * r + 3] = 7;
    }
    return rows;
  }

  private static double[][] byRow(double[] rows) {
    double[][] out = new double[rows.length / 4][];
    Arrays.setAll(out, r -> Arrays.copyOfRange(rows, 4 * r, 4 * r + 4));
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aModelOfEachFormatVersionScoresAsItsTrainerSaid(int version)
      throws IOException, URISyntaxException {
    Scorer scorer = Scorer.load(golden(version));
    int d = scorer.columns().size();
    int compared = 0;
    for (String line : Files.readAllLines(golden(version).resolve("scores.csv"))) {
      String[] cells = line.split(",", -1);
      if (cells[d].equals("nfe") || (cells[d].equals("exact") && !scorer.answersExactly())) {
        continue;
      }
      double[] row = Arrays.stream(cells).limit(d).mapToDouble(Double::parseDouble).toArray();
      RowScore score = scorer.with(Nfe.parse(cells[d])).scoreRow(row);
      double expected = Double.parseDouble(cells[d + 1]);
      assertEquals(expected, score.logDensity(), 1e-4 * Math.max(1, Math.abs(expected)), line);
      assertTrue(score.pValue() > 0 && score.pValue() <= 1, line);
      assertTrue(score.errorBound() > 0, line);
      compared++;
    }
    assertTrue(compared >= 4, compared + " rows");
  }

  @Test
  void eightThreadsGiveBitForBitWhatOneGives()
      throws URISyntaxException, InterruptedException, ExecutionException {
    Scorer scorer = scorer();
    double[] rows = rows(100_000, 1);
    Scores alone = scorer.scoreRows(rows, Nfe.ONE);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Scores>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        // Each has rows of another length at a time, and all of them begin together.
        int length = 4 * (1 + 97 * i);
        all.add(
            threads.submit(
                () -> {
                  List<Scores> parts = new ArrayList<>();
                  for (int from = 0; from < rows.length; from += length) {
                    int to = Math.min(rows.length, from + length);
                    parts.add(scorer.scoreRows(Arrays.copyOfRange(rows, from, to), Nfe.ONE));
                  }
                  return Scores.join(parts);
                }));
      }
      for (Future<Scores> one : all) {
        assertArrayEquals(alone.logDensity(), one.get().logDensity());
        assertArrayEquals(alone.pValue(), one.get().pValue());
        assertArrayEquals(alone.errorBound(), one.get().errorBound());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void rowsArriveInManyShapesAndHaveOneAnswer() throws URISyntaxException {
    Scorer scorer = scorer().with(FOUR);
    double[] rows = rows(5, 2);
    double[] expected = scorer.scoreRows(rows, FOUR).logDensity();
    assertArrayEquals(expected, scorer.score(byRow(rows)).logDensity());
    assertArrayEquals(expected, scorer.score(byRow(rows), FOUR).logDensity());
    for (int r = 0; r < 5; r++) {
      double[] row = Arrays.copyOfRange(rows, 4 * r, 4 * r + 4);
      assertEquals(expected[r], scorer.scoreRow(row).logDensity());
      Map<String, Object> named = new HashMap<>();
      named.put("count", (int) row[2]);
      named.put("seven", 7L);
      named.put("x", row[0]);
      named.put("y", row[1]);
      Map<String, Number> numbers = new HashMap<>();
      named.forEach((name, value) -> numbers.put(name, (Number) value));
      numbers.put("another", 3);
      assertEquals(expected[r], scorer.scoreRow(numbers).logDensity());
    }
    Table table = Table.of(List.of("x", "y", "count", "seven"), rows);
    Table other = table.select(List.of("seven", "y", "x", "count"));
    assertArrayEquals(expected, scorer.score(other, FOUR).logDensity());
  }

  @Test
  void aRowThatCannotBeIsAFailureOfItsOwn() throws URISyntaxException {
    double[] rows = rows(3, 3);
    rows[4 + 3] = 8;
    Scores scores = scorer().scoreRows(rows, Nfe.ONE);
    assertEquals(List.of(1), List.copyOf(scores.failures().keySet()));
    assertTrue(scores.row(1).failure().orElseThrow().contains("seven"), scores.failures().get(1));
    assertTrue(Double.isNaN(scores.row(1).logDensity()));
    assertEquals(scores.row(1).pValue(), Arrays.stream(scores.pValue()).min().orElseThrow());
    assertTrue(scores.row(0).failure().isEmpty());
    assertTrue(scores.toString().contains("rows=3"), scores.toString());
  }

  @Test
  void whatIsNoRowIsRefusedByName() throws URISyntaxException {
    Scorer scorer = scorer();
    assertMessage("row 0, column 'y': NaN", () -> scorer.scoreRow(0, Double.NaN, 1, 7));
    assertMessage(
        "row 1, column 'x': Infinity",
        () ->
            scorer.score(
                new double[][] {{0, 0, 1, 7}, {Double.POSITIVE_INFINITY, 0, 1, 7}}, Nfe.ONE));
    assertMessage("row 0 has 3 values for 4 columns", () -> scorer.scoreRow(0, 1, 7));
    assertMessage(
        "missing columns 'count', 'seven'", () -> scorer.scoreRow(Map.of("x", 1.0, "y", 2.0)));
    assertMessage("9 has no calibrated", () -> scorer.with(new Nfe.Jumps(9)));
    assertThrows(F2d2Exception.class, () -> scorer.scoreRows(new double[5], Nfe.ONE));
  }

  @Test
  void exactValuesAreGivenWhereTheyAreAClosedForm() throws URISyntaxException {
    for (int version = 1; version <= 2; version++) {
      Scorer scorer = Scorer.load(golden(version));
      double[] row = new double[scorer.columns().size()];
      row[row.length - 1] = version == 2 ? 7 : 1;
      if (scorer.answersExactly()) {
        assertEquals(1, scorer.with(Nfe.EXACT).scoreRow(row).nfe());
      } else {
        assertMessage("f2d2-core", () -> scorer.with(Nfe.EXACT));
      }
    }
  }

  @Test
  void aDamagedModelIsRefused(@TempDir Path directory) throws IOException, URISyntaxException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(golden(2))) {
      for (Path file : all.toList()) {
        files.add(Files.copy(file, directory.resolve(file.getFileName())));
      }
    }
    assertFalse(Scorer.load(directory).columns().isEmpty());
    for (Path file : files) {
      if (file.toString().endsWith(".csv")) {
        continue;
      }
      byte[] whole = Files.readAllBytes(file);
      for (int at : new int[] {whole.length / 3, whole.length / 2, whole.length - 10}) {
        byte[] changed = whole.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        F2d2Exception e = assertThrows(F2d2Exception.class, () -> Scorer.load(directory));
        assertTrue(e.getMessage().startsWith(directory.toString()), e.getMessage());
      }
      Files.write(file, whole);
    }
    assertMessage("no such model directory", () -> Scorer.load(directory.resolve("there is none")));
    Files.delete(directory.resolve(TableDescription.FILE));
    assertMessage("it has no model.json", () -> Scorer.load(directory));
  }

  @Test
  void nothingNativeIsOnTheClassPath() {
    for (String name : List.of("org.bytedeco.javacpp.Pointer", "com.sun.jna.Native")) {
      assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
    }
    String path = System.getProperty("java.class.path");
    assertFalse(path.contains("pytorch") || path.contains("javacpp"), path);
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable run) {
    F2d2Exception e = assertThrows(F2d2Exception.class, run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
