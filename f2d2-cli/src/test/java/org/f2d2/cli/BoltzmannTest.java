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
import java.util.stream.Stream;
import org.f2d2.energy.systems.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a target to weighted samples on the command line. */
class BoltzmannTest {

  @TempDir private Path folder;

  private Path reference(String target, int rows) {
    return reference(target, rows, false);
  }

  /** Draws rows, which were drawn before or were not. */
  private Path reference(String target, int rows, boolean before) {
    Path file = folder.resolve(target + ".csv");
    Program.Run run =
        Program.here(
                "boltzmann",
                "reference",
                "--target",
                target,
                "--rows",
                rows,
                "--warm-up",
                200,
                "--thin",
                3,
                "--levels",
                3,
                "--output",
                file,
                "--cache",
                folder.resolve("cache"),
                "--quiet")
            .succeeded();
    assertTrue(run.out().startsWith(rows + " rows of " + target), run.out());
    assertEquals(before, run.err().contains("drawn before"), run.err());
    return file;
  }

  private static JsonNode json(Program.Run run) throws IOException {
    return new ObjectMapper().readTree(run.succeeded().out());
  }

  private static double column(String line, int fromEnd) {
    List<String> cells = List.of(line.split(",", -1));
    return Double.parseDouble(cells.get(cells.size() - fromEnd));
  }

  @Test
  void targetsAreListed() {
    String list = Program.here("boltzmann", "list").succeeded().out();
    for (Target target : Target.all()) {
      assertTrue(list.contains(target.name()), target.name());
    }
    assertTrue(list.contains("8, 6 free"), list);
  }

  @Test
  void wellsAreFittedDrawnAndWeighted() throws IOException {
    Path rows = reference("MW2", 800);
    assertEquals("x1,x2,energy", Files.readAllLines(rows).get(0));
    Path model = folder.resolve("wells");
    Program.here(
            "boltzmann",
            "fit",
            rows,
            "--target",
            "MW2",
            "--model",
            model,
            "--steps",
            100,
            "--quiet")
        .succeeded();
    Path drawn = folder.resolve("drawn.csv");
    Program.Run run =
        Program.here(
            "boltzmann", "sample", "--model", model, "--count", 500, "--output", drawn, "--json");
    JsonNode summary = json(run);
    assertEquals(500, summary.get("rows").asInt());
    assertEquals("jacobian", summary.get("density").asText());
    assertEquals(8, summary.get("evaluations").asInt());
    assertTrue(summary.get("essShare").asDouble() > 0, run.out());
    List<String> lines = Files.readAllLines(drawn);
    assertEquals("x1,x2,energy,log_target,log_density,log_weight", lines.get(0));
    assertEquals(501, lines.size());
    for (String line : lines.subList(1, 10)) {
      assertEquals(column(line, 3) - column(line, 2), column(line, 1), 1e-9);
      assertEquals(-column(line, 4), column(line, 3));
    }
    // The same weights come out of the columns.
    JsonNode weights =
        json(
            Program.here(
                "weights",
                drawn,
                "--log-density",
                "log_density",
                "--log-target",
                "log_target",
                "--json",
                "--quiet"));
    assertEquals(summary.get("essShare").asDouble(), weights.get("ess_share").asDouble(), 1e-9);
    assertEquals(summary.get("logZ").asDouble(), weights.get("log_z").asDouble(), 1e-9);
    // A model of configurations goes through the other commands too.
    assertEquals(801, Files.readAllLines(scored(model, rows)).size());
  }

  @Test
  void rowsOfAnotherTargetAreToldOf() {
    Path model = folder.resolve("wells");
    Program.here(
            "boltzmann",
            "fit",
            reference("MW2", 800),
            "--target",
            "MW2",
            "--model",
            model,
            "--steps",
            2,
            "--quiet")
        .succeeded();
    Program.Run run =
        Program.here(
            "score",
            reference("MW32", 400),
            "--model",
            model,
            "--output",
            folder.resolve("scores.csv"),
            "--quiet");
    assertTrue(run.succeeded().err().contains("does not know: x3, x4"), run.err());
  }

  private Path scored(Path model, Path rows) {
    Path scores = folder.resolve("scores.csv");
    Program.here("score", rows, "--model", model, "--output", scores, "--quiet").succeeded();
    return scores;
  }

  @Test
  void particlesAreFittedAndEvaluated() throws IOException {
    Path rows = reference("DW4-once", 400);
    assertEquals("x1,y1,x2,y2,x3,y3,x4,y4,energy", Files.readAllLines(rows).get(0));
    Path model = folder.resolve("dw4");
    Object[] fit = {
      "boltzmann",
      "fit",
      rows,
      "--target",
      "DW4-once",
      "--model",
      model,
      "--steps",
      2,
      "--student-width",
      8,
      "--quiet"
    };
    Program.here(fit).succeeded();
    Program.here(fit).failed(1, "holds a model");
    Program.Run run =
        Program.here(
            "boltzmann",
            "evaluate",
            "--model",
            model,
            "--reference",
            rows,
            "--count",
            60,
            "--jumps",
            "1,2",
            "--no-ode",
            "--json");
    JsonNode root = json(run);
    assertEquals("DW4-once", root.get("target").asText());
    assertEquals(4, root.get("lines").size());
    assertEquals(4, run.err().lines().count(), run.err());
    assertTrue(root.get("lines").get(0).get("distances").get("w2").asDouble() > 0);
    assertTrue(root.get("floor").get("energyW2").asDouble() >= 0);
  }

  @Test
  void whatIsWrongIsSaidInALine() throws IOException {
    Path out = folder.resolve("out.csv");
    Program.here("boltzmann", "reference", "--target", "DW4", "--output", out)
        .failed(2, "unknown target 'DW4'", "DW4-once");
    Program.here("boltzmann", "reference", "--target", "MW2", "--chains", 1, "--output", out)
        .failed(2, "--chains must be at least 2");
    Path rows = reference("MW2", 800);
    Program.here("boltzmann", "fit", rows, "--target", "DW4-once", "--model", folder.resolve("m"))
        .failed(1, "y1");
    Program.here(
            "boltzmann",
            "fit",
            rows,
            "--target",
            "DW4-once",
            "--network",
            "unet",
            "--model",
            folder.resolve("m"))
        .failed(2, "configurations are fitted with");
    Program.here("boltzmann", "sample", "--model", TinyModel.MODEL, "--count", 3, "--output", out)
        .failed(1, "not of a target");
    Program.here("boltzmann", "evaluate", "--model", TinyModel.MODEL, "--jumps", 0)
        .failed(2, "--jumps must be at least 1");
    Path few = folder.resolve("few.csv");
    Files.write(few, Files.readAllLines(reference("DW4-once", 400)).subList(0, 20));
    Program.here(
            "boltzmann",
            "fit",
            few,
            "--target",
            "DW4-once",
            "--model",
            folder.resolve("m"),
            "--quiet")
        .failed(1, "too few");
  }

  @Test
  void anEnergyAloneIsFittedAndAnnealed() throws IOException {
    Path model = folder.resolve("alone");
    Program.Run fit =
        Program.here("boltzmann", "fit", "--target", "MW2", "--model", model, "--steps", 24);
    assertTrue(fit.succeeded().err().contains("round 12: log Z"), fit.err());
    Path drawn = folder.resolve("particles.csv");
    JsonNode carried =
        json(
            Program.here(
                "boltzmann",
                "anneal",
                "--target",
                "MW2",
                "--model",
                model,
                "--particles",
                100,
                "--steps",
                8,
                "--output",
                drawn,
                "--json"));
    assertEquals(100, carried.get("rows").asInt());
    assertEquals(8, carried.get("steps").size());
    List<String> lines = Files.readAllLines(drawn);
    assertEquals("x1,x2,energy,log_weight", lines.get(0));
    assertEquals(101, lines.size());
    JsonNode still =
        json(Program.here("boltzmann", "anneal", "--target", "MW2", "--output", drawn, "--json"));
    assertEquals(10.2935, still.get("logZ").asDouble(), 0.3);
    assertEquals(0, still.get("warnings").size());
    // One step from noise to a molecule leaves a particle or two, copied a hundred times.
    Program.Run lost =
        Program.here(
                "boltzmann",
                "anneal",
                "--target",
                "ALDP-vacuum",
                "--particles",
                100,
                "--steps",
                4,
                "--output",
                drawn)
            .succeeded();
    assertTrue(lost.err().contains("of 100 particles were left"), lost.err());
  }

  @Test
  void anEnergyAloneAndRowsAreToldApart() {
    Path rows = reference("MW2", 200);
    Path model = folder.resolve("rows");
    Program.here("boltzmann", "fit", rows, "--target", "MW2", "--model", model, "--scale", 2)
        .failed(2, "--scale is for fits without DATA");
    Program.here("boltzmann", "fit", "--target", "MW2", "--model", model, "--scale", 0)
        .failed(2, "--scale must be positive and finite");
    Program.here("boltzmann", "fit", "", "--target", "MW2", "--model", model)
        .failed(2, "DATA is empty");
    Program.here("fit", "--model", model).failed(2, "Missing required parameter: 'DATA'");
    Program.here(
            "boltzmann", "fit", rows, "--target", "MW2", "--model", model, "--steps", 2, "--quiet")
        .succeeded();
    Path drawn = folder.resolve("no.csv");
    Program.here("boltzmann", "anneal", "--target", "MW2", "--model", model, "--output", drawn)
        .failed(1, "was fitted to rows");
    Program.here("boltzmann", "anneal", "--target", "MW2", "--particles", 1, "--output", drawn)
        .failed(2, "--particles must be at least 2");
  }

  @Test
  void anEvaluationHasAPage() throws IOException {
    Path rows = reference("DW4-once", 200);
    Path model = folder.resolve("four");
    Program.here(
            "boltzmann",
            "fit",
            rows,
            "--target",
            "DW4-once",
            "--model",
            model,
            "--steps",
            3,
            "--student-width",
            8,
            "--student-depth",
            1,
            "--quiet")
        .succeeded();
    Path page = folder.resolve("four.html");
    Program.Run run =
        Program.here(
                "boltzmann",
                "evaluate",
                "--model",
                model,
                "--reference",
                rows,
                "--count",
                60,
                "--jumps",
                "1,2",
                "--no-ode",
                "--report",
                page)
            .succeeded();
    assertTrue(run.out().contains("2 jumps are between the times"), run.out());
    String html = Files.readString(page);
    for (String part :
        List.of(
            "DW4-once", "Effective share", "Energies", "Distances", "log-weights", "jacobian, 2")) {
      assertTrue(html.contains(part), part);
    }
    assertTrue(!html.contains("NaN"), "figures that are none");
    Program.here("boltzmann", "evaluate", "--model", model, "--count", 1, "--jumps", 1, "--no-ode")
        .succeeded();
    Program.here(
            "boltzmann", "evaluate", "--model", model, "--report", folder.resolve("none/page.html"))
        .failed(1, "there is no folder");
  }

  @Test
  void theSameReferenceIsDrawnOnce() throws IOException {
    byte[] first = Files.readAllBytes(reference("MW2", 200));
    List<Path> kept = kept();
    assertEquals(1, kept.size());
    byte[] again = Files.readAllBytes(reference("MW2", 200, true));
    assertArrayEquals(first, again);
    assertEquals(kept, kept());
    // A damaged file is drawn again.
    Files.writeString(kept.get(0), "{");
    assertArrayEquals(first, Files.readAllBytes(reference("MW2", 200)));
    reference("MW2", 240);
    assertEquals(2, kept().size());
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.sorted().toList();
    }
  }
}
