package org.f2d2.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.f2d2.DensityModel;
import org.f2d2.Evaluation;
import org.f2d2.data.LabeledTable;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.metric.RankingCurve;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/**
 * Anomaly detection on a table with labels: half of the normal rows train the model; the other half
 * and all anomalies are ranked by minus their log-density.
 */
public final class AnomalyBenchmark {

  /**
   * What was measured.
   *
   * @param table name of the file
   * @param rows rows of the test part
   * @param anomalies of these
   * @param auroc per number of evaluations; 0 is the exact value
   * @param averagePrecision likewise
   * @param drift largest distance of a mean few-step value of normal test rows from the mean exact
   *     one, nats
   * @param coverage share of normal test rows within the bound of one evaluation
   * @param fitSeconds wall time of the fit
   */
  public record Result(
      String table,
      int rows,
      int anomalies,
      Map<Integer, Double> auroc,
      Map<Integer, Double> averagePrecision,
      double drift,
      double coverage,
      double fitSeconds) {}

  private AnomalyBenchmark() {}

  /**
   * Fits and ranks.
   *
   * @param file with a header
   * @param labelColumn 1 marks an anomaly
   * @param seed of the division of the normal rows
   */
  public static Result run(
      Path file, String labelColumn, FitOptions options, long seed, FitListener listener) {
    LabeledTable labelled = TableFile.read(file, labelColumn);
    Table table = labelled.table();
    List<Integer> normal = new ArrayList<>();
    List<Integer> anomalous = new ArrayList<>();
    for (int r = 0; r < table.rows(); r++) {
      (labelled.labels().get(r).equals("1") ? anomalous : normal).add(r);
    }
    Split split = Split.of(normal.size(), 0.5, seed);
    Table train = table.rows(pick(normal, split.train()));
    double[] normalTest = table.rows(pick(normal, split.heldOut())).values();
    double[] anomalyTest = table.rows(anomalous.stream().mapToInt(i -> i).toArray()).values();
    long start = System.nanoTime();
    try (DensityModel model = DensityModel.fit(train, options, listener)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      Evaluation onNormal = model.evaluate(normalTest, AccuracyBenchmark.EVALUATIONS);
      Evaluation onAnomalies = model.evaluate(anomalyTest, AccuracyBenchmark.EVALUATIONS);
      Map<Integer, Double> auroc = new TreeMap<>();
      Map<Integer, Double> precision = new TreeMap<>();
      put(0, onNormal.exact(), onAnomalies.exact(), auroc, precision);
      double drift = 0;
      double coverage = Double.NaN;
      for (Map.Entry<Integer, Evaluation.Few> e : onNormal.few().entrySet()) {
        Evaluation.Few anomalies = onAnomalies.few().getOrDefault(e.getKey(), e.getValue());
        put(e.getKey(), e.getValue().logDensity(), anomalies.logDensity(), auroc, precision);
        drift = Math.max(drift, Math.abs(e.getValue().meanLogDensity() - onNormal.meanExact()));
        coverage = e.getKey() == 1 ? e.getValue().coverage() : coverage;
      }
      return new Result(
          String.valueOf(file.getFileName()),
          onNormal.rows() + onAnomalies.rows(),
          onAnomalies.rows(),
          auroc,
          precision,
          drift,
          coverage,
          seconds);
    }
  }

  private static void put(
      int k,
      double[] normal,
      double[] anomalies,
      Map<Integer, Double> auroc,
      Map<Integer, Double> precision) {
    double[] all = DoubleStream.concat(Arrays.stream(normal), Arrays.stream(anomalies)).toArray();
    RankingCurve curve = AnomalyRanking.of(all, AnomalyRanking.behind(normal.length, all.length));
    auroc.put(k, curve.auroc());
    precision.put(k, curve.averagePrecision());
  }

  private static int[] pick(List<Integer> rows, int[] indices) {
    return Arrays.stream(indices).map(rows::get).toArray();
  }

  /** One row of a Markdown table per result, under a head. */
  public static String markdown(List<Result> results) {
    StringBuilder text =
        new StringBuilder(
            "| table | test rows | anomalies | AUROC exact | AUROC k = 1/2/4/8 | average precision"
                + " exact | k = 1 | drift | coverage | fit s |\n"
                + "|---|---|---|---|---|---|---|---|---|---|\n");
    for (Result r : results) {
      String few =
          r.auroc().entrySet().stream()
              .filter(e -> e.getKey() > 0)
              .map(e -> String.format(Locale.ROOT, "%.4f", e.getValue()))
              .collect(Collectors.joining(" / "));
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %.4f | %s | %.4f | %.4f | %.3f | %.3f | %.0f |%n",
              r.table(),
              r.rows(),
              r.anomalies(),
              r.auroc().get(0),
              few,
              r.averagePrecision().get(0),
              r.averagePrecision().get(1),
              r.drift(),
              r.coverage(),
              r.fitSeconds()));
    }
    return text.toString();
  }
}
