package org.f2d2.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.f2d2.Evaluation;
import org.f2d2.metric.RankingCurve;

/** An evaluation as one JSON object; its keys are a contract with other programs. */
final class EvaluationJson {

  private EvaluationJson() {}

  /** Writes it out. */
  static ObjectNode of(LabelledEvaluation evaluation) {
    Evaluation figures = evaluation.figures();
    ObjectNode root = Json.object();
    root.put("rows", figures.rows());
    root.put("dimensions", figures.dimensions());
    root.put("reference", figures.reference());
    Json.put(root, "mean_log_density_exact", figures.meanExact());
    if (evaluation.without() > 0) {
      root.put("rows_without_density", evaluation.without());
    }
    ObjectNode nfe = root.putObject("nfe");
    figures
        .few()
        .forEach(
            (k, few) -> {
              ObjectNode entry = few(few, nfe.putObject(Integer.toString(k)));
              RankingCurve ranking = evaluation.fewRanking().get(k);
              if (ranking != null) {
                label(entry, ranking);
              }
            });
    ObjectNode exact = root.putObject("exact");
    exact.put("network_evaluations", figures.exactEvaluations());
    Json.put(exact, "seconds", figures.exactSeconds());
    evaluation.exactRanking().ifPresent(ranking -> label(root, ranking));
    return root;
  }

  private static ObjectNode few(Evaluation.Few few, ObjectNode entry) {
    Json.put(entry, "mean_log_density", few.meanLogDensity());
    Json.put(entry, "mean_absolute_error", few.error().meanAbsoluteError());
    Json.put(entry, "max_absolute_error", few.error().maxAbsoluteError());
    Json.put(entry, "pearson", few.error().pearson());
    Json.put(entry, "error_bound_coverage", few.coverage());
    Json.put(entry, "seconds", few.seconds());
    Json.put(entry, "rows_per_second", few.rowsPerSecond());
    return entry;
  }

  private static void label(ObjectNode parent, RankingCurve ranking) {
    ObjectNode label = parent.putObject("label");
    label.put("auroc", ranking.auroc());
    label.put("average_precision", ranking.averagePrecision());
  }
}
