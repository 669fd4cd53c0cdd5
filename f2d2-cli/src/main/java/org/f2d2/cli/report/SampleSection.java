package org.f2d2.cli.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Drawn rows beside rows of the data. */
final class SampleSection {

  private static final int POINTS = 2500;
  private static final int PAIR_POINTS = 1200;
  private static final int PAIR_COLUMNS = 4;
  private static final int DATA_COLOUR = 2;
  private static final int SAMPLE_COLOUR = 1;

  private SampleSection() {}

  static void add(Markup page, ReportSource source, Measurements measured) {
    List<String> columns = source.model().columns();
    if (columns.size() < 2) {
      return;
    }
    page.raw("<section>").element("h2", "Samples");
    if (columns.size() == 2) {
      plane(page, source, measured, columns);
    } else {
      pairs(page, source, measured, columns);
    }
    page.raw("</section>");
  }

  private static void plane(
      Markup page, ReportSource source, Measurements measured, List<String> columns) {
    double[] last = Objects.requireNonNull(measured.samples().get(8));
    double[] shown = source.data().map(ReportSource.Data::rows).orElse(last);
    Plane plane = Plane.around(shown, 2, 0, 1);
    PlanePlot plot = new PlanePlot(plane, columns.get(0), columns.get(1));
    int pictures = measured.samples().size() + (source.data().isPresent() ? 1 : 0);
    page.format("<div class=\"panels n%d\">", pictures);
    source
        .data()
        .ifPresent(data -> panel(page, plot, data.rows(), DATA_COLOUR, "Data", "held-out rows"));
    for (Map.Entry<Integer, double[]> drawn : measured.samples().entrySet()) {
      String title = DensitySection.evaluations(drawn.getKey());
      panel(page, plot, drawn.getValue(), SAMPLE_COLOUR, title, "rows drawn");
    }
    page.raw("</div>");
    page.caption(
        "Up to "
            + Figures.count(POINTS)
            + " rows in each picture, all drawn with the same seed by the flow map.");
  }

  private static void panel(
      Markup page, PlanePlot plot, double[] rows, int colour, String title, String subtitle) {
    page.figure(title, subtitle);
    page.raw(plot.points(rows, 2, 0, 1, POINTS, colour, title)).raw("</figure>");
  }

  private static void pairs(
      Markup page, ReportSource source, Measurements measured, List<String> columns) {
    int d = columns.size();
    int shown = Math.min(PAIR_COLUMNS, d);
    double[] drawn = Objects.requireNonNull(measured.samples().get(4));
    double[] normal = source.data().map(data -> data.normal(d)).orElse(drawn);
    page.raw("<div class=\"panels pairs\">");
    for (int y = 1; y < shown; y++) {
      for (int x = 0; x < y; x++) {
        Plane plane = Plane.around(normal, d, x, y);
        PlanePlot plot = new PlanePlot(plane, columns.get(x), columns.get(y));
        String pair = columns.get(x) + " and " + columns.get(y);
        page.raw("<figure class=\"pair\">").element("figcaption", pair);
        page.raw("<div class=\"two\">");
        if (source.data().isPresent()) {
          page.raw(plot.points(normal, d, x, y, PAIR_POINTS, DATA_COLOUR, "Data, " + pair));
        }
        page.raw(plot.points(drawn, d, x, y, PAIR_POINTS, SAMPLE_COLOUR, "Samples, " + pair));
        page.raw("</div></figure>");
      }
    }
    page.raw("</div><p class=\"legend\">");
    if (source.data().isPresent()) {
      page.raw("<span><i class=\"k2\"></i>held-out data");
      page.raw(source.data().get().labelled() ? ", normal rows</span>" : "</span>");
    }
    page.raw("<span><i class=\"k1\"></i>drawn with 4 evaluations</span></p>");
    page.caption(
        "Pairs of the first "
            + shown
            + " of "
            + d
            + " columns, "
            + Figures.count(PAIR_POINTS)
            + " rows in each picture, in the units of the columns.");
  }
}
