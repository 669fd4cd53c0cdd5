package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.f2d2.cli.report.Measurements;
import org.f2d2.metric.RankingCurve;
import org.jspecify.annotations.Nullable;

/** The figures of a demonstration as a short table. */
final class DemoSummary {

  private DemoSummary() {}

  /** Prints one line per number of evaluations, and one for the exact value. */
  static void print(Measurements measured, PrintWriter out) {
    boolean truth = !measured.truthErrors().isEmpty();
    List<String> head = new ArrayList<>(List.of("evaluations", "error to exact, nats"));
    if (truth) {
      head.add("error to the data's density, nats");
    }
    if (measured.labels().isPresent()) {
      head.add("AUROC");
    }
    head.add("rows/s");
    TextTable table = new TextTable(head, head.size() - 1);
    for (int k : Measurements.SHOWN) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(k));
      cells.add(
          fixed(
              Objects.requireNonNull(measured.evaluation().few().get(k))
                  .error()
                  .meanAbsoluteError()));
      if (truth) {
        cells.add(fixed(Objects.requireNonNull(measured.truthErrors().get(k))));
      }
      measured.labels().ifPresent(labels -> cells.add(fixed(auroc(labels.few().get(k)))));
      cells.add(rate(1 / Objects.requireNonNull(measured.rowSeconds().get(k))));
      table.row(cells);
    }
    List<String> exact = new ArrayList<>(List.of("exact", "-"));
    if (truth) {
      exact.add(fixed(Objects.requireNonNull(measured.truthErrors().get(Measurements.EXACT))));
    }
    measured
        .labels()
        .ifPresent(
            labels ->
                exact.add(labels.exact().map(curve -> fixed(curve.auroc()) + " *").orElse("-")));
    exact.add(rate(1 / measured.exactRowSeconds()));
    table.row(exact);
    table.print(out);
    measured
        .labels()
        .flatMap(Measurements.Labels::exact)
        .ifPresent(curve -> tellSubset(curve, measured, out));
  }

  private static void tellSubset(RankingCurve exact, Measurements measured, PrintWriter out) {
    double fast =
        measured
            .labels()
            .flatMap(Measurements.Labels::subset)
            .map(RankingCurve::auroc)
            .orElse(Double.NaN);
    out.printf(
        Locale.ROOT,
        "* on %,d rows, where one evaluation reaches %s%n",
        exact.positives() + exact.negatives(),
        fixed(fast));
  }

  private static double auroc(@Nullable RankingCurve curve) {
    return Objects.requireNonNull(curve).auroc();
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String rate(double rowsPerSecond) {
    return String.format(Locale.ROOT, "%,.0f", rowsPerSecond);
  }
}
