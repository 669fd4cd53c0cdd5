package org.f2d2.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.cli.report.ImagePage;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.images.ImageStudy;
import org.f2d2.store.AtomicFile;
import org.f2d2.train.Budget;
import org.f2d2.train.ClassifierFit;
import org.f2d2.train.FitListener;
import org.f2d2.train.ImageFitOptions;

/**
 * Fashion-MNIST from files to a report: fetch, fit, measure. All of it is kept in a folder, and
 * what is there is not done again.
 */
final class ImageDemonstration {

  static final String NAME = "fashion-mnist";

  private static final int SAMPLES = 100;

  /** Below this the whole study would take longer than the fit. */
  private static final double SHORT_MINUTES = 15;

  private static final ImageStudy.Options SHORT =
      new ImageStudy.Options(50, 200, 32, 200, new ClassifierFit.Options(1000, 64, 2e-2));

  private final Path folder;
  private final Budget budget;
  private final Progress progress;

  ImageDemonstration(Path folder, Budget budget, Progress progress) {
    this.folder = folder;
    this.budget = budget;
    this.progress = progress;
  }

  /** Does what is not done yet, and says what was found. */
  void run(FitListener listener, PrintWriter out) {
    NamedImages images = NamedImages.FASHION_MNIST;
    new DataFetch(images, images.home(), DataFetch.Origins.of(images), progress::message).run();
    ImageSet training = images.training(images.home());
    ImageFitOptions standard = ImageFitOptions.DEFAULT;
    ImageFitOptions options =
        new ImageFitOptions(
            standard.method(),
            budget,
            standard.seed(),
            standard.workers(),
            standard.network(),
            standard.batch(),
            standard.teacherRate(),
            standard.studentRate(),
            standard.ema(),
            standard.heldOut(),
            false);
    try (DensityModel model =
        DensityModel.fit(training, options, folder.resolve("model"), true, listener)) {
      ImageStudy.Data data =
          new ImageStudy.Data(
              images.id(), training, images.test(images.home()), NamedImages.MNIST.id(), digits());
      String created = model.card().provenance().created().replaceAll("[^0-9]", "");
      ImageStudy study =
          new ImageStudy(
              model,
              data,
              brief() ? SHORT : ImageStudy.Options.DEFAULT,
              folder.resolve("study-" + created),
              listener);
      ImageStudy.Found found = study.run();
      write(model, found, out);
    }
  }

  private boolean brief() {
    return !(budget instanceof Budget.Minutes m && m.minutes() >= SHORT_MINUTES);
  }

  /** Images of another kind, if they are on this machine or can be fetched. */
  private Optional<ImageSet> digits() {
    NamedImages images = NamedImages.MNIST;
    try {
      new DataFetch(images, images.home(), DataFetch.Origins.of(images), progress::message).run();
      return Optional.of(images.test(images.home()));
    } catch (F2d2Exception e) {
      progress.message("without images of another kind: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void write(DensityModel model, ImageStudy.Found found, PrintWriter out) {
    IdxFile.write(
        folder.resolve("samples.idx3-ubyte"),
        model.sample(SAMPLES, org.f2d2.SampleOptions.DEFAULT).images());
    Path report = folder.resolve("report.html");
    try {
      AtomicFile.write(
          report, ImagePage.of(found.results(), found.pictures()).getBytes(StandardCharsets.UTF_8));
      AtomicFile.write(
          folder.resolve("results.json"),
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(found.results()));
    } catch (IOException e) {
      throw new F2d2Exception(folder + ": cannot be written: " + AtomicFile.reason(e), e);
    }
    progress.close();
    ImageSummary.print(found.results(), out);
    out.println();
    out.println("report: " + report.toAbsolutePath().normalize());
  }
}
