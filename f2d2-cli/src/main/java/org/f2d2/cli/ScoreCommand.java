package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.ImageModel;
import org.f2d2.Nfe;
import org.f2d2.StreamScoring;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.RowReader;
import org.f2d2.data.TableFile;
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
      "Writes one line per row, in order: log_density (nats, in the units of the columns),"
          + " log_density_error (distance to the exact value that 95 %% of rows stay within), p_value"
          + " (share of normal rows with a density as low) and nfe (network evaluations).",
      "Of a model with guidance the first two are guided_log_density and guided_log_density_error: they"
          + " are about the guided flow, not about the data.",
      "For a model with a constant column or with classes a fifth column, error, says which rows"
          + " depart from what it knows; their figures are empty.",
      "A model of images scores IDX files. log_density is then that of the image with the noise of"
          + " its dequantization, and a fifth column is bits_per_dimension."
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

  @Mixin private ProgressOption progressOption = new ProgressOption();

  /** How much a row may cost, or how far off it may be. */
  static final class Effort {
    @Option(
        names = "--nfe",
        paramLabel = "K|exact",
        converter = NfeConverter.class,
        description = "Network evaluations per row, or exact for the teacher's ODE; 1 by default.")
    private Nfe nfe = Nfe.ONE;

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
    device.use();
    if (ImageModel.exists(model.directory())) {
      try (ImageModel images = ImageModel.load(model.directory());
          Progress progress = progressOption.open()) {
        Nfe nfe = effort.tolerance == null ? effort.nfe : images.nfeFor(effort.tolerance);
        ImageCommands.score(images, ImageCommands.read(data, labels.file()), nfe, output, progress);
      }
      return 0;
    }
    labels.refuseForTables(spec);
    try (DensityModel fitted = model.load();
        RowReader reader = TableFile.open(data, System.in)) {
      ColumnMatch match = ColumnMatch.of(reader.source(), reader.columns(), fitted.columns());
      UnknownColumns.tell(spec.commandLine().getErr(), reader.source(), match.unknown());
      reader.select(match.columns());
      Nfe nfe = effort.tolerance == null ? effort.nfe : fitted.nfeFor(effort.tolerance);
      try (CsvRowWriter writer =
              CsvRowWriter.open(
                  output,
                  StandardOutput.stream(),
                  StreamScoring.columns(fitted),
                  StreamScoring.textColumns(fitted));
          Progress progress = progressOption.open()) {
        progress.stage("scoring " + reader.source(), 0, "rows");
        StreamScoring.Work work =
            new StreamScoring(fitted, nfe)
                .run(reader, writer, rows -> progress.step(rows, Double.NaN));
        writer.finish();
        tellFailures(work.failed());
      }
    }
    return 0;
  }

  private void tellFailures(long failed) {
    if (failed > 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("f2d2: " + failed + " rows have no density; the column error says why");
      err.flush();
    }
  }
}
