package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.cli.report.ReportSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the report page of a model. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Writes one HTML page: densities, samples, error and time against the number of evaluations,"
          + " training curves and provenance.",
      "Without --data the figures are measured on rows drawn from the model itself."
    })
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "Rows to measure on, best such as the model has not seen.")
  private @Nullable String data;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column of the data that says which rows are anomalies.")
  private @Nullable String label;

  @Option(
      names = "--output",
      paramLabel = "FILE.html",
      description = "Where to; report.html in the model's directory if not given.")
  private @Nullable Path output;

  @Option(
      names = "--exact-seconds",
      paramLabel = "S",
      description = "About how long exact values may take; 20 if not given. More is finer.")
  private double exactSeconds = ReportSource.EXACT_SECONDS;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    if (label != null && data == null) {
      throw new ParameterException(spec.commandLine(), "--label needs --data");
    }
    if (!(exactSeconds >= 0)) {
      throw new ParameterException(spec.commandLine(), "--exact-seconds cannot be " + exactSeconds);
    }
    PrintWriter err = spec.commandLine().getErr();
    try (DensityModel fitted = model.loadTable();
        Progress progress = progressOption.open()) {
      Path file = output == null ? model.directory().resolve("report.html") : output;
      ReportFile.write(
          file,
          new ReportSource(title(), fitted, data(fitted, err), Optional.empty(), exactSeconds),
          progress);
      spec.commandLine().getOut().println(file);
    }
    return 0;
  }

  private String title() {
    Path name = model.directory().toAbsolutePath().normalize().getFileName();
    return name == null ? "model" : name.toString();
  }

  private Optional<ReportSource.Data> data(DensityModel fitted, PrintWriter err) {
    if (data == null) {
      return Optional.empty();
    }
    ImageFiles.refuse(data);
    LabelledRows rows = LabelledRows.read(data, System.in, fitted.columns(), label, err);
    boolean[] anomalies =
        rows.labels().isEmpty() ? new boolean[0] : Anomalies.of(rows.labels()).flags();
    return Optional.of(new ReportSource.Data(rows.values(), anomalies));
  }
}
