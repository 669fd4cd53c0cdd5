package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateTest {

  @TempDir private Path folder;

  @Test
  void jsonHasTheAgreedKeys() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.csv"),
            "a,b,kind\n" + TinyModel.rows(5, 60, ",usual") + "40,-40,odd\n-40,40,odd\n");
    Program.Run run =
        Program.run(
                "evaluate",
                data,
                "--model",
                TinyModel.MODEL,
                "--nfe",
                "1,4",
                "--label",
                "kind",
                "--json",
                "--quiet")
            .succeeded();
    assertEquals("", run.err());
    JsonNode root = new ObjectMapper().readTree(run.out());
    assertEquals(62, root.get("rows").asInt());
    assertEquals(2, root.get("dimensions").asInt());
    assertTrue(root.get("reference").isTextual());
    assertTrue(root.get("mean_log_density_exact").isNumber());
    assertEquals(List.of("1", "4"), names(root.get("nfe")));
    for (JsonNode few : root.get("nfe")) {
      for (String key :
          List.of(
              "mean_log_density",
              "mean_absolute_error",
              "max_absolute_error",
              "pearson",
              "error_bound_coverage",
              "seconds",
              "rows_per_second")) {
        assertTrue(few.get(key).isNumber(), key);
      }
      assertTrue(few.get("label").get("auroc").isNumber());
      assertTrue(few.get("label").get("average_precision").isNumber());
    }
    assertTrue(root.get("exact").get("network_evaluations").asInt() > 0);
    assertTrue(root.get("exact").get("seconds").isNumber());
    assertEquals(1, root.get("label").get("auroc").asDouble());
    assertEquals(1, root.get("label").get("average_precision").asDouble());
  }

  @Test
  void tableForPeople() {
    Program.Run run =
        Program.run("evaluate", TinyModel.DATA, "--model", TinyModel.MODEL, "--quiet").succeeded();
    assertTrue(run.out().contains("240 rows"), run.out());
    assertTrue(run.lines().stream().anyMatch(line -> line.startsWith("8 ")), run.out());
    assertTrue(run.lines().stream().anyMatch(line -> line.startsWith("exact (")), run.out());
  }

  @Test
  void labelsNeedRowsOfBothKinds() throws IOException {
    Path data =
        Files.writeString(folder.resolve("data.csv"), "a,b,k\n" + TinyModel.rows(5, 9, ",0"));
    Program.run("evaluate", data, "--model", TinyModel.MODEL, "--label", "k", "--quiet")
        .failed(1, "both kinds");
  }

  @Test
  void zeroAndOneHaveAFixedMeaning() {
    assertArrayEquals(
        new boolean[] {true, true, false}, Anomalies.of(List.of("1", "1", "0")).flags());
  }

  @Test
  void otherwiseTheCommonestLabelIsNormal() {
    assertArrayEquals(
        new boolean[] {false, true, false, true},
        Anomalies.of(List.of("a", "b", "a", "c")).flags());
  }

  @Test
  void densityOfSampleIsThatOfItsScore() throws IOException {
    Path samples = folder.resolve("samples.csv");
    Program.run(
            "sample",
            "--model",
            TinyModel.MODEL,
            "--count",
            50,
            "--nfe",
            2,
            "--density",
            "--seed",
            4,
            "--output",
            samples)
        .succeeded();
    List<String> drawn = Files.readAllLines(samples);
    assertEquals("a,b,log_density", drawn.get(0));
    List<String> scored =
        Program.run("score", samples, "--model", TinyModel.MODEL, "--nfe", 2).succeeded().lines();
    assertEquals(51, drawn.size());
    int within = 0;
    for (int i = 1; i < drawn.size(); i++) {
      String[] score = scored.get(i).split(",");
      double density = Double.parseDouble(drawn.get(i).split(",")[2]);
      double distance = Math.abs(density - Double.parseDouble(score[0]));
      within += distance <= Double.parseDouble(score[1]) ? 1 : 0;
    }
    assertTrue(within >= 47, within + " of 50");
  }

  @Test
  void seedFixesTheDraws() {
    String first = sample(1);
    assertEquals(first, sample(1));
    assertTrue(!first.equals(sample(2)));
  }

  @Test
  void guidedSamples() {
    Program.run("sample", "--model", TinyModel.MODEL, "--count", 5, "--guided").succeeded();
  }

  private static String sample(int seed) {
    return Program.run("sample", "--model", TinyModel.MODEL, "--count", 5, "--seed", seed)
        .succeeded()
        .out();
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
