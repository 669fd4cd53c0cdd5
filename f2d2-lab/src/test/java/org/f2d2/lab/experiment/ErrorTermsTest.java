package org.f2d2.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorTermsTest {

  private static final SampleComplexity.Options OPTIONS =
      new SampleComplexity.Options(
          new Target.Mixture(),
          List.of(100, 400, 1600),
          3,
          10,
          NetworkSize.DEFAULT,
          List.of(16),
          List.of(),
          Settings.DEFAULT);

  private static final Design DESIGN = new Design(OPTIONS);

  /** 1/width + 10/rows + 1/steps, with a little noise of the seed that no difference contains. */
  private static double separated(Run run) {
    double rows = run.source() instanceof Source.Sample s ? 10.0 / s.rows() : 0;
    return 1.0 / run.network().width() + rows + 1.0 / run.steps() + 1e-6 * run.seed();
  }

  @Test
  void eachTermIsTheDifferenceThatItsNameSays() {
    ErrorTerms terms = ErrorTerms.of(DESIGN, ErrorTermsTest::separated);
    ErrorTerms.Term approximation = terms.terms().get(0);
    assertEquals(1 / 128.0 + 1 / 40.0 + 1e-6, approximation.value().mean(), 1e-12);
    assertEquals(
        1 / 16.0 - 1 / 128.0, approximation.change(ErrorTerms.Factor.NETWORK).mean(), 1e-12);
    assertTrue(Double.isNaN(approximation.change(ErrorTerms.Factor.ROWS).mean()), "it has no rows");
    assertEquals(1 / 80.0 - 1 / 40.0, approximation.change(ErrorTerms.Factor.STEPS).mean(), 1e-12);

    ErrorTerms.Term statistical = terms.terms().get(1);
    assertEquals(10 / 400.0, statistical.value().mean(), 1e-12);
    assertEquals(0, statistical.change(ErrorTerms.Factor.NETWORK).mean(), 1e-12);
    assertEquals(
        10 / 1600.0 - 10 / 400.0, statistical.change(ErrorTerms.Factor.ROWS).mean(), 1e-12);
    assertEquals(0, statistical.change(ErrorTerms.Factor.STEPS).mean(), 1e-12);

    ErrorTerms.Term optimisation = terms.terms().get(2);
    assertEquals(1 / 10.0 - 1 / 80.0, optimisation.value().mean(), 1e-12);
    assertEquals(0, optimisation.change(ErrorTerms.Factor.NETWORK).mean(), 1e-12);
    assertEquals(0, optimisation.change(ErrorTerms.Factor.ROWS).mean(), 1e-12);
    assertEquals(1 / 20.0 - 1 / 10.0, optimisation.change(ErrorTerms.Factor.STEPS).mean(), 1e-12);

    double once = 1 / 128.0 + 10 / 1600.0 + 1 / 10.0;
    assertEquals((1 / 10.0 - 1 / 20.0) / once, terms.doubling().mean(), 1e-5);
  }

  @Test
  void aTermThatMovesWithAnotherFactorIsTold() {
    ErrorTerms terms =
        ErrorTerms.of(
            DESIGN,
            run ->
                separated(run)
                    + (run.source() instanceof Source.Sample s
                        ? (1 + 0.01 * run.seed()) * run.steps() / (double) s.rows()
                        : 0));
    ErrorTerms.Term statistical = terms.terms().get(1);
    assertTrue(statistical.movesWithItsOwn());
    assertEquals(List.of(ErrorTerms.Factor.STEPS), statistical.alsoMovesWith());
    assertEquals(Finding.Verdict.FAILS, Finding.term(statistical).verdict());
    assertTrue(Finding.term(statistical).detail().contains("steps"));
  }

  @Test
  void missingRunsLeaveATermOpen() {
    ErrorTerms terms = ErrorTerms.of(DESIGN, run -> run.seed() > 0 ? Double.NaN : separated(run));
    assertEquals(Finding.Verdict.OPEN, Finding.term(terms.terms().get(1)).verdict());
    assertFalse(terms.terms().get(1).movesWithItsOwn());
  }

  @Test
  void theDesignChangesOneFactorAtATimeAndRepeatsNoRun() {
    for (Run run : DESIGN.all()) {
      assertEquals(1, DESIGN.all().stream().filter(r -> r.key().equals(run.key())).count());
    }
    ErrorTerms.of(
        DESIGN,
        run -> {
          assertTrue(DESIGN.all().contains(run), run.key());
          return separated(run);
        });
    assertEquals(new NetworkSize(16, 3), DESIGN.small());
    assertEquals(400, DESIGN.few());
    assertEquals(1600, DESIGN.many());
  }

  @Test
  void theBoundIsCheckedOnEveryRun() {
    RunResult below = result(1, 0.04, 0.5);
    RunResult above = result(1, 0.04, 0.6);
    assertEquals(Math.E * 0.2, below.bound(), 1e-12);
    assertEquals(Finding.Verdict.HOLDS, Finding.bound(List.of(below)).verdict());
    assertEquals(Finding.Verdict.FAILS, Finding.bound(List.of(below, above)).verdict());
    assertEquals(Finding.Verdict.OPEN, Finding.bound(List.of()).verdict());
  }

  private static RunResult result(double integral, double error, double distance) {
    return new RunResult("key", error, 1, integral, distance, Double.NaN, 1, 1, 1, 1, List.of(), 1);
  }

  @Test
  void otherFindings() {
    assertEquals(
        Finding.Verdict.HOLDS,
        Finding.floor(Estimate.of(-1, -1.1), Estimate.of(0.1, -0.1)).verdict());
    assertEquals(
        Finding.Verdict.FAILS,
        Finding.floor(Estimate.of(-1, -1.1), Estimate.of(-0.5, -0.51)).verdict());
    assertEquals(
        Finding.Verdict.FAILS, Finding.exactField(Estimate.of(0.2), Estimate.of(0.1)).verdict());
    assertEquals(
        Finding.Verdict.HOLDS, Finding.exactField(Estimate.of(0.12), Estimate.of(0.1)).verdict());
    assertEquals(
        Finding.Verdict.HOLDS, Finding.exactField(Estimate.of(1e-6), Estimate.of(0)).verdict());
    assertEquals(
        Finding.Verdict.FAILS, Finding.exactField(Estimate.of(0.01), Estimate.of(0)).verdict());
    assertEquals(Finding.Verdict.HOLDS, Finding.doubling(Estimate.of(-0.05)).verdict());
    assertEquals(Finding.Verdict.FAILS, Finding.doubling(Estimate.of(0.11)).verdict());
  }

  @Test
  void rowsLearnedByHeart() {
    List<RunResult.Moment> course =
        List.of(new RunResult.Moment(1, 0.3, 1, 1), new RunResult.Moment(2, 0.6, 0.5, 1));
    assertEquals(
        Finding.Verdict.HOLDS, Finding.memorising(List.of(learned(0.5, course))).verdict());
    assertEquals(
        Finding.Verdict.FAILS, Finding.memorising(List.of(learned(1.1, course))).verdict());
    assertEquals(
        Finding.Verdict.FAILS,
        Finding.memorising(List.of(learned(0.5, course.subList(1, 2)))).verdict());
  }

  private static RunResult learned(double trainLoss, List<RunResult.Moment> course) {
    return new RunResult("key", 0.6, 1, 1, 0.1, Double.NaN, trainLoss, 1.2, 1, 1, course, 1);
  }
}
