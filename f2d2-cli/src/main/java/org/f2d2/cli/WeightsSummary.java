package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.energy.weights.ParetoTail;

/**
 * What {@code f2d2 weights} says, for programs and for people.
 *
 * @param weights of the rows that have one
 * @param leftOut how many rows have none
 * @param density how the log-density was found: a number of evaluations, exact, or column NAME
 * @param comparison of few evaluations with exact ones, if it was asked for
 */
record WeightsSummary(
    ImportanceWeights weights, int leftOut, String density, Optional<Comparison> comparison) {

  /**
   * Log-densities by few evaluations beside exact ones, and what that makes of the weights.
   *
   * @param rows how many were compared
   * @param nfe the few evaluations
   * @param meanDifference mean of the log-weights by few minus the exact ones, nats
   * @param sdDifference its standard deviation over the rows, nats; NaN for one row
   * @param few weights by few evaluations
   * @param exact exact weights of the same rows
   */
  record Comparison(
      int rows,
      String nfe,
      double meanDifference,
      double sdDifference,
      ImportanceWeights few,
      ImportanceWeights exact) {}

  /** As a tree of values; its keys are a contract with other programs. */
  Map<String, Object> json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("rows", weights.count());
    root.put("rows_left_out", leftOut);
    root.put("density", density);
    root.put("ess", weights.effectiveSize());
    root.put("ess_share", weights.effectiveShare());
    root.put("ess_share_error", error());
    root.put("ess_share_clipped", clipped());
    root.put("ess_share_tail", weights.tailShare());
    root.put("log_z", weights.logNormaliser());
    root.put("log_z_error", weights.logNormaliserError());
    root.put("pareto_k", weights.tail().map(ParetoTail::shape).orElse(Double.NaN));
    root.put("log_weight_sd", weights.logWeightDeviation());
    root.put("largest_weight", weights.largest());
    root.put("warnings", weights.warnings());
    comparison.ifPresent(
        found -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("rows", found.rows());
          entry.put("nfe", found.nfe());
          entry.put("log_weight_difference_mean", found.meanDifference());
          entry.put("log_weight_difference_sd", found.sdDifference());
          entry.put("ess_share", found.few().effectiveShare());
          entry.put("ess_share_exact", found.exact().effectiveShare());
          root.put("compare", entry);
        });
    return root;
  }

  /** Prints it for people. */
  void print(PrintWriter out) {
    line(out, "weights", String.format(Locale.ROOT, "%,d", weights.count()));
    line(out, "log-density", density);
    line(out, "ESS", figure(weights.effectiveSize()));
    line(out, "ESS/N", figure(weights.effectiveShare()) + " ± " + figure(error()));
    line(
        out,
        "  clipped",
        String.format(
            Locale.ROOT,
            "%s, the largest %.1f %% of the weights lowered to the next; biased",
            figure(clipped()),
            100 * ImportanceWeights.USUAL_CLIP));
    line(out, "  by the tail", figure(weights.tailShare()) + ", for very many rows");
    line(
        out,
        "log Z",
        String.format(
            Locale.ROOT,
            "%.4f ± %s",
            weights.logNormaliser(),
            figure(weights.logNormaliserError())));
    line(
        out,
        "Pareto k",
        weights
            .tail()
            .map(
                tail ->
                    String.format(
                        Locale.ROOT, "%.2f, of the %,d largest", tail.shape(), tail.size()))
            .orElse("-"));
    line(out, "sd of log w", figure(weights.logWeightDeviation()));
    line(out, "largest weight", figure(weights.largest()));
    comparison.ifPresent(
        found ->
            line(
                out,
                "nfe " + found.nfe() + ", exact",
                String.format(
                    Locale.ROOT,
                    "log w differs by %s in the mean, sd %s; ESS/N %s, exact %s (%,d rows)",
                    figure(found.meanDifference()),
                    figure(found.sdDifference()),
                    figure(found.few().effectiveShare()),
                    figure(found.exact().effectiveShare()),
                    found.rows())));
    weights.warnings().forEach(warning -> line(out, "warning", warning));
  }

  private double error() {
    return weights.effectiveShare() * weights.effectiveShareError();
  }

  private double clipped() {
    return weights.clippedSize(ImportanceWeights.USUAL_CLIP) / weights.count();
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf(Locale.ROOT, "%-16s%s%n", name, value);
  }

  private static String figure(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "-";
  }
}
