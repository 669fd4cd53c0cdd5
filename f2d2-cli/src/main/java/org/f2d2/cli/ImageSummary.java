package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.f2d2.lab.images.ImageResults;
import org.f2d2.lab.images.ImageResults.Detection;
import org.f2d2.lab.images.ImageResults.Few;
import org.f2d2.lab.images.ImageResults.Likelihood;
import org.f2d2.lab.images.ImageResults.Quality;

/** The figures of a model of images as short tables. */
final class ImageSummary {

  private ImageSummary() {}

  /** Prints likelihoods, samples, images of another kind if any, and the teacher's terms. */
  static void print(ImageResults results, PrintWriter out) {
    likelihood(results.likelihood(), out);
    if (!results.quality().isEmpty()) {
      out.println();
      quality(results, out);
    }
    results
        .detection()
        .forEach(
            detection -> {
              out.println();
              detection(detection, out);
            });
    out.println();
    terms(results.likelihood(), out);
  }

  private static void likelihood(Likelihood likelihood, PrintWriter out) {
    TextTable table =
        new TextTable(
            List.of(
                "evaluations",
                "bits per dimension",
                "less the teacher's",
                "mean absolute error",
                "correlation",
                "within bound, %",
                "images/s"),
            6);
    likelihood.few().stream()
        .filter(Few::calibrated)
        .sorted(Comparator.comparingInt(Few::evaluations))
        .forEach(
            few ->
                table.row(
                    List.of(
                        Integer.toString(few.evaluations()),
                        fixed(few.mean()),
                        fixed(few.difference()),
                        fixed(few.meanAbsoluteError()),
                        fixed(few.pearson()),
                        percent(few.coverage()),
                        rate(few.secondsPerImage()))));
    table.row(
        List.of(
            "exact",
            fixed(likelihood.teacher()),
            "-",
            "-",
            "-",
            "-",
            rate(likelihood.secondsPerImage())));
    table.print(out);
  }

  private static void quality(ImageResults results, PrintWriter out) {
    TextTable table =
        new TextTable(
            List.of("samples of", "evaluations", "Fréchet distance", "precision, %", "recall, %"),
            4);
    for (Quality quality : results.quality()) {
      table.row(cells(quality.source(), Integer.toString(quality.evaluations()), quality));
    }
    table.row(cells("other real images", "-", results.realQuality()));
    table.print(out);
  }

  private static List<String> cells(String source, String evaluations, Quality quality) {
    return List.of(
        source,
        evaluations,
        number("%,.3f", quality.frechet()),
        percent(quality.precision()),
        percent(quality.recall()));
  }

  private static void detection(Detection detection, PrintWriter out) {
    TextTable table = new TextTable(List.of("score against " + detection.other(), "AUROC"), 1);
    detection.scores().forEach(s -> table.row(List.of(s.name(), fixed(s.auroc()))));
    table.print(out);
  }

  private static void terms(Likelihood likelihood, PrintWriter out) {
    double derivative = likelihood.derivativeTerm();
    out.printf(
        Locale.ROOT,
        "teacher, bits per dimension: model space %s %s derivative %s = %s (%,d images)%n",
        fixed(likelihood.modelTerm()),
        derivative < 0 ? "-" : "+",
        fixed(Math.abs(derivative)),
        fixed(likelihood.teacher()),
        likelihood.images());
  }

  private static String fixed(double value) {
    return number("%.4f", value);
  }

  private static String percent(double share) {
    return number("%.1f", 100 * share);
  }

  private static String rate(double secondsPerImage) {
    return number(secondsPerImage > 0.1 ? "%,.2f" : "%,.0f", 1 / secondsPerImage);
  }

  private static String number(String pattern, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, pattern, value);
  }
}
