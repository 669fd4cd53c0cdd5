package org.f2d2.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.StreamScoring;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.score.Calibration;
import org.f2d2.score.Nfe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives every row of a table its log-density, batch by batch, in constant memory. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = {
      "Writes one line per row, in order, blank lines included: log_density (nats, in the units of"
          + " the columns), log_density_error, p_value (share of normal rows with a density as low),"
          + " nfe (network evaluations) and error.",
      "log_density may be positive: it is the logarithm of a density, not of a probability, and where"
          + " rows lie close together a density is above 1. In other units of a column it shifts by a"
          + " constant.",
      "log_density_error is the distance to the model's own exact value that 95 %% of rows like the"
          + " training rows stay within. How far the model is from the truth it does not say.",
      "A row that cannot be read has its fault in the column error and no figures. One that is"
          + " impossible under the model, since it has another value in a constant column or a class"
          + " that the training data do not have, has an error and the smallest p_value. Neither ends"
          + " the run unless --strict is given.",
      "Of a model with guidance the first two are guided_log_density and guided_log_density_error: they"
          + " are about the guided flow, not about the data.",
      "A model of images scores IDX files. log_density is then that of the image with the noise of"
          + " its dequantization, and bits_per_dimension stands before error."
    })
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DATA",
      description = "CSV, gzipped CSV, .npy or IDX; - is standard input.")
  private String data = "";

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private LabelsOption labels = new LabelsOption();

  @ArgGroup private Effort effort = new Effort();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "CSV, gzipped if it ends in .gz; standard output if not given.")
  private String output = "-";

  @Option(
      names = "--strict",
      description = "End with exit code 1 at the first row that has an error.")
  private boolean strict;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  /** How much a row may cost, or how far off it may be. */
  static final class Effort {
    @Option(
        names = "--nfe",
        paramLabel = "K|exact",
        converter = NfeConverter.class,
        description = {
          "Network evaluations per row, or exact for the model's ODE.",
          "If not given, the fewest that come near the exact value, which is 1 for most models;"
              + " exact where none do."
        })
    private @Nullable Nfe nfe;

    @Option(
        names = "--tolerance",
        paramLabel = "NATS",
        description = "Take the fewest evaluations whose stated error is within this.")
    private @Nullable Double tolerance;
  }

  @Override
  public Integer call() {
    if (effort.tolerance != null && !(effort.tolerance > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--tolerance must be positive, got " + effort.tolerance);
    }
    if (SameFile.is(data, output)) {
      throw new ParameterException(
          spec.commandLine(), "--output is the file that is read, " + output);
    }
    device.use();
    try (DensityModel fitted = model.load();
        DataKind.Rows rows = DataKind.of(fitted).open(data, fitted, labels, spec)) {
      Nfe nfe = effort.tolerance == null ? nfe(fitted) : within(fitted, effort.tolerance);
      try (CsvRowWriter writer =
              CsvRowWriter.open(
                  output,
                  StandardOutput.stream(),
                  StreamScoring.columns(fitted),
                  StreamScoring.textColumns());
          Progress progress = progressOption.open()) {
        String one = fitted.domain().one();
        progress.stage("scoring " + rows.name(), rows.count(), one + "s");
        StreamScoring.Work work =
            rows.score(new StreamScoring(fitted, nfe, strict), writer, progress);
        writer.finish();
        tellErrors(work.unreadable(), work.failed(), one);
      }
    }
    return 0;
  }

  private Nfe within(DensityModel fitted, double tolerance) {
    Nfe nfe = fitted.nfeFor(tolerance);
    if (nfe instanceof Nfe.Exact && !fitted.card().calibration().few().isEmpty()) {
      tell(
          "no number of evaluations is within "
              + tolerance
              + " nats of the model's exact value for 95 % of rows, so rows are answered exactly");
    }
    return nfe;
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
  }

  /** What was asked for, or what answers well, with a word where that costs more than usual. */
  private Nfe nfe(DensityModel fitted) {
    if (effort.nfe != null) {
      return effort.nfe;
    }
    Nfe usual = fitted.usualNfe();
    Calibration.Entry one = fitted.card().calibration().few().get(1);
    if (fitted.conditional() && usual.equals(Nfe.EXACT)) {
      tell(
          "few evaluations may miss what is strange about a row of one class with the values of"
              + " another, so rows are answered exactly; --nfe 1 is faster");
    } else if (one != null && !usual.equals(Nfe.ONE)) {
      tell(
          String.format(
              Locale.ROOT,
              "one evaluation is %.2g nats from the model's exact value in the mean, so rows are"
                  + " answered %s; --nfe 1 is faster",
              one.meanAbsoluteError(),
              usual instanceof Nfe.Jumps jumps ? "by " + jumps.count() : "exactly"));
    }
    return usual;
  }

  private void tellErrors(long unreadable, long failed, String one) {
    List<String> parts = new ArrayList<>();
    if (unreadable > 0) {
      parts.add(rows(unreadable, one) + " could not be read");
    }
    if (failed > 0) {
      parts.add(rows(failed, one) + (failed == 1 ? " has" : " have") + " no density");
    }
    if (!parts.isEmpty()) {
      tell("f2d2: " + String.join(", ", parts) + "; the column error says why");
    }
  }

  private static String rows(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }
}
