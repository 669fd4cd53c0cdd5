package org.f2d2.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.f2d2.Evaluation;
import org.f2d2.metric.RankingCurve;

/** An evaluation as one JSON object; its keys are a contract with other programs. */
final class EvaluationJson {

  private EvaluationJson() {}

  /** Writes it out. */
  static Map<String, Object> of(LabelledEvaluation evaluation) {
    Evaluation figures = evaluation.figures();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("rows", figures.rows());
    root.put("dimensions", figures.dimensions());
    root.put("reference", figures.reference());
    root.put("mean_log_density_exact", figures.meanExact());
    if (evaluation.without() > 0) {
      root.put("rows_without_density", evaluation.without());
    }
    Map<Integer, Object> nfe = new LinkedHashMap<>();
    figures
        .few()
        .forEach(
            (k, few) -> {
              Map<String, Object> entry = few(few);
              RankingCurve ranking = evaluation.fewRanking().get(k);
              if (ranking != null) {
                entry.put("label", label(ranking));
              }
              nfe.put(k, entry);
            });
    root.put("nfe", nfe);
    Map<String, Object> exact = new LinkedHashMap<>();
    exact.put("network_evaluations", figures.exactEvaluations());
    exact.put("seconds", figures.exactSeconds());
    root.put("exact", exact);
    evaluation.exactRanking().ifPresent(ranking -> root.put("label", label(ranking)));
    return root;
  }

  private static Map<String, Object> few(Evaluation.Few few) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("mean_log_density", few.meanLogDensity());
    entry.put("mean_absolute_error", few.error().meanAbsoluteError());
    entry.put("max_absolute_error", few.error().maxAbsoluteError());
    entry.put("pearson", few.error().pearson());
    entry.put("error_bound_coverage", few.coverage());
    entry.put("seconds", few.seconds());
    entry.put("rows_per_second", few.rowsPerSecond());
    return entry;
  }

  private static Map<String, Double> label(RankingCurve ranking) {
    return Map.of("auroc", ranking.auroc(), "average_precision", ranking.averagePrecision());
  }
}
