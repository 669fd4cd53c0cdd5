package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {

  @TempDir private Path folder;

  /** The law of {@link TinyModel#rows}, with another constant. */
  private static double logTarget(double a, double b) {
    double c = (b - a) / 0.5;
    return -a * a / 2 - c * c / 2;
  }

  /** Log of what {@link #logTarget} integrates to. */
  private static final double LOG_Z = Math.log(2 * Math.PI * 0.5);

  /** Draws of the model with the logarithm of the target beside them. */
  private Path draws(int count) throws IOException {
    Path drawn = folder.resolve("drawn.csv");
    Program.here(
            "sample",
            "--count",
            count,
            "--nfe",
            "exact",
            "--model",
            TinyModel.MODEL,
            "--output",
            drawn)
        .succeeded();
    StringBuilder rows = new StringBuilder("b,note,logp,a\n");
    List<String> lines = Files.readAllLines(drawn);
    for (String line : lines.subList(1, lines.size())) {
      double a = Double.parseDouble(line.split(",")[0]);
      double b = Double.parseDouble(line.split(",")[1]);
      rows.append(String.format(Locale.ROOT, "%s,oak,%s,%s%n", b, logTarget(a, b), a));
    }
    return Files.writeString(folder.resolve("draws.csv"), rows.toString());
  }

  private static Object[] and(Object[] words, Object... more) {
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  private static JsonNode json(Program.Run run) throws IOException {
    return new ObjectMapper().readTree(run.succeeded().out());
  }

  @Test
  void drawsOfAModelFindTheConstantOfTheTarget() throws IOException {
    Path data = draws(2000);
    Path out = folder.resolve("weights.csv");
    Object[] command = {
      "weights", data, "--model", TinyModel.MODEL, "--log-target", "logp", "--quiet"
    };
    Program.Run run = Program.here(and(command, "--json", "--output", out, "--compare"));
    JsonNode root = json(run);
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("note"), run.err());
    assertEquals(2000, root.get("rows").asInt());
    assertEquals(0, root.get("rows_left_out").asInt());
    assertEquals("log_density, nfe exact", root.get("density").asText());
    double error = root.get("log_z_error").asDouble();
    assertTrue(error > 0 && error < 0.05, run.out());
    assertEquals(LOG_Z, root.get("log_z").asDouble(), 4 * error);
    assertTrue(root.get("ess_share").asDouble() > 0.5, run.out());
    assertEquals(2000 * root.get("ess_share").asDouble(), root.get("ess").asDouble(), 1e-6);
    for (String key :
        List.of(
            "ess_share_error",
            "ess_share_clipped",
            "ess_share_tail",
            "pareto_k",
            "log_weight_sd",
            "largest_weight")) {
      assertTrue(root.get(key).isNumber(), key);
    }
    assertTrue(root.get("warnings").isArray());
    JsonNode compared = root.get("compare");
    assertEquals(2000, compared.get("rows").asInt());
    assertEquals("1", compared.get("nfe").asText());
    assertEquals(root.get("ess_share"), compared.get("ess_share_exact"));
    assertTrue(compared.get("log_weight_difference_sd").asDouble() > 0);

    List<String> lines = Files.readAllLines(out);
    assertEquals("log_weight,weight,error", lines.get(0));
    assertEquals(2001, lines.size());
    double sum = 0;
    for (String line : lines.subList(1, lines.size())) {
      sum += Double.parseDouble(line.split(",")[1]);
    }
    assertEquals(1, sum, 1e-9);
  }

  @Test
  void aLogWeightIsTheTargetWithoutTheScore() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.csv"), "a,b,t\n0.1,0.2,1.5\n-1,-0.8,-inf\n0.3,0.1,-2e0\n");
    for (String nfe : List.of("exact", "1")) {
      List<String> scores =
          Program.run("score", data, "--model", TinyModel.MODEL, "--nfe", nfe).succeeded().lines();
      Program.Run run =
          Program.run(
                  "weights",
                  data,
                  "--model",
                  TinyModel.MODEL,
                  "--log-target",
                  "t",
                  "--nfe",
                  nfe,
                  "--output",
                  "-",
                  "--quiet")
              .succeeded();
      assertEquals(4, run.lines().size(), run.out());
      double[] target = {1.5, Double.NEGATIVE_INFINITY, -2};
      for (int row : new int[] {0, 2}) {
        double score = Double.parseDouble(scores.get(row + 1).split(",")[0]);
        String[] cells = run.lines().get(row + 1).split(",");
        assertEquals(target[row] - score, Double.parseDouble(cells[0]), 1e-4);
      }
      assertEquals("-inf,0,", run.lines().get(2));
      // The summary goes where it does not get in the way.
      assertTrue(run.err().contains("log Z"), run.err());
      assertTrue(run.err().contains("only 2 weights are above zero"), run.err());
    }
  }

  @Test
  void columnsInPlaceOfAModel() throws IOException {
    StringBuilder rows = new StringBuilder("word,q,p\n");
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      double q = random.nextGaussian();
      rows.append(String.format(Locale.ROOT, "oak,%s,%s%n", q, q + 3));
    }
    Path data = Files.writeString(folder.resolve("data.csv"), rows.toString());
    Object[] command = {"weights", data, "--log-density", "q", "--log-target", "p", "--quiet"};
    JsonNode root = json(Program.here(and(command, "--json")));
    assertEquals("column q", root.get("density").asText());
    assertEquals(1, root.get("ess_share").asDouble(), 1e-9);
    assertEquals(3, root.get("log_z").asDouble(), 1e-9);
    assertEquals(0, root.get("warnings").size());
    Program.Run run = Program.here(command).succeeded();
    assertEquals("", run.err());
    for (String words :
        List.of("ESS/N           1.000 ± ", "log Z           3.0000 ±", "Pareto k")) {
      assertTrue(run.out().contains(words), words + " in: " + run.out());
    }
  }

  @Test
  void aPilotBatchThatOverstatesItsSizeIsWarnedAbout() throws IOException {
    StringBuilder rows = new StringBuilder("q,p\n");
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      double square = 0;
      for (int c = 0; c < 8; c++) {
        double z = random.nextGaussian();
        square += z * z;
      }
      // Drawn from N(0, 0.75²) for the target N(0, 1), in eight columns.
      rows.append(
          String.format(
              Locale.ROOT, "%s,%s%n", -square / 2 - 8 * Math.log(0.75), -0.75 * 0.75 * square / 2));
    }
    Path data = Files.writeString(folder.resolve("data.csv"), rows.toString());
    Program.Run run =
        Program.here("weights", data, "--log-density", "q", "--log-target", "p", "--quiet")
            .succeeded();
    assertTrue(run.out().contains("warning         ESS/N of 0."), run.out());
    assertTrue(run.out().contains("is likely too high"), run.out());
  }

  @Test
  void resampledRowsComeFromTheirLines() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.csv"), "x,q,p\n10,-1,-inf\n11,-1,0\nbad,-1,0\n13,-2,-2.5\n");
    Path out = folder.resolve("out.csv");
    Object[] command = {
      "weights", data, "--log-density", "q", "--log-target", "p", "--output", out, "--quiet"
    };
    Program.Run run = Program.here(and(command, "--resample", 100, "--seed", 4)).succeeded();
    assertTrue(run.err().startsWith("f2d2: 1 row could not be read;"), run.err());
    List<String> lines = Files.readAllLines(out);
    assertEquals("row,x,q", lines.get(0));
    assertEquals(101, lines.size());
    double share = 1 / (1 + Math.exp(-1.5));
    long first = lines.stream().filter("2,11,-1"::equals).count();
    assertTrue(Math.abs(first - 100 * share) < 1, "copies: " + first);
    assertEquals(100 - first, lines.stream().filter("4,13,-2"::equals).count());
    Program.here(and(command, "--resample", 100, "--seed", 4)).succeeded();
    assertEquals(lines, Files.readAllLines(out));
  }

  @Test
  void fewEvaluationsAreComparedOnSomeRows() throws IOException {
    Path data = draws(300);
    Object[] command = {
      "weights",
      data,
      "--model",
      TinyModel.MODEL,
      "--log-target",
      "logp",
      "--nfe",
      2,
      "--compare",
      "--exact-rows",
      40,
      "--quiet"
    };
    JsonNode root = json(Program.here(and(command, "--json")));
    assertEquals("log_density, nfe 2", root.get("density").asText());
    assertEquals(300, root.get("rows").asInt());
    JsonNode compared = root.get("compare");
    assertEquals(40, compared.get("rows").asInt());
    assertEquals("2", compared.get("nfe").asText());
    assertTrue(compared.get("ess_share_exact").asDouble() > 0.3);
    Program.Run run = Program.here(command).succeeded();
    assertTrue(run.out().contains("nfe 2, exact    log w differs by "), run.out());
    assertTrue(run.out().contains("(40 rows)"), run.out());
  }

  @Test
  void rowsWithoutAWeightAreLeftOutAndSaidSo() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.csv"),
            "a,b,c,t\n0.1,0.2,7,1\n0.1,0.2,8,1\n\noak,0.2,7,1\n0,0,7,nan\n0.2,0.1,7,1\n");
    Path out = folder.resolve("out.csv");
    Program.Run run =
        Program.here(
                "weights",
                data,
                "--model",
                TinyModel.WithConstant.MODEL,
                "--log-target",
                "t",
                "--output",
                out,
                "--json",
                "--quiet")
            .succeeded();
    assertEquals(
        "f2d2: 3 rows could not be read, 1 row has no density; the figures are without them"
            + System.lineSeparator(),
        run.err());
    assertEquals(2, json(run).get("rows").asInt());
    assertEquals(4, json(run).get("rows_left_out").asInt());
    List<String> lines = Files.readAllLines(out);
    assertEquals(7, lines.size());
    assertTrue(lines.get(1).endsWith(","), lines.get(1));
    assertTrue(lines.get(2).startsWith(",,") && lines.get(2).contains("column c"), lines.get(2));
    assertEquals(",,the line is blank", lines.get(3));
    assertEquals(",,column 'a': 'oak' is not a number", lines.get(4));
    assertTrue(lines.get(5).contains("'nan' is no logarithm"), lines.get(5));
    assertTrue(lines.get(6).endsWith(","), lines.get(6));
  }

  @Test
  void faultsInOneLine() throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), "a,b,t\n0.1,0.2,-inf\n0,0,-inf\n");
    Object[] model = {"weights", data, "--model", TinyModel.MODEL, "--quiet", "--log-target"};
    Program.here(and(model, "t")).failed(1, "every weight is zero");
    Program.here(and(model, "u")).failed(1, "data.csv", "missing column 'u'");
    Program.here(and(model, "a")).failed(1, "--log-target", "'a' is a column of the model");
    Object[] columns = {"weights", data, "--log-density", "a", "--quiet", "--log-target"};
    Program.here(and(columns, "t")).failed(1, "every weight is zero");
    Path words = Files.writeString(folder.resolve("words.csv"), "a,b,t\n0.1,0.2,oak\n");
    Program.here("weights", words, "--log-density", "a", "--log-target", "t")
        .failed(1, "words.csv: no row has a weight", "'oak' is no logarithm of a density");
    Path empty = Files.writeString(folder.resolve("empty.csv"), "a,b,t\n");
    Program.here("weights", empty, "--log-density", "a", "--log-target", "t")
        .failed(1, "empty.csv", "0 data rows");
  }
}
