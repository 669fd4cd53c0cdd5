package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.cli.report.PngImage;
import org.f2d2.data.Batch;
import org.f2d2.data.DataException;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageFile;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.Domain;
import org.f2d2.domain.image.ImageDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;
import org.f2d2.train.FitChoices;
import org.f2d2.train.ImageFitOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Images: IDX files, as MNIST has them, and those of CIFAR-10. */
final class ImageFiles implements DataKind {

  private static final int COLUMNS_OF_PICTURE = 10;

  /** Names that promise a format which images are not written in. */
  private static final Pattern OTHER_FORMATS =
      Pattern.compile(".*\\.(csv|tsv|npy|jpe?g|gif|bmp|webp|tiff?)(\\.gz)?");

  @Override
  public boolean reads(String data) {
    return ImageFile.isImages(Path.of(data));
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof ImageDomain;
  }

  /** Refuses a file of images where a model of rows is to read it. */
  static void refuse(String data) {
    if (ImageFile.isImages(Path.of(data))) {
      throw new DataException(data, "is a file of images, and the model is one of rows");
    }
  }

  @Override
  public FitChoices standard() {
    return ImageFitOptions.DEFAULT;
  }

  @Override
  public FitChoices options(
      FitChoices base, FitSettings settings, LabelsOption labels, CommandSpec spec) {
    return settings.imageOptions((ImageFitOptions) base, labels.file().isPresent());
  }

  @Override
  public List<String> contradicting(
      FitSettings settings, LabelsOption labels, FitChoices begun, CommandSpec spec) {
    ImageFitOptions own = (ImageFitOptions) begun;
    List<String> other =
        new ArrayList<>(
            settings.contradicting(one -> one.imageOptions(own, own.conditional()).equals(own)));
    if (labels.file().isPresent() && !own.conditional()) {
      other.add("--labels");
    }
    return other;
  }

  @Override
  public boolean takesTeacher() {
    return true;
  }

  @Override
  public Batch read(String data, FitSettings settings, LabelsOption labels) {
    if (!reads(data)) {
      throw new DataException(
          data, "a model of images needs a file of images, in IDX format or CIFAR-10's");
    }
    Path file = Path.of(data);
    Optional<Path> classes = labels.file();
    ImageSet images = ImageFile.read(file);
    return classes.isEmpty() || images.labelled() ? images : IdxFile.read(file, classes.get());
  }

  @Override
  public void sample(
      DensityModel model, Draw draw, IntFunction<SampleOptions> options, CommandSpec spec) {
    if (draw.output().equals("-") || draw.density()) {
      throw new ParameterException(
          spec.commandLine(),
          "images are written to a file, IDX or .png: give --output; score tells their density");
    }
    if (OTHER_FORMATS.matcher(draw.output().toLowerCase(Locale.ROOT)).matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "images are written as IDX, or all in one picture if the name ends in .png; give --output"
              + " another name than "
              + draw.output());
    }
    // One picture or one file holds all of them.
    ImageSet images = model.sample(draw.count(), options.apply(0)).images();
    Optional<Path> labels = draw.labels().file();
    if (labels.isPresent() && !images.labelled()) {
      throw new F2d2Exception("--labels needs a model of images given their class");
    }
    write(Path.of(draw.output()), labels, images);
  }

  /** Writes images: a picture of all where the name ends in .png, IDX otherwise. */
  private static void write(Path file, Optional<Path> labels, ImageSet images) {
    requireFolder(file);
    labels.ifPresent(ImageFiles::requireFolder);
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
}
