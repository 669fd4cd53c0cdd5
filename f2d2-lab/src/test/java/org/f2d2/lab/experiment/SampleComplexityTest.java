package org.f2d2.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleComplexityTest {

  private static final Settings SMALL = new Settings(64, 5e-3, 0.99, 200, 50, 4, 20, 50, 30, 10, 8);

  private static final double FOREVER = Double.POSITIVE_INFINITY;

  @TempDir private Path folder;

  private static SampleComplexity.Options options(Target target, int seeds) {
    return new SampleComplexity.Options(
        target, List.of(8, 16, 32), seeds, 6, new NetworkSize(8, 2), List.of(4), List.of(1), SMALL);
  }

  @Test
  void anInterruptedExperimentEndsWithTheSameResults() throws IOException {
    SampleComplexity.Options options = options(new Target.Mixture(), 2);
    SampleComplexityReport whole =
        SampleComplexity.run(options, Optional.empty(), 1, FOREVER, FitListener.SILENT);
    FitListener stop =
        new FitListener() {
          private long steps;

          @Override
          public boolean stopRequested() {
            return steps > 150;
          }

          @Override
          public void step(long step, double loss) {
            steps = step;
          }
        };
    assertThrows(
        FitInterrupted.class,
        () -> SampleComplexity.run(options, Optional.of(folder), 1, FOREVER, stop));
    Path file = folder.resolve("runs.jsonl");
    int before = Files.readAllLines(file).size();
    assertTrue(before > 2 && before < whole.planned(), before + " lines");
    // What a kill in the middle of a line leaves.
    Files.writeString(file, "{\"key\": \"mixture sam", StandardOpenOption.APPEND);
    SampleComplexityReport resumed =
        SampleComplexity.run(options, Optional.of(folder), 2, FOREVER, FitListener.SILENT);
    assertEquals(whole.json(), resumed.json());
    assertEquals(1 + whole.planned(), Files.readAllLines(file).size());
    assertFalse(whole.incomplete());
    SampleComplexityReport again =
        SampleComplexity.run(options, Optional.of(folder), 1, FOREVER, FitListener.SILENT);
    assertEquals(whole.json(), again.json());
    assertEquals(1 + whole.planned(), Files.readAllLines(file).size(), "no run is repeated");
  }

  @Test
  void resultsOfOtherSettingsAreRefused() {
    ResultsFile.in(folder, SMALL);
    ResultsFile.in(folder, SMALL);
    assertThrows(F2d2Exception.class, () -> ResultsFile.in(folder, Settings.DEFAULT));
  }

  @Test
  void aResultIsReadAsItWasWritten() {
    Run run = new Run(new Target.Mixture(), new Source.Sample(8), new NetworkSize(8, 2), 25, 3);
    RunResult result =
        new RunResult(
            run.key(),
            0.1,
            1e300,
            Double.POSITIVE_INFINITY,
            0.2,
            Double.NaN,
            1,
            2,
            3,
            4,
            List.of(new RunResult.Moment(5, 0.1, 0.2, 0.3)),
            1.5);
    ResultsFile.in(folder, SMALL).add(result);
    assertEquals(result, ResultsFile.in(folder, SMALL).of(run).orElseThrow());
    assertTrue(
        ResultsFile.in(folder, SMALL)
            .of(new Design(options(new Target.Mixture(), 1)).exact(0))
            .isEmpty());
  }

  @Test
  void noRunIsBegunAfterTheTime() {
    SampleComplexityReport report =
        SampleComplexity.run(
            options(new Target.UniformSquare(), 1), Optional.empty(), 1, 1e-9, FitListener.SILENT);
    assertEquals(0, report.finished());
    assertTrue(report.incomplete());
    assertTrue(report.markdown().contains("0 of"), report.markdown());
  }

  @Test
  void everyTargetGoesThrough() throws IOException {
    for (Target target : List.of(new Target.EightGaussians(), new Target.RotatedProduct(5))) {
      SampleComplexityReport report =
          SampleComplexity.run(
              options(target, 1), Optional.empty(), 1, FOREVER, FitListener.SILENT);
      JsonNode json = new ObjectMapper().readTree(report.json());
      assertEquals(target.id(), json.get("target").textValue());
      assertEquals(4, json.get("levels").size());
      for (JsonNode level : json.get("levels")) {
        assertTrue(level.get("velocity_error").get("mean").doubleValue() > 0, level.toString());
        assertTrue(level.get("divergence_error").get("mean").doubleValue() > 0);
        assertTrue(level.get("distance").get("mean").doubleValue() > 0);
        assertTrue(level.get("velocity_error").get("standard_error").isNull(), "one seed");
      }
      assertEquals("HOLDS", json.get("findings").get(0).get("verdict").textValue());
      assertTrue(report.markdown().contains("| 32 |"), report.markdown());
    }
  }

  @Test
  void moreRowsAndMoreStepsHelp() {
    Settings settings = new Settings(128, 5e-3, 0.99, 2000, 50, 4, 20, 500, 30, 10, 20);
    Target target = new Target.Mixture();
    NetworkSize network = new NetworkSize(32, 2);
    RunResult untrained =
        Measurement.of(new Run(target, new Source.Fresh(), network, 1, 0), settings, s -> {});
    RunResult few =
        Measurement.of(new Run(target, new Source.Sample(4), network, 400, 0), settings, s -> {});
    RunResult many =
        Measurement.of(
            new Run(target, new Source.Sample(4096), network, 400, 0), settings, s -> {});
    assertTrue(many.velocityError() < 0.5 * untrained.velocityError(), many.toString());
    assertTrue(many.velocityError() < 0.5 * few.velocityError(), few.toString());
    assertTrue(few.gap() > many.gap(), "the gap closes with the rows");
    assertTrue(many.distance() < few.distance());
    assertTrue(many.distance() <= many.bound());
  }

  @Test
  void targetsHaveNames() {
    for (Target target : Target.all()) {
      assertEquals(target, Target.of(target.id()));
    }
    assertEquals(10, Target.of("product-10").flow().dimensions());
    assertThrows(F2d2Exception.class, () -> Target.of("cauchy"));
  }

  @Test
  void optionsAreChecked() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SampleComplexity.Options(
                new Target.Mixture(),
                List.of(8, 8),
                1,
                1,
                NetworkSize.DEFAULT,
                List.of(),
                List.of(),
                SMALL));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Settings(64, 5e-3, 1, 200, 50, 4, 20, 50, 30, 10, 8));
  }
}
