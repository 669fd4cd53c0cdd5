package org.f2d2.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A report in Markdown.
 *
 * @param report what it says
 */
record ReportText(SampleComplexityReport report) {

  String markdown() {
    return String.join("\n", head(), levels(), slopes(), terms(), networks(), heart(), findings());
  }

  private String head() {
    return String.format(
            Locale.ROOT,
            "Target %s in %d dimension%s, network %s, %d steps, %d of %d runs with %d seed%s.%n",
            report.target(),
            report.dimensions(),
            report.dimensions() == 1 ? "" : "s",
            report.network(),
            report.steps(),
            report.finished(),
            report.planned(),
            report.seeds(),
            report.seeds() == 1 ? "" : "s")
        + String.format(
            Locale.ROOT,
            "W2 of the exact velocity %s, no less than %s for any field.%n",
            report.exactDistance(),
            report.distanceFloor());
  }

  private String levels() {
    return table(
        List.of(
            "rows",
            "runs",
            "velocity error",
            "statistical term",
            "divergence error",
            "K",
            "W2",
            "K √err",
            "loss gap"),
        report.levels().stream()
            .map(
                l ->
                    List.of(
                        l.data(),
                        Integer.toString(l.runs()),
                        l.velocityError().toString(),
                        l.statistical().toString(),
                        l.divergenceError().toString(),
                        digits(l.lipschitz()),
                        l.distance().toString(),
                        digits(l.bound()),
                        l.gap().toString()))
            .toList());
  }

  private String slopes() {
    return table(
        List.of("exponent of", "slope"),
        report.slopes().stream().map(s -> List.of(s.quantity(), s.law().toString())).toList());
  }

  private String terms() {
    return table(
            List.of(
                "term",
                "velocity error",
                "network to " + report.smallNetwork(),
                "other rows",
                "more steps"),
            report.terms().terms().stream()
                .map(
                    t ->
                        List.of(
                            t.name(),
                            t.value().toString(),
                            change(t, ErrorTerms.Factor.NETWORK),
                            change(t, ErrorTerms.Factor.ROWS),
                            change(t, ErrorTerms.Factor.STEPS)))
                .toList())
        + String.format(
            Locale.ROOT,
            "%nStatistical: %d rows, other rows %d. Optimisation: %d rows, other rows %d. Bold is the"
                + " change with the term's own factor, * more than two standard errors.%n",
            report.fewRows(),
            many(),
            many(),
            report.fewRows());
  }

  private int many() {
    return report.levels().stream().mapToInt(SampleComplexityReport.Level::rows).max().orElse(0);
  }

  // Bold is the factor that the term belongs to, a star what moves it beyond two standard errors.
  private static String change(ErrorTerms.Term term, ErrorTerms.Factor factor) {
    Estimate change = term.change(factor);
    String text = change + (change.differsFromZero() ? " *" : "");
    return factor == term.own() ? "**" + text + "**" : text;
  }

  private String networks() {
    return table(
        List.of("network, new rows in each step, 4 times the steps", "velocity error"),
        report.networks().stream()
            .map(n -> List.of(n.network().toString(), n.velocityError().toString()))
            .toList());
  }

  private String heart() {
    return table(
        List.of(
            "steps on " + Design.MEMORISED_ROWS + " rows, all in each",
            "velocity error",
            "training loss",
            "exact velocity's"),
        report.memorising().stream()
            .map(
                m ->
                    List.of(
                        Long.toString(m.step()),
                        digits(m.velocityError()),
                        digits(m.trainLoss()),
                        digits(m.exactTrainLoss())))
            .toList());
  }

  private String findings() {
    return table(
            List.of("statement", "verdict", "numbers"),
            report.findings().stream()
                .map(
                    f ->
                        List.of(
                            f.statement(), f.verdict().name().toLowerCase(Locale.ROOT), f.detail()))
                .toList())
        + String.format(
            Locale.ROOT,
            "%nRank correlation of the errors of velocity and divergence over the grid: %s%n",
            digits(report.rankCorrelation()));
  }

  private static String table(List<String> head, List<List<String>> rows) {
    String rule = "|" + "---|".repeat(head.size());
    return row(head)
        + "\n"
        + rule
        + "\n"
        + rows.stream().map(r -> row(r) + "\n").collect(Collectors.joining());
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String digits(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4g", value);
  }
}
