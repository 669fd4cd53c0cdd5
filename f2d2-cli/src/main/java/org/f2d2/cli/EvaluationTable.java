package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.f2d2.Evaluation;
import org.f2d2.metric.RankingCurve;

/** An evaluation as a table for people. */
final class EvaluationTable {

  private static final String NONE = "-";

  private EvaluationTable() {}

  /** Prints it; log-densities and errors are in nats. */
  static void print(LabelledEvaluation evaluation, PrintWriter out) {
    Evaluation figures = evaluation.figures();
    boolean labels = evaluation.exactRanking().isPresent();
    out.printf(
        Locale.ROOT,
        "%,d %s, %d modelled columns%n",
        figures.rows(),
        figures.rows() == 1 ? "row" : "rows",
        figures.dimensions());
    if (evaluation.without() > 0) {
      out.printf(
          Locale.ROOT,
          evaluation.without() == 1
              ? "%,d more row departs from a constant column and has no density%n"
              : "%,d more rows depart from a constant column and have no density%n",
          evaluation.without());
    }
    out.printf("exact: %s%n%n", figures.reference());
    List<String> head =
        new ArrayList<>(
            List.of(
                "nfe",
                "mean log-density",
                "mean |error|",
                "max |error|",
                "pearson",
                "within bound",
                "rows/s"));
    if (labels) {
      head.addAll(List.of("AUROC", "AP"));
    }
    TextTable table = new TextTable(head, head.size() - 1);
    figures.few().forEach((k, few) -> table.row(row(k, few, evaluation)));
    List<String> exact = new ArrayList<>();
    exact.add("exact (" + figures.exactEvaluations() + ")");
    exact.add(fixed(figures.meanExact(), 4));
    exact.addAll(List.of(NONE, NONE, NONE, NONE));
    exact.add(rate(figures.rows() / figures.exactSeconds()));
    evaluation.exactRanking().ifPresent(ranking -> add(exact, ranking));
    table.row(exact);
    table.print(out);
  }

  private static List<String> row(int k, Evaluation.Few few, LabelledEvaluation evaluation) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(k));
    cells.add(fixed(few.meanLogDensity(), 4));
    cells.add(fixed(few.error().meanAbsoluteError(), 4));
    cells.add(fixed(few.error().maxAbsoluteError(), 3));
    cells.add(fixed(few.error().pearson(), 4));
    cells.add(fixed(100 * few.coverage(), 1) + " %");
    cells.add(rate(few.rowsPerSecond()));
    RankingCurve ranking = evaluation.fewRanking().get(k);
    if (ranking != null) {
      add(cells, ranking);
    }
    return cells;
  }

  private static void add(List<String> cells, RankingCurve ranking) {
    cells.add(fixed(ranking.auroc(), 4));
    cells.add(fixed(ranking.averagePrecision(), 4));
  }

  private static String fixed(double value, int digits) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : NONE;
  }

  private static String rate(double rowsPerSecond) {
    return String.format(Locale.ROOT, rowsPerSecond < 10 ? "%.1f" : "%,.0f", rowsPerSecond);
  }
}
