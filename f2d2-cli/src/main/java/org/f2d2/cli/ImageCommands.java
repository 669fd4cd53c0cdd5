package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.f2d2.ImageModel;
import org.f2d2.ImageScores;
import org.f2d2.StreamScoring;
import org.f2d2.cli.report.PngImage;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.DataException;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageFile;
import org.f2d2.data.ImageSet;
import org.f2d2.score.Nfe;
import org.f2d2.store.AtomicFile;

/** What the commands do where data or model are about images. */
final class ImageCommands {

  static final List<String> COLUMNS =
      List.of("log_density", "log_density_error", "p_value", "nfe", "bits_per_dimension");

  private static final int COLUMNS_OF_PICTURE = 10;

  /** Images that are scored at a time. */
  private static final int BATCH = 500;

  private ImageCommands() {}

  /** Whether what a command was given is a file of images. */
  static boolean isImages(String data) {
    return ImageFile.isImages(Path.of(data));
  }

  /** Refuses a file of images where a model of rows is to read it. */
  static void refuse(String data) {
    if (isImages(data)) {
      throw new DataException(data, "is a file of images, and the model is one of rows");
    }
  }

  /**
   * The images of a file.
   *
   * @param labels file of their classes, if there is one
   */
  static ImageSet read(String data, Optional<Path> labels) {
    if (!isImages(data)) {
      throw new DataException(
          data, "a model of images needs a file of images, in IDX format or CIFAR-10's");
    }
    Path file = Path.of(data);
    ImageSet images = ImageFile.read(file);
    return labels.isEmpty() || images.labelled() ? images : IdxFile.read(file, labels.get());
  }

  /**
   * Writes images: a picture of all where the name ends in .png, IDX otherwise.
   *
   * @param labels where their classes go, if anywhere
   */
  static void write(Path file, Optional<Path> labels, ImageSet images) {
    requireFolder(file);
    labels.ifPresent(ImageCommands::requireFolder);
    labels.ifPresent(l -> IdxFile.writeLabels(l, images));
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      IdxFile.write(file, images);
      return;
    }
    try {
      AtomicFile.write(file, PngImage.grid(images, COLUMNS_OF_PICTURE).bytes());
    } catch (IOException e) {
      throw new DataException(file.toString(), "cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  private static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new DataException(file.toString(), "cannot be written: there is no folder " + folder);
    }
  }

  /**
   * Writes one line per image.
   *
   * @param source what the images are called in a complaint
   * @param strict whether the first image without a density ends the work
   * @return how many have none
   */
  static long score(
      ImageModel model,
      ImageSet images,
      String source,
      Nfe nfe,
      boolean strict,
      String output,
      Progress progress) {
    try (CsvRowWriter writer =
        CsvRowWriter.open(output, StandardOutput.stream(), COLUMNS, StreamScoring.textColumns())) {
      progress.stage("scoring", images.count(), "images");
      double[] cells = new double[COLUMNS.size()];
      long failed = 0;
      for (int from = 0; from < images.count(); from += BATCH) {
        int to = Math.min(images.count(), from + BATCH);
        ImageScores scores = model.score(images.range(from, to), nfe);
        for (int i = 0; i < to - from; i++) {
          cells[0] = scores.logDensity()[i];
          cells[1] = StreamScoring.stated(scores.errorBound()[i]);
          cells[2] = scores.pValue()[i];
          cells[3] = scores.nfe();
          cells[4] = scores.bits()[i].total();
          String error = scores.failures().getOrDefault(i, "");
          if (strict && !error.isEmpty()) {
            throw DataException.inRow(source, from + i + 1L, error);
          }
          writer.writeRow(cells, error);
        }
        failed += scores.failures().size();
        progress.step(to, Double.NaN);
      }
      writer.finish();
      return failed;
    }
  }
}
