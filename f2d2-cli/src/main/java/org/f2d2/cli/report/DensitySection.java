package org.f2d2.cli.report;

import java.util.List;
import java.util.Map;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;

/** Densities of a two-column model side by side. */
final class DensitySection {

  private DensitySection() {}

  static void add(Markup page, ReportSource source, Measurements measured) {
    measured
        .plane()
        .ifPresent(
            plane ->
                add(page, source.model().columns(), plane, source.model().card().calibration()));
  }

  private static void add(
      Markup page, List<String> columns, PlaneDensities plane, Calibration calibration) {
    PlanePlot plot = new PlanePlot(plane.plane(), columns.get(0), columns.get(1));
    double top = plane.top();
    page.raw("<section>").element("h2", "Density");
    int pictures = plane.few().size() + (plane.truth().isPresent() ? 2 : 1);
    page.format("<div class=\"panels n%d\">", pictures);
    plane.truth().ifPresent(truth -> panel(page, plot, truth, top, "The data’s density", ""));
    panel(page, plot, plane.exact(), top, "Exact", "the model’s own ODE");
    for (Map.Entry<Integer, PlaneDensities.Grid> few : plane.few().entrySet()) {
      int k = few.getKey();
      Calibration.Entry entry = calibration.few().get(k);
      String head = entry == null ? "" : "by " + by(entry.head());
      panel(page, plot, few.getValue(), top, evaluations(k), head);
    }
    page.raw("</div><p class=\"scale\"><span>0</span><i></i><span>");
    page.text(Figures.of(top) + " per unit of area").raw("</span></p>");
    page.caption(
        "Probability density over "
            + columns.get(0)
            + " (across) and "
            + columns.get(1)
            + " (upwards), all pictures on one colour scale. The integral is taken over the"
            + " rectangle shown; a density that keeps all of its mass inside has 1. The log-density head answers with one evaluation, however"
            + " many are allowed; the flow map takes as many jumps as there are evaluations.");
    page.raw("</section>");
  }

  private static void panel(
      Markup page,
      PlanePlot plot,
      PlaneDensities.Grid grid,
      double top,
      String title,
      String subtitle) {
    page.figure(title, subtitle);
    page.raw(plot.density(grid.density(), grid.side(), top, "Density, " + title));
    page.element("p", "note", "integral " + Figures.significant(grid.integral(), 4));
    page.raw("</figure>");
  }

  static String evaluations(int k) {
    return k == 1 ? "1 evaluation" : k + " evaluations";
  }

  static String by(Head head) {
    return switch (head) {
      case DIVERGENCE -> "the flow map";
      case LOG_DENSITY -> "the log-density head";
    };
  }
}
