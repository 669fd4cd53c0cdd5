package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.Nfe;
import org.f2d2.Scores;
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
      "For a model with a constant column a fifth column, error, says which rows depart from it;"
          + " their figures are empty."
    })
final class ScoreCommand implements Callable<Integer> {

  private static final int BATCH = 4096;
  // The exact value costs hundreds of evaluations a row: smaller batches keep the progress alive.
  private static final int EXACT_BATCH = 512;
  private static final List<String> COLUMNS =
      List.of("log_density", "log_density_error", "p_value", "nfe");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DATA", description = "CSV, gzipped CSV or .npy; - is standard input.")
  private String data = "";

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();

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
    try (DensityModel fitted = model.load();
        RowReader reader = TableFile.open(data, System.in)) {
      ColumnMatch match = ColumnMatch.of(reader.source(), reader.columns(), fitted.columns());
      UnknownColumns.tell(spec.commandLine().getErr(), reader.source(), match.unknown());
      reader.select(match.columns());
      Nfe nfe = effort.tolerance == null ? effort.nfe : fitted.nfeFor(effort.tolerance);
      boolean mayFail = fitted.hasConstantColumn();
      try (CsvRowWriter writer =
              CsvRowWriter.open(
                  output,
                  StandardOutput.stream(),
                  COLUMNS,
                  mayFail ? List.of("error") : List.of());
          Progress progress = progressOption.open()) {
        long failed = score(fitted, nfe, reader, writer, mayFail, progress);
        writer.finish();
        tellFailures(failed);
      }
    }
    return 0;
  }

  private static long score(
      DensityModel model,
      Nfe nfe,
      RowReader reader,
      CsvRowWriter writer,
      boolean mayFail,
      Progress progress) {
    int d = model.columns().size();
    int batch = nfe.equals(Nfe.EXACT) ? EXACT_BATCH : BATCH;
    double[] buffer = new double[batch * d];
    progress.stage("scoring " + reader.source(), 0, "rows");
    long rows = 0;
    long failed = 0;
    for (int n = reader.read(buffer, batch); n > 0; n = reader.read(buffer, batch)) {
      double[] part = n == batch ? buffer : Arrays.copyOf(buffer, n * d);
      Scores scores = model.score(part, nfe);
      for (int i = 0; i < n; i++) {
        String failure = scores.failures().get(i);
        double[] cells = {
          scores.logDensity()[i], scores.errorBound()[i], scores.pValue()[i], scores.nfe()
        };
        if (failure != null) {
          Arrays.fill(cells, Double.NaN);
          failed++;
        }
        if (mayFail) {
          writer.writeRow(cells, failure == null ? "" : failure);
        } else {
          writer.writeRow(cells);
        }
      }
      rows += n;
      progress.step(rows, Double.NaN);
    }
    return failed;
  }

  private void tellFailures(long failed) {
    if (failed > 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("f2d2: " + failed + " rows have no density; the column error says why");
      err.flush();
    }
  }
}
