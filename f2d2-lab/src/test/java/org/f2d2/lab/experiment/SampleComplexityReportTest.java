package org.f2d2.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The summary of runs whose figures are chosen, so that every entry is known. */
class SampleComplexityReportTest {

  private static final int SEEDS = 3;

  private static final Design DESIGN =
      new Design(
          new SampleComplexity.Options(
              new Target.Mixture(),
              List.of(64, 128, 256, 512),
              SEEDS,
              10,
              NetworkSize.DEFAULT,
              List.of(16),
              List.of(2),
              Settings.DEFAULT));

  // Seeds 0, 1, 2 count 0.9, 1, 1.1 times, so that means are those of seed 1.
  private static RunResult result(Run run) {
    double seed = 0.9 + 0.1 * run.seed();
    double rows = run.source() instanceof Source.Sample s ? 1.0 / s.rows() : 0;
    double error = 0.001 + rows * seed;
    return new RunResult(
        run.key(),
        error,
        error * error,
        2 + run.seed(),
        run.source() instanceof Source.Sample ? seed * Math.pow(rows, 0.2) : 0.02,
        run.source() instanceof Source.ExactField ? 0.1 : Double.NaN,
        1,
        1 + 7 * rows,
        1,
        1.2,
        run.source() instanceof Source.WholeSample
            ? List.of(new RunResult.Moment(5, 0.0005 * seed, 3 * seed, 4))
            : List.of(),
        1);
  }

  private static SampleComplexityReport report(int seeds) {
    ResultsFile results = ResultsFile.inMemory();
    for (Run run : DESIGN.all()) {
      if (run.seed() < seeds) {
        results.add(result(run));
      }
    }
    return SampleComplexityReport.of(DESIGN, results);
  }

  @Test
  void levelsAverageOverSeeds() {
    SampleComplexityReport report = report(SEEDS);
    SampleComplexityReport.Level level = report.levels().get(1);
    assertEquals("128", level.data());
    assertEquals(3, level.runs());
    assertEquals(0.001 + 1 / 128.0, level.velocityError().mean(), 1e-12);
    assertEquals(0.1 / 128 / Math.sqrt(3), level.velocityError().standardError(), 1e-12);
    assertEquals(1 / 128.0, level.statistical().mean(), 1e-12);
    assertEquals(7 / 128.0, level.gap().mean(), 1e-12);
    assertEquals(Math.exp(3), level.lipschitz(), 1e-12);
    assertEquals(Math.exp(3) * Math.sqrt(0.001 + 1 / 128.0), level.bound(), 1e-12);
    SampleComplexityReport.Level fresh = report.levels().get(4);
    assertEquals(0, fresh.rows());
    assertEquals(0.001, fresh.velocityError().mean(), 1e-15);
    assertTrue(Double.isNaN(fresh.gap().mean()) && Double.isNaN(fresh.statistical().mean()));
    assertEquals(0.1, report.distanceFloor().mean(), 1e-12);
    assertEquals(1, report.rankCorrelation(), 1e-12);
  }

  @Test
  void slopesAreFittedAboveTheirFloors() {
    SampleComplexityReport report = report(SEEDS);
    assertEquals(
        List.of(
            SampleComplexityReport.VELOCITY_ERROR,
            SampleComplexityReport.STATISTICAL,
            SampleComplexityReport.DISTANCE),
        report.slopes().stream().map(SampleComplexityReport.Slope::quantity).toList());
    assertEquals(-1, report.slopes().get(1).law().exponent(), 1e-10);
    assertEquals(-0.2, report.slopes().get(2).law().exponent(), 1e-10);
    // Every error is at least 1.5 times 0.001.
    assertEquals(512, report.slopes().get(0).law().lastRows());
    assertEquals(verdicts(report).get(1), Finding.Verdict.HOLDS);
    assertEquals(verdicts(report).get(2), Finding.Verdict.FAILS, "-0.2 is shallower than -1/4");
  }

  private static List<Finding.Verdict> verdicts(SampleComplexityReport report) {
    return report.findings().stream().map(Finding::verdict).toList();
  }

  @Test
  void otherParts() {
    SampleComplexityReport report = report(SEEDS);
    assertEquals(
        List.of("3x16", "2x128", "3x128"),
        report.networks().stream().map(n -> n.network().toString()).toList());
    assertEquals(5, report.memorising().get(0).step());
    assertEquals(3, report.memorising().get(0).trainLoss(), 1e-12);
    assertEquals(1.2, report.leastLoss().mean(), 1e-12);
    assertEquals(report.planned(), report.finished());
  }

  @Test
  void aSingleSeedLeavesTheSlopesOpen() {
    SampleComplexityReport report = report(1);
    assertTrue(report.incomplete());
    assertEquals(Finding.Verdict.HOLDS, verdicts(report).get(0));
    assertEquals(Finding.Verdict.OPEN, verdicts(report).get(1));
    assertEquals(Finding.Verdict.OPEN, verdicts(report).get(2));
    assertEquals(Finding.Verdict.OPEN, Finding.slope("other", report.slopes(), -0.5).verdict());
  }
}
