package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.f2d2.lab.images.ImagePictures;
import org.f2d2.lab.images.ImagePictures.Grid;
import org.f2d2.lab.images.ImageResults;
import org.f2d2.lab.images.ImageResults.Guidance;
import org.f2d2.lab.images.ImageResults.Quality;

/** Samples of a model of images, what they are worth, and what self-guidance makes of them. */
final class ImageSampleSection {

  private static final List<String> DRAWN = List.of("velocity", "joint", "guided");
  private static final String TEACHER = "teacher";
  private static final String DASH = "–";

  private ImageSampleSection() {}

  static void add(Markup page, ImageResults results, ImagePictures pictures) {
    List<Grid> grids = pictures.grids().stream().filter(g -> g.images().count() > 0).toList();
    if (!grids.isEmpty() || !results.quality().isEmpty()) {
      page.raw("<section>").element("h2", "Samples");
      grids(page, grids);
      if (!results.quality().isEmpty()) {
        quality(page, results);
      }
      page.raw("</section>");
    }
    if (!results.guidance().isEmpty()) {
      guidance(page, results.guidance());
    }
  }

  /** A title with words beside it. */
  static void heading(Markup page, String element, String title, String note) {
    page.raw("<" + element + ">").text(title);
    if (!note.isEmpty()) {
      page.element("span", note);
    }
    page.raw("</" + element + ">");
  }

  private static void grids(Markup page, List<Grid> grids) {
    if (grids.isEmpty()) {
      return;
    }
    page.raw("<div class=\"pictures\">");
    for (Grid grid : grids) {
      int count = grid.images().count();
      String description = grid.title() + ": " + (count == 1 ? "one image" : count + " images");
      page.raw("<figure>");
      page.raw("<figcaption>").element("b", grid.title());
      if (!grid.note().isEmpty()) {
        page.element("span", grid.note());
      }
      page.raw("</figcaption>");
      page.raw(PngImage.grid(grid.images(), grid.columns()).element(description));
      page.raw("</figure>");
    }
    page.raw("</div>");
  }

  private static void quality(Markup page, ImageResults results) {
    List<List<String>> rows = new ArrayList<>();
    results.quality().forEach(q -> rows.add(cells(q.source(), q)));
    Quality real = results.realQuality();
    rows.add(
        List.of(
            "other real images",
            DASH,
            DASH,
            DASH,
            Figures.of(real.frechet()),
            Figures.percent(real.precision()),
            Figures.percent(real.recall())));
    page.table(
        List.of(
            "samples of",
            "evaluations",
            "forward passes",
            "backward passes",
            "Fréchet distance",
            "precision",
            "recall"),
        rows);
    frechet(page, results.quality());
    page.caption(
        Figures.count(results.samples())
            + " samples of each kind against test images. The features are those of a classifier"
            + " trained in this project, which names "
            + Figures.percent(results.classifierAccuracy())
            + " of the test images right, so these figures compare only among themselves and not"
            + " with Fréchet distances published elsewhere. The row of other real images is what the"
            + " features allow. Precision is the share of samples that lie among the real images,"
            + " recall the share of real images that lie among the samples. Evaluations are jumps of"
            + " the map, and the solver’s steps of the teacher; the passes are what a sample costs.");
  }

  private static List<String> cells(String source, Quality quality) {
    return List.of(
        source,
        Figures.count(quality.evaluations()),
        Figures.count(quality.forward()),
        Figures.count(quality.backward()),
        Figures.of(quality.frechet()),
        Figures.percent(quality.precision()),
        Figures.percent(quality.recall()));
  }

  private static void frechet(Markup page, List<Quality> all) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (String source : DRAWN) {
      List<Quality> some =
          all.stream()
              .filter(q -> q.source().equals(source))
              .sorted(Comparator.comparingInt(Quality::evaluations))
              .toList();
      if (!some.isEmpty()) {
        lines.add(
            new LineChart.Line(
                source,
                some.stream().mapToDouble(Quality::evaluations).toArray(),
                some.stream().mapToDouble(Quality::frechet).toArray(),
                false));
      }
    }
    double[] k =
        lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).distinct().sorted().toArray();
    all.stream()
        .filter(q -> q.source().equals(TEACHER))
        .max(Comparator.comparingInt(Quality::evaluations))
        .ifPresent(
            teacher -> {
              double[] y = new double[k.length];
              Arrays.fill(y, teacher.frechet());
              lines.add(
                  new LineChart.Line(
                      TEACHER + ", " + Figures.count(teacher.evaluations()) + " steps",
                      k,
                      y,
                      true));
            });
    if (k.length == 0) {
      return;
    }
    LineChart chart =
        new LineChart(
            Frame.CHART,
            "Fréchet distance of samples against the number of evaluations",
            "evaluations",
            "Fréchet distance",
            true,
            false,
            true);
    page.raw("<div class=\"charts\">");
    chart.figure(page, "Fréchet distance", "lower is better", lines);
    page.raw("</div>");
  }

  private static void guidance(Markup page, List<Guidance> sweep) {
    List<Guidance> sorted =
        sweep.stream().sorted(Comparator.comparingDouble(Guidance::learningRate)).toList();
    page.raw("<section>").element("h2", "Self-guidance");
    page.table(
        List.of(
            "learning rate",
            "evaluations",
            "forward passes",
            "backward passes",
            "Fréchet distance",
            "precision",
            "recall",
            "bits per dimension"),
        sorted.stream()
            .map(
                g -> {
                  List<String> row =
                      new ArrayList<>(cells(Figures.shortest(g.learningRate()), g.quality()));
                  row.add(Figures.fixed(g.bits(), 4));
                  return row;
                })
            .toList());
    page.raw("<div class=\"charts\">");
    draw(page, sorted, "Fréchet distance", "lower is better", g -> g.quality().frechet());
    draw(page, sorted, "Bits per dimension", "of the samples, by one evaluation", Guidance::bits);
    page.raw("</div>");
    page.caption(
        "One step changes the noise so that the model finds the sample likelier; the learning rate"
            + " is the displacement of each coordinate, and 0 is no guidance. Fewer bits do not"
            + " have to mean better samples: the distance says whether they are.");
    page.raw("</section>");
  }

  private static void draw(
      Markup page,
      List<Guidance> sweep,
      String title,
      String note,
      ToDoubleFunction<Guidance> value) {
    LineChart chart =
        new LineChart(
            Frame.CHART,
            title + " against the learning rate of self-guidance",
            "learning rate",
            title,
            /* logX= */ false,
            /* logY= */ false,
            /* marks= */ true,
            /* nought= */ false);
    page.figure(title, note);
    page.raw(
        chart.draw(
            List.of(
                new LineChart.Line(
                    title,
                    sweep.stream().mapToDouble(Guidance::learningRate).toArray(),
                    sweep.stream().mapToDouble(value).toArray(),
                    false))));
    page.raw("</figure>");
  }
}
