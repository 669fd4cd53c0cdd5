package org.f2d2.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.DensityModel;
import org.f2d2.Evaluation;
import org.f2d2.lab.AnomalyRanking;
import org.f2d2.metric.RankingCurve;
import org.f2d2.score.Nfe;

/**
 * An evaluation together with what labels say about it.
 *
 * @param figures few-step values against exact ones
 * @param exactRanking of the exact log-density; empty without labels
 * @param fewRanking per number of evaluations; empty without labels
 * @param without rows that departed from a constant column and have no density
 */
public record LabelledEvaluation(
    Evaluation figures,
    Optional<RankingCurve> exactRanking,
    Map<Integer, RankingCurve> fewRanking,
    int without) {

  /**
   * Evaluates a model.
   *
   * @param model the model
   * @param rows its input
   * @param nfe numbers of evaluations
   */
  static LabelledEvaluation of(DensityModel model, LabelledRows rows, List<Integer> nfe) {
    int d = model.columns().size();
    boolean[] failed = new boolean[rows.values().length / d];
    if (model.canDepart()) {
      model.score(rows.values(), Nfe.ONE).failures().keySet().forEach(row -> failed[row] = true);
    }
    Evaluation figures = model.evaluate(rows.values(), nfe);
    int without = failed.length - figures.rows();
    if (rows.labels().isEmpty()) {
      return new LabelledEvaluation(figures, Optional.empty(), Map.of(), without);
    }
    boolean[] anomalies = Anomalies.of(rows.labels()).flags();
    Map<Integer, RankingCurve> few = new TreeMap<>();
    figures
        .few()
        .forEach(
            (k, f) -> few.put(k, AnomalyRanking.of(spread(f.logDensity(), failed), anomalies)));
    return new LabelledEvaluation(
        figures,
        Optional.of(AnomalyRanking.of(spread(figures.exact(), failed), anomalies)),
        few,
        without);
  }

  /** An evaluation of rows that all have a density, about which no labels say anything. */
  static LabelledEvaluation unlabelled(Evaluation figures) {
    return new LabelledEvaluation(figures, Optional.empty(), Map.of(), 0);
  }

  /** Values of the rows that have one, at their places among all rows; NaN at the others. */
  static double[] spread(double[] values, boolean[] failed) {
    double[] all = new double[failed.length];
    Arrays.fill(all, Double.NaN);
    int at = 0;
    for (int row = 0; row < all.length; row++) {
      if (!failed[row]) {
        all[row] = values[at++];
      }
    }
    return all;
  }
}
