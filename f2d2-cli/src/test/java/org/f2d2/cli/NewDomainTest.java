package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.f2d2.DensityModel;
import org.f2d2.cli.Compositions.Parts;
import org.f2d2.score.Nfe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A domain of the test alone goes through every command, and nothing else knows of it. */
class NewDomainTest {

  @TempDir Path folder;

  /** Shares of three independent gamma variables of shapes 4, 2 and 3: a Dirichlet law. */
  private static List<double[]> rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<double[]> rows = new ArrayList<>();
    for (int r = 0; r < n; r++) {
      double[] x = new double[3];
      int[] shapes = {4, 2, 3};
      for (int i = 0; i < 3; i++) {
        for (int e = 0; e < shapes[i]; e++) {
          x[i] -= Math.log(1 - random.nextDouble());
        }
      }
      double sum = Arrays.stream(x).sum();
      rows.add(Arrays.stream(x).map(v -> v / sum).toArray());
    }
    return rows;
  }

  /** ln of the Dirichlet density: Γ(9)/(Γ(4)Γ(2)Γ(3)) ∏ x_i^(a_i - 1). */
  private static double truth(double[] x) {
    return Math.log(40320.0 / (6 * 1 * 2))
        + 3 * Math.log(x[0])
        + Math.log(x[1])
        + 2 * Math.log(x[2]);
  }

  private Path write(List<double[]> rows) throws IOException {
    return Files.write(
        folder.resolve("rows.parts"),
        rows.stream()
            .map(x -> String.format(Locale.ROOT, "%.17g,%.17g,%.17g", x[0], x[1], x[2]))
            .toList());
  }

  private static String run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    assertEquals(0, main.execute(words), err::toString);
    return out.toString();
  }

  @Test
  void itFitsStoresScoresSamplesAndEvaluates() throws IOException {
    List<double[]> training = rows(3000, 1);
    Path file = write(training);
    Path model = folder.resolve("model");
    run("fit", file, "--model", model, "--steps", 200, "--quiet");
    assertEquals("composition", DensityModel.one(model).orElseThrow());

    Path scores = folder.resolve("scores.csv");
    run("score", file, "--model", model, "--output", scores, "--quiet");
    List<String> lines = Files.readAllLines(scores);
    assertEquals(3001, lines.size());
    assertTrue(lines.get(0).startsWith("log_density,log_density_error,p_value,nfe"), lines.get(0));
    double error = 0;
    for (int r = 0; r < 3000; r++) {
      double stated = Double.parseDouble(lines.get(1 + r).split(",")[0]);
      error += Math.abs(stated - truth(training.get(r))) / 3000;
    }
    assertTrue(error < 0.2, "mean error " + error);

    try (DensityModel read = DensityModel.load(model)) {
      Parts some = new Parts(rows(50, 2));
      assertEquals(50, read.score(some, Nfe.ONE).rows());
    }
    List<String> drawn = run("sample", "--model", model, "--count", 20).lines().toList();
    assertEquals(20, drawn.size());
    for (String line : drawn) {
      double[] x = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
      assertEquals(1, Arrays.stream(x).sum(), 1e-12);
    }
    assertTrue(run("evaluate", file, "--model", model, "--nfe", 1, "--json").contains("\"rows\""));
    assertEquals(
        "holds a model of compositions, not of rows",
        complaint("export", "--model", model).replaceFirst(".*: ", ""));
  }

  private static String complaint(Object... arguments) {
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setErr(new PrintWriter(err));
    String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    assertEquals(1, main.execute(words));
    return err.toString().strip();
  }

  @Test
  void itsFilesAreShort() throws IOException {
    Path source = Path.of("src/test/java/org/f2d2/cli/Compositions.java");
    assertTrue(Files.readAllLines(source).size() <= 200, "lines of a new domain");
  }
}
