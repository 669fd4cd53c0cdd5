package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.ImageModel;
import org.f2d2.data.DataException;
import org.f2d2.data.ImageSet;
import org.f2d2.data.RowReader;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitOptions;
import org.f2d2.train.ImageFitOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fits a model to a table. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits a model to the rows of a table and stores it in a directory.",
      "A teacher is trained first, then distilled, then calibrated on rows it has not seen. All rows"
          + " are used, whatever their label: to learn what is normal, give only normal rows.",
      "A file of images, in the IDX format of MNIST or that of CIFAR-10, gives a model of images, whose log-densities are"
          + " also told in bits per dimension."
    })
final class FitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DATA",
      description = "CSV, gzipped CSV, .npy or IDX; - is standard input.")
  private String data = "";

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private FitSettings settings = new FitSettings();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private LabelsOption labels = new LabelsOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with the options of this command as keys; the command line wins.")
  private @Nullable Path config;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "Take the teacher of that model of the same images; for images.")
  private @Nullable Path teacher;

  @Option(names = "--resume", description = "Go on with an interrupted fit.")
  private boolean resume;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    if (config != null) {
      FitConfigFile.apply(config, spec, spec.commandLine().getParseResult());
    }
    if (ImageCommands.isImages(data)) {
      return fitImages();
    }
    if (teacher != null) {
      throw new ParameterException(spec.commandLine(), "--teacher is for images");
    }
    labels.refuseForTables(spec);
    FitOptions options = options();
    device.use();
    Table table = read();
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          this::tellInterrupted,
          listener -> {
            try (DensityModel fitted =
                DensityModel.fit(table, options, model.directory(), resume, listener)) {
              progress.message(
                  "model of " + fitted.columns().size() + " columns in " + model.directory());
              progress.message(smallestPValue(fitted.card().calibration().exact().reference()));
            }
            return 0;
          });
    }
  }

  private int fitImages() {
    ImageFitOptions options;
    try {
      options = settings.imageOptions(labels.file().isPresent());
    } catch (F2d2Exception e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    device.use();
    ImageSet images = ImageCommands.read(data, labels.file());
    Optional<ImageModel> taught = Optional.ofNullable(teacher).map(ImageModel::load);
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          this::tellInterrupted,
          listener -> {
            try (ImageModel fitted =
                ImageModel.fit(images, options, model.directory(), resume, taught, listener)) {
              progress.message(
                  "model of images of "
                      + fitted.fitted().format().height()
                      + " x "
                      + fitted.fitted().format().width()
                      + " pixels in "
                      + model.directory());
              progress.message(smallestPValue(fitted.fitted().calibration().exact().reference()));
            }
            return 0;
          });
    } finally {
      taught.ifPresent(ImageModel::close);
    }
  }

  private static String smallestPValue(ReferenceDistribution calibrated) {
    return "the smallest p-value it can give is 1/"
        + (calibrated.count() + 1)
        + ", since "
        + calibrated.count()
        + " rows calibrated it";
  }

  private FitOptions options() {
    try {
      return settings.options();
    } catch (F2d2Exception e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private Table read() {
    try (RowReader reader = TableFile.open(data, System.in)) {
      if (settings.label() != null) {
        reader.labelColumn(settings.label());
      }
      reader.select(kept(reader));
      return TableFile.readAll(reader, 1);
    }
  }

  // Ignored columns are not parsed, so they may hold anything.
  private List<String> kept(RowReader reader) {
    List<String> kept = new ArrayList<>(reader.columns());
    for (String name : settings.ignore()) {
      if (!kept.remove(name)) {
        throw new DataException(reader.source(), "there is no column '" + name + "' to ignore");
      }
    }
    if (kept.isEmpty()) {
      throw new DataException(reader.source(), "no column is left for the model");
    }
    return kept;
  }

  private void tellInterrupted(FitInterrupted interrupted) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("f2d2: " + interrupted.getMessage());
    err.flush();
  }
}
