package org.f2d2.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.Samples;
import org.f2d2.cli.report.Measurements;
import org.f2d2.cli.report.ReportSource;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the whole way from rows to a report. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Fits, distils, scores and samples on data that come with the program, and writes a report.",
      "checkerboard: points in the plane whose density is known. shuttle: a real table with"
          + " anomalies (Statlog Shuttle, UCI). fashion-mnist: images of clothes, fetched first; takes"
          + " up to two hours, and goes on where it was when it is called again."
    })
final class DemoCommand implements Callable<Integer> {

  private static final int SAMPLES = 10_000;
  private static final double MINUTES = 2;
  private static final double IMAGE_MINUTES = 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "checkerboard",
      description = "checkerboard (if nothing is said), shuttle or fashion-mnist.")
  private String name = "";

  @ArgGroup private Length length = new Length();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for data, model, samples and report; ./f2d2-demo/NAME if not given.")
  private @Nullable Path output;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  /** How long the fit is. */
  static final class Length {
    @Option(
        names = "--minutes",
        paramLabel = "M",
        description = "Time of the fit; 2 by default, of images 60.")
    private @Nullable Double minutes;

    @Option(names = "--steps", paramLabel = "N", description = "Teacher steps, in place of a time.")
    private @Nullable Integer steps;

    Budget budget(double standard) {
      return steps == null
          ? new Budget.Minutes(minutes == null ? standard : minutes)
          : new Budget.Steps(steps);
    }
  }

  @Override
  public Integer call() {
    if (name.equals(ImageDemonstration.NAME)) {
      return images();
    }
    FitOptions options = FitOptions.DEFAULT.with(budget(MINUTES));
    Demonstration demonstration = demonstration();
    Path folder = folder();
    try (Progress progress = progressOption.open()) {
      progress.message(demonstration.title() + ": " + demonstration.story() + ".");
      return InterruptibleFit.run(
          progress,
          stopped -> tell("f2d2: interrupted; the next demo begins anew"),
          listener -> {
            show(demonstration, folder, options, progress, listener);
            return 0;
          });
    }
  }

  private int images() {
    Budget budget = budget(IMAGE_MINUTES);
    Path folder = folder();
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          stopped -> tell("f2d2: interrupted; the same command goes on from here"),
          listener -> {
            new ImageDemonstration(folder, budget, progress)
                .run(listener, spec.commandLine().getOut());
            return 0;
          });
    }
  }

  private Path folder() {
    Path folder = output == null ? Path.of("f2d2-demo", name) : output;
    create(folder);
    return folder;
  }

  private Budget budget(double standard) {
    return Complaint.asUsage(spec, () -> length.budget(standard));
  }

  private Demonstration demonstration() {
    return switch (name) {
      case "checkerboard" -> CheckerboardDemonstration.create();
      case "shuttle" -> ShuttleDemonstration.create();
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "no demonstration " + name + "; there are checkerboard, shuttle, fashion-mnist");
    };
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new F2d2Exception(folder + ": cannot be made a folder: " + e.getMessage(), e);
    }
  }

  private void show(
      Demonstration demonstration,
      Path folder,
      FitOptions options,
      Progress progress,
      FitListener listener) {
    Table training = demonstration.training();
    write(folder.resolve("training.csv"), training.columns(), training.values());
    writeTest(folder.resolve("test.csv"), training.columns(), demonstration.test());
    Path modelFolder = folder.resolve("model");
    try (DensityModel model = DensityModel.fit(training, options, modelFolder, false, listener)) {
      Samples samples = model.sample(SAMPLES, new SampleOptions(new Nfe.Jumps(4), false, false, 0));
      write(folder.resolve("samples.csv"), training.columns(), samples.rows());
      Path report = folder.resolve("report.html");
      ReportSource source =
          new ReportSource(
              demonstration.title(),
              model,
              Optional.of(demonstration.test()),
              demonstration.truth(),
              ReportSource.EXACT_SECONDS);
      Measurements measured = ReportFile.write(report, source, progress);
      progress.close();
      PrintWriter out = spec.commandLine().getOut();
      DemoSummary.print(measured, out);
      out.println();
      out.println("report: " + report.toAbsolutePath().normalize());
    }
  }

  private static void write(Path file, List<String> columns, double[] rows) {
    try (CsvRowWriter writer = CsvRowWriter.open(file, columns, List.of())) {
      writer.write(rows, rows.length / columns.size());
      writer.finish();
    }
  }

  // With the column anomaly the user can try evaluate --label on the same rows.
  private static void writeTest(Path file, List<String> columns, ReportSource.Data test) {
    List<String> head = new ArrayList<>(columns);
    boolean labelled = test.anomalies().length > 0;
    if (labelled) {
      head.add("anomaly");
    }
    int d = columns.size();
    double[] cells = new double[head.size()];
    try (CsvRowWriter writer = CsvRowWriter.open(file, head, List.of())) {
      for (int row = 0; row < test.rows().length / d; row++) {
        System.arraycopy(test.rows(), row * d, cells, 0, d);
        if (labelled) {
          cells[d] = test.anomalies()[row] ? 1 : 0;
        }
        writer.writeRow(cells);
      }
      writer.finish();
    }
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
  }
}
