package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.f2d2.data.CsvRowReader;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.DataException;
import org.f2d2.data.RowReader;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamScoringTest {

  private static final int BATCH = 4096;

  private static DensityModel model;

  @BeforeAll
  static void load() throws URISyntaxException {
    model =
        DensityModel.load(
            Path.of(
                    Objects.requireNonNull(
                            StreamScoringTest.class.getResource("golden-v1/model.json"))
                        .toURI())
                .getParent());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static double[] rows(int n) {
    SplittableRandom random = new SplittableRandom(n);
    double[] rows = new double[3 * n];
    for (int r = 0; r < n; r++) {
      rows[3 * r] = random.nextGaussian();
      rows[3 * r + 1] = random.nextGaussian();
      rows[3 * r + 2] = random.nextInt(8);
    }
    return rows;
  }

  private static String csv(double[] rows) {
    StringBuilder text = new StringBuilder("x,y,count\n");
    for (int i = 0; i < rows.length; i++) {
      text.append(rows[i]).append(i % 3 == 2 ? '\n' : ',');
    }
    return text.toString();
  }

  private static RowReader reader(String text) {
    return CsvRowReader.open(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "a.csv");
  }

  private static CsvRowWriter writer(OutputStream out) {
    return CsvRowWriter.open(out, "out", StreamScoring.columns(model), StreamScoring.textColumns());
  }

  private static String scored(String text, int scorers, Nfe nfe) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RowReader reader = reader(text);
        CsvRowWriter writer = writer(out)) {
      new StreamScoring(model, nfe, scorers, System::nanoTime).run(reader, writer, rows -> {});
      writer.finish();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The same one batch after the other, and a row at a time into the writer. */
  private static String plainly(double[] rows, Nfe nfe, int batch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CsvRowWriter writer = writer(out)) {
      for (int from = 0; from < rows.length; from += 3 * batch) {
        Scores scores =
            model.scoreAlone(
                Arrays.copyOfRange(rows, from, Math.min(rows.length, from + 3 * batch)), nfe);
        for (int r = 0; r < scores.logDensity().length; r++) {
          writer.writeRow(
              new double[] {
                scores.logDensity()[r], scores.errorBound()[r], scores.pValue()[r], scores.nfe()
              },
              "");
        }
      }
      writer.finish();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void answersAreThoseOfOneBatchAfterTheOther() {
    for (int n : new int[] {0, 1, 5, BATCH, BATCH + 1, 10 * BATCH + 321}) {
      double[] rows = rows(n);
      String expected = plainly(rows, Nfe.ONE, BATCH);
      assertEquals(expected, scored(csv(rows), 1, Nfe.ONE), n + " rows, one scorer");
      assertEquals(expected, scored(csv(rows), 3, Nfe.ONE), n + " rows, three scorers");
    }
    double[] rows = rows(700);
    assertEquals(plainly(rows, Nfe.EXACT, 512), scored(csv(rows), 2, Nfe.EXACT));
  }

  @Test
  void answersAreThoseOfTheModel() {
    double[] rows = rows(1000);
    Scores together = model.score(rows, Nfe.ONE);
    Scores alone = model.scoreAlone(rows, Nfe.ONE);
    // Products of another number of rows may be summed in another order.
    assertArrayEquals(together.logDensity(), alone.logDensity(), 1e-5);
    assertArrayEquals(together.errorBound(), alone.errorBound(), 1e-9);
    assertArrayEquals(together.pValue(), alone.pValue(), 1e-3);
    assertEquals(together.nfe(), alone.nfe());
  }

  @Test
  void countsItsWork() {
    double[] rows = rows(2 * BATCH + 7);
    long[] told = new long[1];
    try (RowReader reader = reader(csv(rows));
        CsvRowWriter writer = writer(OutputStream.nullOutputStream())) {
      StreamScoring.Work work =
          new StreamScoring(model, Nfe.ONE).run(reader, writer, done -> told[0] = done);
      assertEquals(2 * BATCH + 7, work.rows());
      assertEquals(2 * BATCH + 7, told[0]);
      assertEquals(0, work.failed());
      assertTrue(work.reading() > 0 && work.scoring() > 0 && work.writing() > 0, work.toString());
    }
  }

  @Test
  void rowsBeforeAFaultAreWrittenFirst() {
    int before = 5 * BATCH + 17;
    double[] rows = rows(before);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RowReader reader = reader(csv(rows) + "1,oak,3\n" + csv(rows).substring(10));
        CsvRowWriter writer = writer(out)) {
      DataException fault =
          assertThrows(
              DataException.class,
              () -> new StreamScoring(model, Nfe.ONE, true).run(reader, writer, done -> {}));
      assertEquals(
          "a.csv: row "
              + (before + 1)
              + ", line "
              + (before + 2)
              + ", column 'y': 'oak' is not a number",
          fault.getMessage());
      writer.finish();
    }
    assertEquals(plainly(rows, Nfe.ONE, BATCH), out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void everyRowHasItsAnswerWhateverIsWrongWithIt() {
    for (int n : new int[] {3, 2 * BATCH}) {
      double[] rows = rows(n);
      List<String> given = new ArrayList<>(List.of(csv(rows).split("\n")));
      List<String> expected = new ArrayList<>(List.of(plainly(rows, Nfe.ONE, n).split("\n")));
      String[] wrong = {"", "1,oak,3", "1,2", "  ", "1,,3"};
      String[] said = {
        "the line is blank",
        "column 'y': 'oak' is not a number",
        "\"has 2 cells, the header has 3\"",
        "the line is blank",
        "column 'y': empty cell"
      };
      for (int i = 0; i < wrong.length; i++) {
        int at = 1 + i * (n - 1) / 4 + i;
        given.add(at, wrong[i]);
        expected.add(at, ",,,," + said[i]);
      }
      given.add("");
      expected.add(",,,,the line is blank");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (RowReader reader = reader(String.join("\n", given) + "\n");
          CsvRowWriter writer = writer(out)) {
        reader.keepBlankLines();
        StreamScoring.Work work = new StreamScoring(model, Nfe.ONE).run(reader, writer, done -> {});
        writer.finish();
        assertEquals(n + 6, work.rows());
        assertEquals(6, work.unreadable());
      }
      List<String> got = List.of(out.toString(StandardCharsets.UTF_8).split("\n"));
      assertEquals(expected.size(), got.size());
      for (int i = 0; i < got.size(); i++) {
        String[] left = expected.get(i).split(",", -1);
        String[] right = got.get(i).split(",", -1);
        if (i > 0 && !left[0].isEmpty()) {
          // Another batch may sum in another order.
          assertEquals(Double.parseDouble(left[0]), Double.parseDouble(right[0]), 1e-5, "row " + i);
        } else {
          assertEquals(expected.get(i), got.get(i));
        }
      }
    }
  }

  @Test
  void aSourceThatBreaksEndsItAfterTheRowsBefore() {
    double[] rows = rows(BATCH / 2);
    byte[] text = (csv(rows) + "1,\u00ff,3\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RowReader reader = CsvRowReader.open(new ByteArrayInputStream(text), "a.csv");
        CsvRowWriter writer = writer(out)) {
      DataException fault =
          assertThrows(
              DataException.class,
              () -> new StreamScoring(model, Nfe.ONE).run(reader, writer, done -> {}));
      assertTrue(fault.getMessage().endsWith("the text is not UTF-8"), fault.getMessage());
    }
  }

  @Test
  void refusesEvaluationsWithoutCalibration() {
    F2d2Exception refused =
        assertThrows(F2d2Exception.class, () -> scored(csv(rows(9)), 2, new Nfe.Jumps(11)));
    assertTrue(refused.getMessage().startsWith("nfe 11"), refused.getMessage());
  }

  @Test
  void outputThatFailsEndsItThoughTheInputStillWaits() throws IOException {
    try (PipedOutputStream source = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(source, 1 << 20)) {
      source.write(csv(rows(BATCH)).getBytes(StandardCharsets.UTF_8));
      OutputStream full =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("No space left on device");
            }
          };
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            try (RowReader reader = CsvRowReader.open(pipe, "standard input");
                CsvRowWriter writer = writer(full)) {
              DataException fault =
                  assertThrows(
                      DataException.class,
                      () -> new StreamScoring(model, Nfe.ONE).run(reader, writer, done -> {}));
              assertEquals("out: cannot be written: No space left on device", fault.getMessage());
            }
          });
    }
  }

  @Test
  void eachRowOfASlowSourceIsPutOutBeforeTheNextOneComes() throws Exception {
    try (PipedOutputStream source = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(source, 1 << 16);
        PipedOutputStream answers = new PipedOutputStream();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new PipedInputStream(answers, 1 << 16), StandardCharsets.UTF_8))) {
      Thread scoring =
          new Thread(
              () -> {
                try (RowReader reader = CsvRowReader.open(pipe, "standard input");
                    CsvRowWriter writer = writer(answers)) {
                  reader.keepBlankLines();
                  new StreamScoring(model, Nfe.ONE).run(reader, writer, done -> {});
                  writer.finish();
                }
              });
      scoring.setDaemon(true);
      scoring.start();
      source.write("x,y,count\n".getBytes(StandardCharsets.UTF_8));
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            for (String row : List.of("1,2,3", "", "1,oak,3", "2,1,3")) {
              source.write((row + "\n").getBytes(StandardCharsets.UTF_8));
              source.flush();
              String line = lines.readLine();
              if (line.startsWith("log_density")) {
                line = lines.readLine();
              }
              assertEquals(row.matches("\\d,\\d,\\d"), line.endsWith(",1,"), line);
            }
            source.close();
            scoring.join();
          });
    }
  }

  @Test
  void rowsOfAPipeAreAnsweredWhileItWaitsForMore() throws Exception {
    try (PipedOutputStream source = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(source, 1 << 20)) {
      source.write(csv(rows(BATCH)).getBytes(StandardCharsets.UTF_8));
      AtomicReference<F2d2Exception> end = new AtomicReference<>();
      long[] answered = new long[1];
      Thread scoring =
          new Thread(
              () -> {
                try (RowReader reader = CsvRowReader.open(pipe, "standard input");
                    CsvRowWriter writer = writer(OutputStream.nullOutputStream())) {
                  new StreamScoring(model, Nfe.ONE)
                      .run(
                          reader,
                          writer,
                          done -> {
                            answered[0] = done;
                            // The answers are there; now the wait for more rows is interrupted.
                            Thread.currentThread().interrupt();
                          });
                } catch (F2d2Exception e) {
                  end.set(e);
                }
              });
      scoring.start();
      scoring.join(30_000);
      assertEquals(BATCH, answered[0]);
      assertEquals(
          "interrupted while scoring standard input", String.valueOf(end.get().getMessage()));
    }
  }
}
