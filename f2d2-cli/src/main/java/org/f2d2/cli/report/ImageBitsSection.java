package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.f2d2.lab.images.ImagePictures;
import org.f2d2.lab.images.ImagePictures.ScoredImages;
import org.f2d2.lab.images.ImageResults;
import org.f2d2.lab.images.ImageResults.Few;
import org.f2d2.lab.images.ImageResults.Likelihood;

/** Bits per dimension of a model of images, on average and image by image. */
final class ImageBitsSection {

  private static final int DECIMALS = 4;
  private static final int MOST_POINTS = 2000;
  private static final String DASH = "–";

  private ImageBitsSection() {}

  static void add(Markup page, ImageResults results, ImagePictures pictures) {
    bits(page, results.likelihood());
    images(page, pictures);
  }

  private static void bits(Markup page, Likelihood likelihood) {
    page.raw("<section>").element("h2", "Bits per dimension");
    terms(page, likelihood);
    table(page, likelihood);
    page.raw("<div class=\"charts\">");
    scatter(page, likelihood);
    means(page, likelihood);
    page.raw("</div>");
    page.caption(
        "Measured on "
            + Figures.count(likelihood.images())
            + " test images; fewer bits mean a likelier image. The exact value is the teacher’s own,"
            + " with a standard error over its random probes of "
            + Figures.of(likelihood.standardError())
            + " bits per dimension for one image. Errors are those of single images. The bound was"
            + " set on images kept aside during the fit, so that 95 % of images like them stay"
            + " within it; the column beside it counts how many images here did. A star marks the"
            + " way that the model answers with.");
    page.raw("</section>");
  }

  private static void terms(Markup page, Likelihood likelihood) {
    double derivative = likelihood.derivativeTerm();
    page.raw("<p class=\"terms\">");
    term(page, likelihood.modelTerm(), "log-density in model space");
    page.text(derivative < 0 ? " − " : " + ");
    term(page, Math.abs(derivative), "derivative of the way there");
    page.text(" = ");
    term(page, likelihood.teacher(), "bits per dimension, the teacher’s mean");
    page.raw("</p>");
  }

  private static void term(Markup page, double value, String meaning) {
    page.element("b", Figures.fixed(value, DECIMALS)).raw(" ").element("small", meaning);
  }

  private static void table(Markup page, Likelihood likelihood) {
    List<List<String>> rows = new ArrayList<>();
    likelihood.few().stream()
        .sorted(Comparator.comparingInt(Few::evaluations))
        .forEach(
            few ->
                rows.add(
                    List.of(
                        Figures.count(few.evaluations()),
                        few.head() + (few.calibrated() ? " *" : ""),
                        Figures.fixed(few.mean(), DECIMALS),
                        Figures.fixed(few.difference(), DECIMALS),
                        Figures.fixed(few.meanAbsoluteError(), DECIMALS),
                        Figures.fixed(few.pearson(), DECIMALS),
                        Double.isNaN(few.bound()) ? DASH : "± " + Figures.of(few.bound()),
                        Figures.percent(few.coverage()),
                        Figures.seconds(few.secondsPerImage()),
                        ImagePage.times(likelihood.secondsPerImage() / few.secondsPerImage()))));
    rows.add(
        List.of(
            Figures.count(likelihood.evaluations()),
            "teacher, exact",
            Figures.fixed(likelihood.teacher(), DECIMALS),
            DASH,
            DASH,
            DASH,
            DASH,
            DASH,
            Figures.seconds(likelihood.secondsPerImage()),
            DASH));
    rows.add(
        List.of(
            DASH,
            "Gaussian base",
            Figures.fixed(likelihood.gaussian(), DECIMALS),
            Figures.fixed(likelihood.gaussian() - likelihood.teacher(), DECIMALS),
            DASH,
            DASH,
            DASH,
            DASH,
            DASH,
            DASH));
    page.table(
        List.of(
            "evaluations",
            "way",
            "bits",
            "less the teacher’s",
            "mean absolute error",
            "correlation",
            "bound, 95 %",
            "within it",
            "time per image",
            "speed-up"),
        rows);
  }

  private static void scatter(Markup page, Likelihood likelihood) {
    int count = Math.min(MOST_POINTS, likelihood.exact().length);
    boolean all = count == likelihood.exact().length;
    String chart =
        new ScatterChart(
                Frame.CHART,
                "Bits per dimension of each image by one evaluation against the exact value",
                "exact, bits per dimension",
                "one evaluation, bits per dimension",
                true)
            .draw(
                Arrays.copyOf(likelihood.exact(), count), Arrays.copyOf(likelihood.fast(), count));
    page.figure(
        "Image by image", (all ? "" : "the first ") + Figures.count(count) + " test images");
    page.raw(chart);
    page.raw("<p class=\"legend\"><span><i class=\"k1\"></i>one evaluation</span>");
    page.raw("<span><i class=\"k2 dash\"></i>no error</span></p></figure>");
  }

  private static void means(Markup page, Likelihood likelihood) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (String head : likelihood.few().stream().map(Few::head).distinct().toList()) {
      List<Few> few =
          likelihood.few().stream()
              .filter(f -> f.head().equals(head))
              .sorted(Comparator.comparingInt(Few::evaluations))
              .toList();
      lines.add(
          new LineChart.Line(
              head,
              few.stream().mapToDouble(Few::evaluations).toArray(),
              few.stream().mapToDouble(Few::mean).toArray(),
              false));
    }
    double[] k =
        likelihood.few().stream().mapToDouble(Few::evaluations).distinct().sorted().toArray();
    double[] teacher = new double[k.length];
    Arrays.fill(teacher, likelihood.teacher());
    lines.add(new LineChart.Line("teacher", k, teacher, true));
    LineChart chart =
        new LineChart(
            Frame.CHART,
            "Mean bits per dimension against the number of network evaluations",
            "network evaluations per image",
            "bits per dimension",
            /* logX= */ true,
            /* logY= */ false,
            /* marks= */ true,
            /* nought= */ false);
    chart.figure(page, "Mean", "closer to the teacher’s is better", lines);
  }

  private static void images(Markup page, ImagePictures pictures) {
    List<ScoredImages> shown =
        pictures.scored().stream().filter(group -> group.images().count() > 0).toList();
    if (shown.isEmpty()) {
      return;
    }
    page.raw("<section>").element("h2", "Per-image likelihood");
    shown.forEach(group -> group(page, group));
    page.caption("Bits per dimension: the exact value, and that of one evaluation below.");
    page.raw("</section>");
  }

  private static void group(Markup page, ScoredImages group) {
    ImageSampleSection.heading(page, "h3", group.title(), group.note());
    page.raw("<div class=\"shots\">");
    for (int i = 0; i < group.images().count(); i++) {
      String description = group.title() + ", image " + (i + 1);
      page.raw("<figure>");
      page.raw(PngImage.grid(group.images().range(i, i + 1), 1).element(description));
      page.raw("<figcaption>");
      page.element("span", "exact " + Figures.significant(group.exactBits()[i], 4));
      page.element("span", "fast " + Figures.significant(group.fastBits()[i], 4));
      page.raw("</figcaption></figure>");
    }
    page.raw("</div>");
  }
}
