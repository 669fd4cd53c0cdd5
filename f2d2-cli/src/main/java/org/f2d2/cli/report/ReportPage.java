package org.f2d2.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.f2d2.ModelCard;
import org.f2d2.metric.RankingCurve;

/** A report as one HTML file that needs nothing else. */
public final class ReportPage {

  private ReportPage() {}

  /**
   * Lays a page out.
   *
   * @param source what the page is about
   * @param measured its figures
   * @return the file's content
   */
  public static String of(ReportSource source, Measurements measured) {
    ModelCard card = source.model().card();
    Markup page = new Markup();
    open(page, source.title() + " – F2D2 report");
    header(page, source, card);
    tiles(page, measured, card);
    DensitySection.add(page, source, measured);
    SampleSection.add(page, source, measured);
    AccuracySection.add(page, measured, card);
    LabelSection.add(page, measured);
    ModelSection.add(page, source, card);
    return close(page);
  }

  /** Everything before the content of a page. */
  static void open(Markup page, String title) {
    page.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">");
    page.element("title", title);
    page.raw("<style>" + style() + "</style></head>\n<body><main>");
  }

  /** Everything after it, and the whole page. */
  static String close(Markup page) {
    return page.raw("</main></body></html>\n").toString();
  }

  private static void header(Markup page, ReportSource source, ModelCard card) {
    page.raw("<header><p class=\"kicker\">F2D2 model report</p>");
    page.element("h1", source.title());
    page.element(
        "p",
        "lead",
        (card.closedForm() ? "A density in closed form of " : "A flow model of ")
            + columns(source.model().columns().size())
            + ", fitted to "
            + Figures.count(card.provenance().rows())
            + " rows in "
            + Figures.seconds(card.provenance().seconds())
            + (card.closedForm()
                ? ". One evaluation gives it exactly, and networks add nothing to it. Samples are drawn"
                    + " from it directly or, as on this page, by networks in one to eight"
                    + " evaluations."
                : " and distilled by "
                    + card.method().id()
                    + ", so that a log-density or a sample costs one to eight network"
                    + " evaluations."));
    page.raw("</header>");
  }

  private static String columns(int count) {
    return count == 1 ? "one column" : count + " columns";
  }

  private static void tiles(Markup page, Measurements measured, ModelCard card) {
    page.raw("<div class=\"tiles\">");
    double error =
        Objects.requireNonNull(measured.evaluation().few().get(1)).error().meanAbsoluteError();
    double bound = Objects.requireNonNull(card.calibration().few().get(1)).error().halfWidth();
    double seconds = Objects.requireNonNull(measured.rowSeconds().get(1));
    tile(
        page,
        Figures.of(error),
        "nats",
        "mean distance of one evaluation to the model’s exact log-density");
    tile(page, "± " + Figures.of(bound), "nats", "stated bound for 95 % of rows, one evaluation");
    if (card.closedForm()) {
      tile(page, Figures.seconds(seconds), "a row", "for a log-density, which is exact");
    } else {
      tile(
          page,
          Figures.significant(measured.exactRowSeconds() / seconds, 3) + " ×",
          "",
          "faster than the exact solver: " + Figures.seconds(seconds) + " a row");
    }
    Double truth = measured.truthErrors().get(1);
    if (truth != null) {
      tile(
          page,
          Figures.of(truth),
          "nats",
          "mean distance of one evaluation to the density that made the data");
    }
    measured
        .labels()
        .ifPresent(
            labels -> {
              RankingCurve first = Objects.requireNonNull(labels.few().get(1));
              tile(
                  page,
                  Figures.significant(first.auroc(), 4),
                  "AUROC",
                  "anomalies against normal rows, one evaluation");
            });
    measured
        .plane()
        .ifPresent(
            plane ->
                tile(
                    page,
                    Figures.significant(Objects.requireNonNull(plane.few().get(1)).integral(), 4),
                    "",
                    "integral of the one-evaluation density; 1 is right"));
    page.raw("</div>");
  }

  /** Adds one figure in large letters. */
  static void tile(Markup page, String figure, String unit, String meaning) {
    page.raw("<div class=\"tile\"><p class=\"figure\">").text(figure);
    if (!unit.isEmpty()) {
      page.raw(" ").element("small", unit);
    }
    page.raw("</p>").element("p", meaning).raw("</div>");
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      String style = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return style.replace("VIRIDIS_STOPS", Viridis.stops());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
