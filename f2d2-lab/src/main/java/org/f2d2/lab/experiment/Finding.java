package org.f2d2.lab.experiment;

import java.util.List;
import java.util.Locale;

/**
 * What an experiment says of one statement.
 *
 * @param statement what is claimed or expected
 * @param verdict whether the runs agree with it
 * @param detail the numbers behind the verdict
 */
public record Finding(String statement, Verdict verdict, String detail) {

  /** What the solver may leave where the floor is zero, in units of the data. */
  private static final double SOLVER_ERROR = 1e-3;

  /** Whether the runs agree. */
  public enum Verdict {
    /** They do. */
    HOLDS,
    /** They do not. */
    FAILS,
    /** They cannot tell: too few runs, or nothing above a floor. */
    OPEN
  }

  static Finding of(String statement, boolean holds, String detail) {
    return new Finding(statement, holds ? Verdict.HOLDS : Verdict.FAILS, detail);
  }

  static Finding open(String statement, String why) {
    return new Finding(statement, Verdict.OPEN, why);
  }

  /** W2 is at most K √err on every run. */
  static Finding bound(List<RunResult> runs) {
    String statement = "W2 ≤ K √err on every run";
    if (runs.isEmpty()) {
      return open(statement, "no run is finished");
    }
    long above = runs.stream().filter(r -> !(r.distance() <= r.bound())).count();
    double closest =
        runs.stream().mapToDouble(r -> r.bound() / r.distance()).min().orElse(Double.NaN);
    return of(
        statement,
        above == 0,
        String.format(
            Locale.ROOT,
            "%d of %d runs above; the bound is at least %.3g times W2",
            above,
            runs.size(),
            closest));
  }

  /** A fall with the rows that is no shallower than a power. */
  static Finding slope(String quantity, List<SampleComplexityReport.Slope> slopes, double power) {
    String statement = String.format(Locale.ROOT, "%s falls at least like n^%.2f", quantity, power);
    return slopes.stream()
        .filter(s -> s.quantity().equals(quantity))
        .findFirst()
        .map(s -> slope(statement, s.law(), power))
        .orElseGet(() -> open(statement, "fewer than three sizes are clear of the floor"));
  }

  private static Finding slope(String statement, PowerLaw law, double power) {
    return Double.isNaN(law.standardError())
        ? open(statement, "needs two seeds with all runs")
        : of(statement, law.fallsAtLeastLike(power), law.toString());
  }

  /** A term moves with its own factor and with no other. */
  static Finding term(ErrorTerms.Term term) {
    String statement =
        "the " + term.name() + " term moves with the " + name(term.own()) + " and nothing else";
    if (!term.change(term.own()).isJudged()) {
      return open(statement, "needs two seeds with all runs");
    }
    String also =
        term.alsoMovesWith().isEmpty()
            ? ""
            : "; moves with the "
                + String.join(
                    " and the ", term.alsoMovesWith().stream().map(Finding::name).toList())
                + " too";
    String own = term.movesWithItsOwn() ? "moves with its own factor" : "does not move with it";
    return of(statement, term.movesWithItsOwn() && also.isEmpty(), own + also);
  }

  static String name(ErrorTerms.Factor factor) {
    return factor.name().toLowerCase(Locale.ROOT);
  }

  /** Twice the steps take off less than a tenth of the error. */
  static Finding doubling(Estimate share) {
    String statement = "twice the steps change the error of the largest sample by less than 10 %";
    return Double.isNaN(share.mean())
        ? open(statement, "not measured")
        : of(
            statement,
            Math.abs(share.mean()) < 0.1,
            String.format(Locale.ROOT, "%.1f %% less", 100 * share.mean()));
  }

  /** At many rows the network decides and the rows do not. */
  static Finding floor(Estimate network, Estimate rows) {
    String statement = "at the most rows the error falls with the network and not with more rows";
    return network.isJudged() && rows.isJudged()
        ? of(
            statement,
            network.differsFromZero() && network.mean() < 0 && !rows.differsFromZero(),
            "smaller to usual network " + network + "; last step in rows " + rows)
        : open(statement, "needs two seeds with all runs");
  }

  /** The exact velocity leaves nothing but what two samples of the data are apart. */
  static Finding exactField(Estimate distance, Estimate floor) {
    String statement = "with the exact velocity W2 is at its floor";
    return Double.isNaN(floor.mean())
        ? open(statement, "not measured")
        : of(
            statement,
            distance.mean() <= Math.max(PowerLaw.CLEAR_OF_FLOOR * floor.mean(), SOLVER_ERROR),
            distance + " with a floor of " + floor);
  }

  /**
   * Rows learned by heart: the training loss passes the least possible and the error comes back.
   */
  static Finding memorising(List<RunResult> runs) {
    String statement =
        Design.MEMORISED_ROWS
            + " rows learned by heart: the training loss ends below the least possible one and the"
            + " error rises again";
    if (runs.isEmpty()) {
      return open(statement, "no run is finished");
    }
    double train = runs.stream().mapToDouble(RunResult::trainLoss).average().orElseThrow();
    double least = runs.stream().mapToDouble(RunResult::exactTestLoss).average().orElseThrow();
    double end = runs.stream().mapToDouble(RunResult::velocityError).average().orElseThrow();
    double best =
        runs.stream()
            .mapToDouble(
                r ->
                    r.course().stream()
                        .mapToDouble(RunResult.Moment::velocityError)
                        .min()
                        .orElse(Double.NaN))
            .average()
            .orElseThrow();
    return of(
        statement,
        train < least && end > best,
        String.format(
            Locale.ROOT,
            "training loss %.4g, least possible %.4g; error %.3g at its best, %.3g at the end",
            train,
            least,
            best,
            end));
  }
}
