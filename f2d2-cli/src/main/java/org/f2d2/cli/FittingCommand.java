package org.f2d2.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.data.Batch;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.score.Calibration;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FittedFlow;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A fit on the command line, whatever it is of. */
abstract class FittingCommand implements Callable<Integer> {

  /** Rows without which no p-value is as low as 0.01. */
  private static final int ROWS_OF_AN_ALARM = 99;

  @Spec private CommandSpec spec = CommandSpec.create();

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
      description =
          "Take the teacher of that model of the same rows; for images and configurations.")
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
    DataKind kind = kind();
    if (teacher != null && !kind.takesTeacher()) {
      throw new ParameterException(
          spec.commandLine(), "--teacher is for images and configurations");
    }
    if (!resume) {
      // A command line that is wrong is said before what lies in the directory.
      options(kind, kind.standard());
    }
    FitPlace place = new FitPlace(model.directory(), kind.standard().one(), resume, force);
    place.requireFree();
    // What is asked of a fit that goes on is said of that fit: of its method, for one.
    Optional<FitChoices> begun =
        resume ? DensityModel.begun(model.directory(), kind.standard()) : Optional.empty();
    FitChoices asked = options(kind, begun.orElseGet(kind::standard));
    FitChoices options = begun.map(b -> asBegun(kind, b)).orElse(asked);
    device.use();
    Batch rows = kind.read(data().orElse(""), settings, labels);
    Optional<DensityModel> taught = Optional.ofNullable(teacher).map(DensityModel::load);
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          this::tellInterrupted,
          (System.nanoTime() - start) / 1e9,
          listener -> {
            try (FitPlace.Taken taken = place.take()) {
              taken.givenUp().forEach(progress::message);
              try (DensityModel fitted =
                  DensityModel.fit(rows, options, model.directory(), resume, taught, listener)) {
                taken.replaced().forEach(progress::message);
                tell(fitted, progress);
              }
            }
            return 0;
          });
    } finally {
      taught.ifPresent(DensityModel::close);
    }
  }

  /** The file of the rows; empty where there is none, and none is needed. */
  abstract Optional<String> data();

  /** What the rows of that file are fitted as. */
  abstract DataKind kind();

  private FitChoices options(DataKind kind, FitChoices base) {
    return Complaint.asUsage(spec, () -> kind.options(base, settings, labels, spec));
  }

  private FitChoices asBegun(DataKind kind, FitChoices begun) {
    List<String> contradicting = kind.contradicting(settings, labels, begun, spec);
    if (!contradicting.isEmpty()) {
      throw new F2d2Exception(
          model.directory()
              + ": the fit was begun with another "
              + String.join(", ", contradicting)
              + "; leave that out to go on with it, or begin anew with --force");
    }
    return begun;
  }

  /** What a user should know about a model that is fitted. */
  private void tell(DensityModel fitted, Progress progress) {
    progress.message("model of " + fitted.domain().describe() + " in " + model.directory());
    progress.message(usualError(fitted));
    Calibration.Entry usual = fitted.card().calibration().of(fitted.usualNfe());
    String one = fitted.domain().one();
    if (Double.isInfinite(usual.error().halfWidth())) {
      progress.message("its answers have no stated error: that takes 20 calibration " + one + "s");
    }
    progress.message(smallestPValue(usual.reference(), one));
    FittedFlow.Provenance from = fitted.card().provenance();
    progress.message(again(from.plan(), from.options().seed(), from.options().workers()));
  }

  /** How near to the exact value the model answers where a user asks for nothing. */
  private static String usualError(DensityModel fitted) {
    if (fitted.card().closedForm()) {
      return "the model is a closed form, which one evaluation gives exactly";
    }
    Nfe usual = fitted.usualNfe();
    if (!(usual instanceof Nfe.Jumps)) {
      return "score answers exactly"
          + (fitted.conditional()
              ? ""
              : ", for few evaluations are further than 0.1 √d nats from that");
    }
    return String.format(
        Locale.ROOT,
        "score answers by --nfe %s: %.2g nats from the exact value in the mean",
        usual,
        fitted.card().calibration().of(usual).meanAbsoluteError());
  }

  /** How the same model is fitted again. */
  private static String again(Record plan, long seed, int workers) {
    return "the same command with --steps "
        + Budget.Stages.of(plan).text()
        + " --seed "
        + seed
        + " --workers "
        + workers
        + " repeats this fit; leave out --minutes, and give another directory or --force";
  }

  private static String smallestPValue(ReferenceDistribution calibrated, String one) {
    return "the smallest p-value it can give is 1/"
        + (calibrated.count() + 1)
        + ", since "
        + calibrated.count()
        + " "
        + one
        + "s calibrated it"
        + (calibrated.count() < ROWS_OF_AN_ALARM ? "; an alarm at 0.01 takes 99" : "");
  }

  private void tellInterrupted(FitInterrupted interrupted) {
    String message = String.valueOf(interrupted.getMessage());
    spec.commandLine()
        .getErr()
        .println("f2d2: " + message.replace("a fit that resumes", "--resume"));
  }
}
