package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.f2d2.DensityModel;
import org.f2d2.ImageModel;
import org.f2d2.Nfe;
import org.f2d2.data.DataException;
import org.f2d2.data.ImageSet;
import org.f2d2.data.RowReader;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.train.Calibration;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.FittedImages;
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

  /** Rows without which no p-value is as low as 0.01. */
  private static final int ROWS_OF_AN_ALARM = 99;

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

  @Option(
      names = "--resume",
      description =
          "Go on with an interrupted fit, with the options that it was begun with. Without one the"
              + " fit begins, and one that has ended is left as it is.")
  private boolean resume;

  @Option(
      names = "--force",
      description =
          "Begin anew where a model or an unfinished fit lies. The old model stays until the new one"
              + " is whole.")
  private boolean force;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    long start = System.nanoTime();
    if (config != null) {
      FitConfigFile.apply(config, spec, spec.commandLine().getParseResult());
    }
    if (resume && force) {
      throw new ParameterException(spec.commandLine(), "--resume and --force exclude each other");
    }
    if (ImageCommands.isImages(data)) {
      return fitImages();
    }
    if (teacher != null) {
      throw new ParameterException(spec.commandLine(), "--teacher is for images");
    }
    labels.refuseForTables(spec);
    // What is asked of a fit that goes on is said of that fit: of its method, for one.
    Optional<FitOptions> begun = resume ? DensityModel.begun(model.directory()) : Optional.empty();
    FitOptions asked = said(() -> settings.options(begun.orElse(FitOptions.DEFAULT)));
    FitPlace place = new FitPlace(model.directory(), FitPlace.Kind.ROWS, resume, force);
    place.requireFree();
    FitOptions options = begun.map(this::asBegun).orElse(asked);
    device.use();
    Table table = read();
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          this::tellInterrupted,
          (System.nanoTime() - start) / 1e9,
          listener -> {
            try (FitPlace.Taken taken = place.take();
                DensityModel fitted =
                    DensityModel.fit(table, options, model.directory(), resume, listener)) {
              taken.replaced().forEach(progress::message);
              progress.message(
                  "model of " + fitted.columns().size() + " columns in " + model.directory());
              progress.message(usualError(fitted));
              progress.message(smallestPValue(fitted.reference(fitted.usualNfe())));
              FittedFlow.Provenance from = fitted.card().provenance();
              progress.message(again(from.plan(), from.options().seed(), from.options().workers()));
            }
            return 0;
          });
    }
  }

  private FitOptions asBegun(FitOptions begun) {
    requireNoneOf(settings.contradicting(one -> one.options(begun).equals(begun)));
    return begun;
  }

  private ImageFitOptions asBegun(ImageFitOptions begun) {
    List<String> other =
        new ArrayList<>(
            settings.contradicting(
                one -> one.imageOptions(begun, begun.conditional()).equals(begun)));
    if (labels.file().isPresent() && !begun.conditional()) {
      other.add("--labels");
    }
    requireNoneOf(other);
    return begun;
  }

  private void requireNoneOf(List<String> contradicting) {
    if (!contradicting.isEmpty()) {
      throw new F2d2Exception(
          model.directory()
              + ": the fit was begun with another "
              + String.join(", ", contradicting)
              + "; leave that out to go on with it, or begin anew with --force");
    }
  }

  /** How near to the exact value the model answers where a user asks for nothing. */
  private static String usualError(DensityModel fitted) {
    if (fitted.card().closedForm()) {
      return "the model is a closed form, which one evaluation gives exactly";
    }
    Nfe usual = fitted.usualNfe();
    Calibration.Entry entry =
        usual instanceof Nfe.Jumps jumps
            ? fitted.card().calibration().few().get(jumps.count())
            : null;
    return entry == null
        ? "score answers exactly"
            + (fitted.conditional()
                ? ""
                : ", for few evaluations are further than 0.1 √d nats from that")
        : String.format(
            Locale.ROOT,
            "score answers by --nfe %s: %.2g nats from the exact value in the mean",
            usual,
            entry.meanAbsoluteError());
  }

  /** How the same model is fitted again. */
  private static String again(Record plan, long seed, int workers) {
    return "the same command with --steps "
        + FitOptions.Stages.of(plan).text()
        + " --seed "
        + seed
        + " --workers "
        + workers
        + " repeats this fit; leave out --minutes, and give another directory or --force";
  }

  private int fitImages() {
    Optional<ImageFitOptions> begun =
        resume ? ImageModel.begun(model.directory()) : Optional.empty();
    ImageFitOptions asked =
        said(
            () ->
                settings.imageOptions(
                    begun.orElse(ImageFitOptions.DEFAULT), labels.file().isPresent()));
    FitPlace place = new FitPlace(model.directory(), FitPlace.Kind.IMAGES, resume, force);
    place.requireFree();
    ImageFitOptions options = begun.map(this::asBegun).orElse(asked);
    device.use();
    ImageSet images = ImageCommands.read(data, labels.file());
    Optional<ImageModel> taught = Optional.ofNullable(teacher).map(ImageModel::load);
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          this::tellInterrupted,
          listener -> {
            try (FitPlace.Taken taken = place.take();
                ImageModel fitted =
                    ImageModel.fit(images, options, model.directory(), resume, taught, listener)) {
              taken.replaced().forEach(progress::message);
              progress.message(
                  "model of images of "
                      + fitted.fitted().format().height()
                      + " x "
                      + fitted.fitted().format().width()
                      + " pixels in "
                      + model.directory());
              Calibration.Entry usual = usual(fitted.fitted().calibration());
              if (Double.isInfinite(usual.error().halfWidth())) {
                progress.message(
                    "its answers have no stated error: that takes 20 calibration images, of 400");
              }
              progress.message(smallestPValue(usual.reference()));
              FittedImages.Provenance from = fitted.fitted().provenance();
              progress.message(again(from.plan(), from.options().seed(), from.options().workers()));
            }
            return 0;
          });
    } finally {
      taught.ifPresent(ImageModel::close);
    }
  }

  /** Images are scored by one evaluation, where that gives a density. */
  private static Calibration.Entry usual(Calibration calibration) {
    return calibration.few().getOrDefault(1, calibration.exact());
  }

  private static String smallestPValue(ReferenceDistribution calibrated) {
    return "the smallest p-value it can give is 1/"
        + (calibrated.count() + 1)
        + ", since "
        + calibrated.count()
        + " rows calibrated it"
        + (calibrated.count() < ROWS_OF_AN_ALARM ? "; an alarm at 0.01 takes 99" : "");
  }

  private <T> T said(Supplier<T> options) {
    try {
      return options.get();
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
    } catch (DataException e) {
      String message = String.valueOf(e.getMessage());
      throw message.endsWith("is not a number")
          ? new F2d2Exception(message + "; --ignore leaves a column of words out", e)
          : e;
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
