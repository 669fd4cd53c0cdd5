package org.f2d2.cli.report;

import java.util.List;
import java.util.Optional;
import org.f2d2.lab.images.ImagePictures;
import org.f2d2.lab.images.ImageResults;
import org.f2d2.lab.images.ImageResults.Few;
import org.f2d2.lab.images.ImageResults.Likelihood;
import org.f2d2.lab.images.ImageResults.Quality;

/** A model of images as one HTML file that needs nothing else. */
public final class ImagePage {

  private ImagePage() {}

  /**
   * Lays the page out. What the results or the pictures lack is left out, and a figure that is NaN
   * is a dash.
   *
   * @param results the figures
   * @param pictures the images
   * @return the file's content
   */
  public static String of(ImageResults results, ImagePictures pictures) {
    Markup page = new Markup();
    ReportPage.open(page, results.data() + " – images – F2D2");
    header(page, results);
    tiles(page, results);
    ImageBitsSection.add(page, results, pictures);
    ImageSampleSection.add(page, results, pictures);
    detection(page, results);
    return ReportPage.close(page);
  }

  /** What the model answers with at a number of evaluations, if that was measured. */
  static Optional<Few> answer(Likelihood likelihood, int evaluations) {
    return likelihood.few().stream()
        .filter(few -> few.calibrated() && few.evaluations() == evaluations)
        .findFirst();
  }

  /** A factor with its sign; a dash for NaN. */
  static String times(double factor) {
    return Double.isNaN(factor) ? Figures.of(factor) : Figures.of(factor) + " ×";
  }

  private static void header(Markup page, ImageResults results) {
    page.raw("<header><p class=\"kicker\">F2D2 model of images</p>");
    page.element("h1", results.data());
    page.element(
        "p",
        "lead",
        "A flow model of images of "
            + Figures.count(results.dimensions())
            + " numbers, fitted to "
            + Figures.count(results.trainingImages())
            + " images in "
            + Figures.seconds(results.fitSeconds())
            + " ("
            + results.plan()
            + "), so that the likelihood of an image or a sample costs one to eight network"
            + " evaluations.");
    page.raw("</header>");
  }

  private static void tiles(Markup page, ImageResults results) {
    Likelihood likelihood = results.likelihood();
    Optional<Few> one = answer(likelihood, 1);
    double seconds = one.map(Few::secondsPerImage).orElse(Double.NaN);
    page.raw("<div class=\"tiles\">");
    ReportPage.tile(
        page,
        Figures.significant(likelihood.teacher(), 4),
        "bits",
        "per dimension, the teacher’s mean over "
            + Figures.count(likelihood.images())
            + " test images");
    ReportPage.tile(
        page,
        Figures.of(one.map(Few::meanAbsoluteError).orElse(Double.NaN)),
        "bits",
        "per dimension, mean absolute error of one evaluation for an image");
    ReportPage.tile(
        page,
        times(likelihood.secondsPerImage() / seconds),
        "",
        "faster than the exact value: "
            + Figures.seconds(seconds)
            + " an image in place of "
            + Figures.seconds(likelihood.secondsPerImage()));
    ReportPage.tile(
        page,
        Figures.significant(one.map(Few::pearson).orElse(Double.NaN), 4),
        "",
        "correlation of one evaluation with the exact value, image by image");
    best(results, "joint")
        .ifPresent(
            joint ->
                ReportPage.tile(
                    page,
                    Figures.of(joint.frechet()),
                    "Fréchet",
                    "distance of the joint map’s samples at their best, "
                        + DensitySection.evaluations(joint.evaluations())
                        + best(results, "teacher")
                            .map(
                                teacher -> "; the teacher’s reach " + Figures.of(teacher.frechet()))
                            .orElse("")));
    page.raw("</div>");
  }

  private static Optional<Quality> best(ImageResults results, String source) {
    return results.quality().stream()
        .filter(quality -> quality.source().equals(source))
        .min((a, b) -> Double.compare(a.frechet(), b.frechet()));
  }

  private static void detection(Markup page, ImageResults results) {
    results
        .detection()
        .forEach(
            detection -> {
              double own = answer(results.likelihood(), 1).map(Few::mean).orElse(Double.NaN);
              page.raw("<section>").element("h2", "Images of another kind");
              page.table(
                  List.of("score", "AUROC"),
                  detection.scores().stream()
                      .map(s -> List.of(s.name(), Figures.fixed(s.auroc(), 4)))
                      .toList());
              page.caption(
                  Figures.count(detection.images())
                      + " images of "
                      + detection.other()
                      + " against as many of "
                      + results.data()
                      + ". AUROC is the probability that an image of the other kind scores higher;"
                      + " 0.5 is chance, and below it the score points the wrong way. By one"
                      + " evaluation the others have "
                      + Figures.significant(detection.otherBits(), 4)
                      + " bits per dimension on average, the model’s own kind "
                      + Figures.significant(own, 4)
                      + ".");
              page.raw("</section>");
            });
  }
}
