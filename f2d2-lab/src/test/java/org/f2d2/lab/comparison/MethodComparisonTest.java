package org.f2d2.lab.comparison;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.TestDensities;
import org.f2d2.lab.comparison.MethodComparison.Few;
import org.f2d2.lab.comparison.MethodComparison.Figures;
import org.f2d2.objective.FlowMapMatching;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodComparisonTest {

  private static List<Figures> run(Path folder, int seeds, Method... methods) {
    return run(folder, seeds, FitListener.SILENT, methods);
  }

  private static List<Figures> run(
      Path folder, int seeds, FitListener listener, Method... methods) {
    return comparison(folder, seeds, listener, methods)
        .run(seed -> ComparisonData.of(TestDensities.of("ring"), 400, 60, seed));
  }

  private static MethodComparison comparison(
      Path folder, int seeds, FitListener listener, Method... methods) {
    MethodComparison.Options options =
        new MethodComparison.Options(
            List.of(methods), new Budget.Steps(8), new Budget.Steps(8), seeds, 2, folder);
    return new MethodComparison(options, listener);
  }

  @Test
  void whatIsDoneIsNotDoneAgainAndTheTeacherStaysTheSame(@TempDir Path folder) throws IOException {
    List<Figures> first = run(folder, 1, LsdF2d2.LSD_F2D2, FlowMapMatching.METHOD);
    assertEquals(List.of("lsd-f2d2", "fmm"), first.stream().map(Figures::method).toList());
    assertTrue(first.get(0).teacherSeconds() > 0);
    assertEquals(0, first.get(1).teacherSeconds());

    // A figure that was changed by hand comes back as it is: nothing was measured again.
    Path file = folder.resolve("ring/seed-0/fmm/figures.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("\"drift\":[^,]*", "\"drift\":12.5"));
    // A figure that is missing was not measured and is no zero.
    String kept = Files.readString(file);
    Files.writeString(file, kept.replaceFirst("\"median_absolute_error\":[^,]*,", ""));
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> run(folder, 1, FlowMapMatching.METHOD));
    assertTrue(String.valueOf(e.getMessage()).contains("median_absolute_error"), e.getMessage());
    assertEquals(1, String.valueOf(e.getMessage()).lines().count(), e.getMessage());
    Files.writeString(file, kept);
    // A method that comes later learns from the teacher that lies there.
    List<Figures> more =
        run(folder, 1, LsdF2d2.LSD_F2D2, FlowMapMatching.METHOD, TrajectoryRegression.METHOD);
    assertEquals(first.get(0), more.get(0));
    assertEquals(12.5, more.get(1).drift());
    assertEquals(first.get(0).meanExact(), more.get(2).meanExact(), 1e-12);
    assertNotEquals(first.get(0).meanExact(), first.get(1).meanExact(), 1e-6);
  }

  @Test
  void aMethodThatCannotBeMeasuredIsNoted(@TempDir Path folder) {
    ComparisonData ring = ComparisonData.of(TestDensities.of("ring"), 400, 60, 0);
    // No flow has a density for such rows.
    double[] rows = new double[ring.test().length];
    Arrays.fill(rows, Double.NaN);
    List<Figures> all =
        comparison(folder, 1, FitListener.SILENT, FlowMapMatching.METHOD)
            .run(seed -> new ComparisonData("nowhere", ring.training(), rows, Optional.empty()));
    assertFalse(all.get(0).succeeded());
    String table = ComparisonTable.markdown(all);
    assertTrue(table.contains("\nfmm, seed 0, failed: " + all.get(0).failure()), table);
  }

  @Test
  void seedsHaveRowsOfTheirOwn() {
    double[] zero = ComparisonData.of(TestDensities.of("ring"), 10, 5, 0).test();
    assertArrayEquals(zero, ComparisonData.of(TestDensities.of("ring"), 10, 5, 0).test());
    assertNotEquals(zero[0], ComparisonData.of(TestDensities.of("ring"), 10, 5, 1).test()[0]);
  }

  private static Figures figures(String method, int seed, double error, double integral) {
    Map<Integer, Few> nfe = new TreeMap<>();
    for (int k : MethodComparison.EVALUATIONS) {
      nfe.put(k, new Few(error / k, error / (2 * k), error, integral, 0.5, 0.25));
    }
    return new Figures(
        "ring", method, seed, "divergence", "the truth", 60, 100, 7, -2, 0.5, integral, "", nfe);
  }

  @Test
  void aMethodThatDivergesIsNotedAndTheOthersGoOn(@TempDir Path folder) throws IOException {
    // Once the teacher is done, the second of two methods is trained on a thread of its own.
    Thread own = Thread.currentThread();
    List<String> messages = new CopyOnWriteArrayList<>();
    FitListener poison =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            if (Thread.currentThread() != own
                && messages.stream().anyMatch(m -> m.startsWith("teacher: held-out"))) {
              throw new ArithmeticException("the loss was not finite");
            }
            return false;
          }

          @Override
          public void message(String line) {
            messages.add(line);
          }
        };
    Method[] methods = {LsdF2d2.LSD_F2D2, MeanFlowF2d2.MEANFLOW_F2D2, FlowMapMatching.METHOD};
    List<Figures> all = run(folder, 1, poison, methods);
    assertEquals(
        List.of("", "the loss was not finite", ""), all.stream().map(Figures::failure).toList());
    assertTrue(
        messages.contains("ring, seed 0: meanflow-f2d2, failed: the loss was not finite"),
        messages.toString());
    String table = ComparisonTable.markdown(all);
    assertTrue(table.contains("| meanflow-f2d2 | yes | – | – / – / – / – |"), table);
    assertTrue(
        table.endsWith("\nmeanflow-f2d2, seed 0, failed: the loss was not finite\n\n"), table);
    JsonNode json =
        new ObjectMapper().readTree(ComparisonTable.json(all, 1)).at("/datasets/0/methods/1");
    assertEquals(
        "meanflow-f2d2, seed 0, failed: the loss was not finite",
        json.at("/failures/0").asText(),
        json.toString());
    assertTrue(json.at("/nfe/4/mean_absolute_error").isNull(), json.toString());
    assertTrue(json.get("steps").isNull(), json.toString());
    // It is not tried again.
    assertEquals(all, run(folder, 1, methods));
  }

  @Test
  void tablesAverageOverSeeds() throws IOException {
    List<Figures> all =
        List.of(
            figures("a", 0, 0.8, Double.NaN),
            figures("b", 0, 0.4, 1e40),
            figures("a", 1, 1.6, Double.NaN));
    List<String> lines = ComparisonTable.markdown(all).lines().toList();
    assertTrue(
        lines
            .get(4)
            .startsWith(
                "| a | yes | divergence | 1.200 / 0.600 / 0.300 / 0.150 | 0.600 / 0.300 / 0.150 / 0.075 |"),
        lines.get(4));
    assertTrue(lines.get(4).contains(" | – | "), lines.get(4));
    assertTrue(lines.get(5).contains(" | 1.0e+40 / 1.0e+40 / 1.0e+40 / 1.0e+40 | "), lines.get(5));
    JsonNode root = new ObjectMapper().readTree(ComparisonTable.json(all, 1));
    JsonNode dataset = root.get("datasets").get(0);
    assertEquals("ring", dataset.get("dataset").asText());
    assertEquals(2, dataset.get("seeds").asInt());
    JsonNode a = dataset.get("methods").get(0);
    assertTrue(a.get("integral").isNull());
    assertEquals(0.3, a.get("nfe").get("4").get("mean_absolute_error").asDouble(), 1e-12);
    assertEquals(0.15, a.get("nfe").get("4").get("median_absolute_error").asDouble(), 1e-12);
    assertEquals(0.25, a.get("nfe").get("8").get("sliced_w2").asDouble());
  }
}
