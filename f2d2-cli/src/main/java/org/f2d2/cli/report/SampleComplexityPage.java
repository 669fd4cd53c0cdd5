package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.f2d2.lab.experiment.ErrorTerms;
import org.f2d2.lab.experiment.Estimate;
import org.f2d2.lab.experiment.Finding;
import org.f2d2.lab.experiment.PowerLaw;
import org.f2d2.lab.experiment.SampleComplexityReport;
import org.f2d2.lab.experiment.SampleComplexityReport.Level;

/** The sample-complexity experiment as one HTML file that needs nothing else. */
public final class SampleComplexityPage {

  private final SampleComplexityReport report;
  private final Markup page = new Markup();
  private final List<Level> levels;
  private final double[] rows;

  private SampleComplexityPage(SampleComplexityReport report) {
    this.report = report;
    this.levels = report.levels().stream().filter(l -> l.rows() > 0 && l.runs() > 0).toList();
    this.rows = values(Level::rows);
  }

  /**
   * Lays the page out.
   *
   * @param report what it shows
   * @return the file's content
   */
  public static String of(SampleComplexityReport report) {
    return new SampleComplexityPage(report).layOut();
  }

  private String layOut() {
    ReportPage.open(page, report.target() + " – sample complexity – F2D2");
    page.raw("<header><p class=\"kicker\">F2D2 experiment</p>");
    page.element("h1", "Sample complexity of flow matching");
    page.element(
        "p",
        "lead",
        String.format(
            Locale.ROOT,
            "Target %s in %d dimension%s, network %s, %,d training steps. %d of %d runs are done,"
                + " with up to %d seeds. %s.",
            report.target(),
            report.dimensions(),
            report.dimensions() == 1 ? "" : "s",
            report.network(),
            report.steps(),
            report.finished(),
            report.planned(),
            report.seeds(),
            report.machine()));
    page.raw("</header>");
    findings();
    page.raw("<section>").element("h2", "Against the number of rows").raw("<div class=\"charts\">");
    velocityError();
    distance();
    divergence();
    gap();
    page.raw("</div>");
    slopes();
    page.raw("</section>");
    terms();
    page.raw("<section>").element("h2", "Network and memory").raw("<div class=\"charts\">");
    networks();
    memorising();
    page.raw("</div></section>");
    return ReportPage.close(page);
  }

  private void findings() {
    page.raw("<section>").element("h2", "Findings");
    page.table(
        List.of("statement", "verdict", "numbers"),
        report.findings().stream().map(SampleComplexityPage::cells).toList());
    page.raw("</section>");
  }

  private static List<String> cells(Finding finding) {
    return List.of(
        finding.statement(), finding.verdict().name().toLowerCase(Locale.ROOT), finding.detail());
  }

  private void velocityError() {
    List<LineChart.Line> lines = new ArrayList<>();
    lines.add(line("velocity error", values(l -> l.velocityError().mean())));
    lines.add(line("statistical term", values(l -> l.statistical().mean())));
    lines.add(reference("new rows in each step", fresh().velocityError().mean()));
    lines.add(fall("n^-1/2", -0.5, lines.get(0).y()));
    draw("Velocity error", "mean of |v̂ - v|²", "rows", "squared error", lines);
  }

  private void distance() {
    List<LineChart.Line> lines = new ArrayList<>();
    lines.add(line("W2", values(l -> l.distance().mean())));
    lines.add(line("bound K √err", values(Level::bound)));
    lines.add(reference("exact velocity", report.exactDistance().mean()));
    lines.add(fall("n^-1/4", -0.25, lines.get(0).y()));
    draw("Distance of the samples", "and its bound", "rows", "W2", lines);
  }

  private void divergence() {
    List<LineChart.Line> lines =
        List.of(
            line("divergence error", values(l -> l.divergenceError().mean())),
            reference("new rows in each step", fresh().divergenceError().mean()));
    draw(
        "Divergence error",
        String.format(
            Locale.ROOT,
            "mean of (div v̂ - div v)²; rank correlation with the velocity error %s",
            Figures.of(report.rankCorrelation())),
        "rows",
        "squared error",
        lines);
  }

  private void gap() {
    draw(
        "Loss on fresh rows less loss on training rows",
        "same noise and times for both",
        "rows",
        "difference of losses",
        List.of(line("gap", values(l -> l.gap().mean()))));
  }

  private void slopes() {
    page.table(
        List.of("exponent of", "slope", "standard error", "95 % of the draws", "rows"),
        report.slopes().stream()
            .map(
                s -> {
                  PowerLaw law = s.law();
                  return List.of(
                      s.quantity(),
                      Figures.of(law.exponent()),
                      Figures.of(law.standardError()),
                      Figures.of(law.low()) + " to " + Figures.of(law.high()),
                      Figures.count(law.firstRows()) + " to " + Figures.count(law.lastRows()));
                })
            .toList());
    page.caption(
        "Least squares of logarithms on the sizes whose mean is more than 1.5 times the floor; the"
            + " uncertainty is that of drawing the seeds anew. Shallower than -1/2 or -1/4 would"
            + " contradict the upper bounds, steeper does not.");
  }

  private void terms() {
    page.raw("<section>").element("h2", "The three terms of the error");
    List<List<String>> cells = new ArrayList<>();
    for (ErrorTerms.Term term : report.terms().terms()) {
      List<String> row = new ArrayList<>(List.of(term.name(), term.value().toString()));
      for (ErrorTerms.Factor factor : ErrorTerms.Factor.values()) {
        Estimate change = term.change(factor);
        row.add(change + (change.differsFromZero() ? " *" : ""));
      }
      cells.add(row);
    }
    page.table(
        List.of(
            "term",
            "velocity error",
            "change with network " + report.smallNetwork(),
            "with other rows",
            "with more steps"),
        cells);
    page.caption(
        "Approximation: on new rows, 4 times the steps. Statistical: "
            + Figures.count(report.fewRows())
            + " rows less new rows. Optimisation: the largest sample less the same with 8 times the"
            + " steps. A star marks a change of more than two standard errors.");
    page.raw("</section>");
  }

  private void networks() {
    page.figure("Networks on new rows", "4 times the steps");
    page.table(
        List.of("network", "velocity error"),
        report.networks().stream()
            .map(n -> List.of(n.network().toString(), n.velocityError().toString()))
            .toList());
    page.raw("</figure>");
  }

  private void memorising() {
    List<SampleComplexityReport.Memorising> moments = report.memorising();
    double[] steps =
        moments.stream().mapToDouble(SampleComplexityReport.Memorising::step).toArray();
    double[] least = new double[steps.length];
    Arrays.fill(least, report.leastLoss().mean());
    draw(
        "Few rows learned by heart",
        "all rows in each step, new noise and times",
        "steps",
        "squared error",
        List.of(
            line("velocity error", moments, SampleComplexityReport.Memorising::velocityError),
            line("training loss", moments, SampleComplexityReport.Memorising::trainLoss),
            new LineChart.Line("least possible loss on all data", steps, least, true)));
  }

  private Level fresh() {
    return report.levels().get(report.levels().size() - 1);
  }

  private double[] values(ToDoubleFunction<Level> value) {
    return levels.stream().mapToDouble(value).toArray();
  }

  private LineChart.Line line(String name, double[] y) {
    return new LineChart.Line(name, rows, y, false);
  }

  private static LineChart.Line line(
      String name,
      List<SampleComplexityReport.Memorising> moments,
      ToDoubleFunction<SampleComplexityReport.Memorising> value) {
    return new LineChart.Line(
        name,
        moments.stream().mapToDouble(SampleComplexityReport.Memorising::step).toArray(),
        moments.stream().mapToDouble(value).toArray(),
        false);
  }

  private LineChart.Line reference(String name, double value) {
    double[] y = new double[rows.length];
    Arrays.fill(y, value);
    return new LineChart.Line(name, rows, y, true);
  }

  /** A power of the rows through the first value. */
  private LineChart.Line fall(String name, double power, double[] values) {
    double[] y = new double[rows.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = values[0] * Math.pow(rows[i] / rows[0], power);
    }
    return new LineChart.Line(name, rows, y, true);
  }

  private void draw(
      String title, String note, String xTitle, String yTitle, List<LineChart.Line> lines) {
    LineChart chart =
        new LineChart(Frame.CHART, title, xTitle, yTitle, /* logX= */ true, /* logY= */ true, true);
    chart.figure(page, title, note, lines);
  }
}
