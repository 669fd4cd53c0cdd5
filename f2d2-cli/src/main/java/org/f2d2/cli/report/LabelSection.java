package org.f2d2.cli.report;

import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.metric.RankingCurve;

/** How far labelled anomalies stand off from normal rows. */
final class LabelSection {

  private LabelSection() {}

  static void add(Markup page, Measurements measured) {
    measured.labels().ifPresent(labels -> add(page, labels));
  }

  private static void add(Markup page, Measurements.Labels labels) {
    page.raw("<section>").element("h2", "Anomalies");
    page.raw("<div class=\"charts\">").figure("Log-densities", "one evaluation a row");
    List<Histogram.Group> groups =
        List.of(
            new Histogram.Group("normal rows", group(labels, false)),
            new Histogram.Group("anomalies", group(labels, true)));
    page.raw(new Histogram("Distribution of log-densities", "log-density, nats").draw(groups));
    page.raw("<p class=\"legend\">");
    for (int g = 0; g < groups.size(); g++) {
      page.format("<span><i class=\"k%d\"></i>", g + 1);
      page.text(groups.get(g).name() + " (" + Figures.count(groups.get(g).values().length) + ")");
      page.raw("</span>");
    }
    page.raw("</p></figure>").figure("Ranking", "1 is perfect, 0.5 is chance");
    table(page, labels);
    page.raw("</figure></div>");
    page.caption(
        "Rows rank by minus their log-density. AUROC is the probability that an anomaly ranks above"
            + " a normal row. In the chart each group is shown as shares of its own rows; what lies"
            + " beyond the left end is counted there.");
    page.raw("</section>");
  }

  private static void table(Markup page, Measurements.Labels labels) {
    page.raw("<div class=\"scroll\"><table><thead><tr><th>evaluations</th><th>rows</th>");
    page.raw("<th>AUROC</th><th>average<br>precision</th></tr></thead><tbody>");
    labels.few().forEach((k, curve) -> row(page, Integer.toString(k), curve));
    labels.subset().ifPresent(curve -> row(page, "1, fewer rows", curve));
    labels.exact().ifPresent(curve -> row(page, "exact, the same rows", curve));
    page.raw("</tbody></table></div>");
  }

  private static void row(Markup page, String name, RankingCurve curve) {
    page.row(
        List.of(
            name,
            Figures.count(curve.positives() + curve.negatives()),
            Figures.significant(curve.auroc(), 4),
            Figures.significant(curve.averagePrecision(), 4)));
  }

  private static double[] group(Measurements.Labels labels, boolean anomalies) {
    return IntStream.range(0, labels.anomalies().length)
        .filter(i -> labels.anomalies()[i] == anomalies)
        .mapToDouble(i -> labels.logDensity()[i])
        .toArray();
  }
}
