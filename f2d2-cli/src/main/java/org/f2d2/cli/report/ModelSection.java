package org.f2d2.cli.report;

import java.util.List;
import java.util.Locale;
import org.f2d2.ModelCard;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.train.Budget;
import org.f2d2.train.Curve;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;

/** How the model came about: training curves, warnings and provenance. */
final class ModelSection {

  private ModelSection() {}

  static void add(Markup page, ReportSource source, ModelCard card) {
    page.raw("<section>").element("h2", "Training");
    page.raw("<div class=\"charts three\">");
    for (Curve curve : card.curves()) {
      curve(page, curve);
    }
    page.raw("</div>");
    page.caption(
        "Running mean of each stage’s loss. The losses of different stages measure different things"
            + " and cannot be compared with one another.");
    page.raw("</section>");
    warnings(page, card);
    heldOut(page, card);
    provenance(page, source, card);
  }

  /** The model beside the cheap densities of the same rows. */
  private static void heldOut(Markup page, ModelCard card) {
    List<HeldOutLikelihood> all = card.provenance().heldOut();
    if (all.isEmpty()) {
      return;
    }
    page.raw("<section>").element("h2", "Beside cheap densities").raw("<div class=\"scroll\">");
    page.raw("<table class=\"facts\"><tbody>");
    for (HeldOutLikelihood one : all) {
      fact(
          page,
          one.density(),
          Figures.of(one.mean()) + " ± " + Figures.significant(one.standardError(), 2));
    }
    page.raw("</tbody></table></div>");
    page.caption(
        "Mean log-density of rows that neither saw, nats per row, with its standard error over"
            + " rows. The cheap densities know the columns as the model does, after its"
            + " preprocessing. The model begins with the best of them, so it should not end below by"
            + " more than chance.");
    page.raw("</section>");
  }

  private static void curve(Markup page, Curve curve) {
    double[] steps = curve.steps().stream().mapToDouble(Long::doubleValue).toArray();
    double[] losses = curve.losses().stream().mapToDouble(Double::doubleValue).toArray();
    LineChart chart =
        new LineChart(
            Frame.SMALL_CHART, "Loss of " + curve.stage(), "steps", "loss", false, false, false);
    page.raw("<figure><figcaption>").element("b", capital(curve.stage()));
    if (steps.length > 0) {
      page.element(
          "span",
          Figures.count((long) steps[steps.length - 1])
              + " steps, last loss "
              + Figures.of(losses[losses.length - 1]));
    }
    page.raw("</figcaption>");
    page.raw(chart.draw(List.of(new LineChart.Line(curve.stage(), steps, losses, false))));
    page.raw("</figure>");
  }

  private static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static void warnings(Markup page, ModelCard card) {
    if (card.warnings().isEmpty()) {
      return;
    }
    page.raw("<section>").element("h2", "Found in the training data").raw("<ul class=\"warn\">");
    card.warnings().forEach(warning -> page.element("li", warning));
    page.raw("</ul></section>");
  }

  private static void provenance(Markup page, ReportSource source, ModelCard card) {
    FittedFlow.Provenance origin = card.provenance();
    FitOptions options = origin.tableOptions();
    page.raw("<section>").element("h2", "Provenance").raw("<div class=\"scroll\">");
    page.raw("<table class=\"facts\"><tbody>");
    fact(page, "Method", card.method() + " – " + card.method().info().summary());
    fact(page, "Published in", card.method().info().papers());
    fact(page, "Columns", String.join(", ", source.model().columns()));
    fact(page, "Modelled dimensions", Integer.toString(card.dimensions()));
    fact(
        page,
        "Rows",
        Figures.count(origin.rows())
            + (origin.trainingRows() == origin.rows()
                ? ", all of which the closed form was fitted to; each was held out in turn for the"
                    + " p-values"
                : ", of which "
                    + Figures.count(origin.trainingRows())
                    + " trained the "
                    + (card.closedForm() ? "closed form" : "networks")));
    ReferenceDistribution calibrated = source.model().reference(source.model().usualNfe());
    fact(
        page,
        "Smallest p-value",
        Figures.significant(calibrated.smallestPValue(), 3)
            + ": "
            + Figures.count(calibrated.count())
            + " rows calibrated the model, and no row can be stranger than all of them");
    fact(
        page,
        "Log-densities",
        "in nats, of a density and not of a probability: above 0 where rows lie close together; in"
            + " another unit of a column they shift by a constant");
    fact(
        page,
        "Stated errors",
        "the distance to the model’s own exact value that 95 % of rows like the training rows stay"
            + " within; nothing is said about the distance to the truth");
    fact(page, "Data, SHA-256", origin.dataHash());
    fact(page, "Features", origin.features());
    fact(page, "Budget", budget(options.budget()));
    fact(page, "Plan in steps", origin.plan().toString());
    fact(page, "Seed", Long.toString(options.seed()));
    fact(page, "Workers", Integer.toString(options.workers()));
    fact(page, "Decorrelation", options.decorrelation().name().toLowerCase(Locale.ROOT));
    fact(page, "Steps skipped", origin.skippedSteps() + " with a loss that was not finite");
    fact(page, "Fit", "ended " + origin.created() + ", took " + Figures.seconds(origin.seconds()));
    fact(page, "Versions", String.join(", ", origin.versions()));
    fact(page, "Model format", Integer.toString(card.formatVersion()));
    fact(
        page,
        "This page",
        "measured with Java "
            + Runtime.version()
            + " on "
            + Runtime.getRuntime().availableProcessors()
            + " cores of "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    page.raw("</tbody></table></div></section>");
  }

  private static String budget(Budget budget) {
    if (budget instanceof Budget.Minutes minutes) {
      return Figures.of(minutes.minutes()) + " minutes";
    }
    if (budget instanceof Budget.Steps steps) {
      return Figures.count(steps.steps()) + " teacher steps";
    }
    if (budget instanceof Budget.Stages stages) {
      return stages.text().replace(",", ", ");
    }
    return budget.toString();
  }

  private static void fact(Markup page, String name, String value) {
    page.raw("<tr>").element("th", name).element("td", value).raw("</tr>");
  }
}
