package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.f2d2.Evaluation;
import org.f2d2.ModelCard;
import org.f2d2.score.Calibration;

/** Error, stated bound and time against the number of evaluations. */
final class AccuracySection {

  private AccuracySection() {}

  static void add(Markup page, Measurements measured, ModelCard card) {
    page.raw("<section>").element("h2", "Accuracy and time");
    page.raw("<div class=\"charts\">");
    error(page, measured, card);
    time(page, measured);
    page.raw("</div>");
    table(page, measured, card);
    Evaluation evaluation = measured.evaluation();
    page.caption(
        "Measured on "
            + Figures.count(evaluation.rows())
            + " "
            + measured.basis()
            + ". Errors are distances between log-densities, in nats: 0.1 nats is a density off by"
            + " about a tenth. The exact value is "
            + evaluation.reference()
            + ", "
            + Figures.count(evaluation.exactEvaluations())
            + " network evaluations a row. The bound was set on rows kept aside during the fit, so"
            + " that 95 % of rows like them stay within it; the column beside it counts how many"
            + " rows here did.");
    page.raw("</section>");
  }

  private static void error(Markup page, Measurements measured, ModelCard card) {
    double[] k = Measurements.SHOWN.stream().mapToDouble(Integer::doubleValue).toArray();
    List<LineChart.Line> lines = new ArrayList<>();
    lines.add(
        new LineChart.Line(
            "mean distance to the exact value",
            k,
            each(n -> few(measured, n).error().meanAbsoluteError()),
            false));
    lines.add(
        new LineChart.Line("stated bound, 95 % of rows", k, each(n -> bound(card, n)), false));
    if (!measured.truthErrors().isEmpty()) {
      Map<Integer, Double> truth = measured.truthErrors();
      lines.add(
          new LineChart.Line(
              "mean distance to the data’s density", k, each(n -> value(truth, n)), false));
      lines.add(
          new LineChart.Line(
              "the same of the exact value", k, each(n -> value(truth, Measurements.EXACT)), true));
    }
    LineChart chart =
        new LineChart(
            Frame.CHART,
            "Error against the number of network evaluations",
            "network evaluations per row",
            "nats",
            true,
            false,
            true);
    chart.figure(page, "Error", "lower is better", lines);
  }

  private static void time(Markup page, Measurements measured) {
    double[] k = Measurements.SHOWN.stream().mapToDouble(Integer::doubleValue).toArray();
    List<LineChart.Line> lines =
        List.of(
            new LineChart.Line(
                "few evaluations", k, each(n -> 1e6 * value(measured.rowSeconds(), n)), false),
            new LineChart.Line(
                "exact solver", k, each(n -> 1e6 * measured.exactRowSeconds()), true));
    LineChart chart =
        new LineChart(
            Frame.CHART,
            "Time per row against the number of network evaluations",
            "network evaluations per row",
            "µs per row",
            true,
            true,
            true);
    chart.figure(page, "Time per row", "lower is faster; each line up is ten times as long", lines);
  }

  private static void table(Markup page, Measurements measured, ModelCard card) {
    boolean truth = !measured.truthErrors().isEmpty();
    page.raw("<div class=\"scroll\"><table><thead><tr><th>evaluations</th><th>answered by</th>");
    page.raw("<th>mean distance<br>to exact, nats</th><th>largest<br>distance</th>");
    page.raw("<th>stated bound<br>95 %, nats</th><th>rows within<br>the bound</th>");
    page.raw("<th>drift of<br>the mean</th>");
    page.raw(truth ? "<th>mean distance to<br>the data’s density</th>" : "");
    page.raw("<th>time<br>per row</th><th>against<br>exact</th></tr></thead><tbody>");
    for (int k : Measurements.SHOWN) {
      Evaluation.Few few = few(measured, k);
      double seconds = value(measured.rowSeconds(), k);
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(k));
      cells.add(DensitySection.by(few.head()));
      cells.add(Figures.of(few.error().meanAbsoluteError()));
      cells.add(Figures.of(few.error().maxAbsoluteError()));
      cells.add("± " + Figures.of(bound(card, k)));
      cells.add(Figures.percent(few.coverage()));
      cells.add(Figures.of(few.error().bias()));
      if (truth) {
        cells.add(Figures.of(value(measured.truthErrors(), k)));
      }
      cells.add(Figures.seconds(seconds));
      cells.add(Figures.of(measured.exactRowSeconds() / seconds) + " ×");
      page.row(cells);
    }
    List<String> exact =
        new ArrayList<>(
            List.of("exact", card.closedForm() ? "closed form" : "ODE solver", "", "", "", "", ""));
    if (truth) {
      exact.add(Figures.of(value(measured.truthErrors(), Measurements.EXACT)));
    }
    exact.add(Figures.seconds(measured.exactRowSeconds()));
    exact.add("");
    page.row(exact);
    page.raw("</tbody></table></div>");
  }

  /** A figure for a number of evaluations. */
  private interface PerNfe {
    double of(int k);
  }

  private static double[] each(PerNfe figure) {
    return Measurements.SHOWN.stream().mapToDouble(figure::of).toArray();
  }

  private static Evaluation.Few few(Measurements measured, int k) {
    return Objects.requireNonNull(measured.evaluation().few().get(k));
  }

  private static double bound(ModelCard card, int k) {
    Calibration.Entry entry = new TreeMap<>(card.calibration().few()).get(k);
    return Objects.requireNonNull(entry).error().halfWidth();
  }

  private static double value(Map<Integer, Double> values, int k) {
    return Objects.requireNonNull(values.get(k));
  }
}
