package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.comparison.MethodComparison.Figures;
import org.f2d2.metric.GridIntegral;
import org.f2d2.score.Nfe;

/** Densities and samples of compared methods side by side, as one HTML file. */
public final class ComparisonPage {

  private static final List<Integer> SHOWN = List.of(1, 4);
  private static final int SIDE = 120;
  private static final int POINTS = 2000;
  private static final int COLOUR = 1;

  private ComparisonPage() {}

  /**
   * What is shown of one data set.
   *
   * @param density in two dimensions
   * @param figures one for each method
   * @param models where the model of a method is found
   */
  public record Part(TestDensity density, List<Figures> figures, Models models) {}

  /** Finds the model of a method. */
  @FunctionalInterface
  public interface Models {
    /** The model, which the caller closes. */
    DensityModel of(Figures figures);
  }

  /** Lays the page out. */
  public static String of(List<Part> parts) {
    Markup page = new Markup();
    ReportPage.open(page, "F2D2 comparison of methods");
    page.raw("<header>").element("h1", "Methods side by side").raw("</header>");
    for (Part part : parts) {
      add(page, part);
    }
    return ReportPage.close(page);
  }

  private static void add(Markup page, Part part) {
    double[] box = part.density().box();
    Plane plane = new Plane(box[0], box[1], box[2], box[3]);
    PlanePlot plot = new PlanePlot(plane, "x0", "x1");
    GridIntegral grid = new GridIntegral(box[0], box[1], box[2], box[3], SIDE, SIDE);
    double[] truth = densities(part.density().logDensity(grid.points()));
    double top = PlaneDensities.top(truth);
    page.raw("<section>").element("h2", part.density().name());
    page.raw("<div class=\"panels n3\">");
    figure(page, "the density that made the rows", plot.density(truth, SIDE, top, "true density"));
    page.raw("</div>");
    for (Figures figures : part.figures()) {
      page.element("h3", figures.method());
      if (!figures.succeeded()) {
        page.element("p", "failed: " + figures.failure());
        continue;
      }
      page.raw("<div class=\"panels n3\">");
      try (DensityModel model = part.models().of(figures)) {
        for (int k : SHOWN) {
          double[] values = densities(model.score(grid.points(), new Nfe.Jumps(k)).logDensity());
          double error = Objects.requireNonNull(figures.nfe().get(k)).meanAbsoluteError();
          figure(
              page,
              DensitySection.evaluations(k)
                  + ": "
                  + org.f2d2.cli.report.Figures.of(error)
                  + " nats off",
              plot.density(values, SIDE, top, figures.method() + ", density"));
        }
        double[] rows = model.sample(POINTS, new SampleOptions(Nfe.ONE, false, false, 1)).rows();
        figure(
            page,
            "samples of one evaluation",
            plot.points(rows, 2, 0, 1, POINTS, COLOUR, figures.method() + ", samples"));
      }
      page.raw("</div>");
    }
    page.raw("</section>");
  }

  private static void figure(Markup page, String caption, String picture) {
    page.raw("<figure>").element("figcaption", caption).raw(picture).raw("</figure>");
  }

  private static double[] densities(double[] log) {
    return Arrays.stream(log).map(Math::exp).toArray();
  }
}
