package org.f2d2.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.f2d2.DensityModel;
import org.f2d2.cli.report.ComparisonPage;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.error.OptionException;
import org.f2d2.lab.TestDensities;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.comparison.ComparisonData;
import org.f2d2.lab.comparison.ComparisonTable;
import org.f2d2.lab.comparison.MethodComparison;
import org.f2d2.lab.comparison.MethodComparison.Figures;
import org.f2d2.objective.Methods;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains methods for the same time on the same rows and prints what became of them. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Trains methods under equal time, those that distil from one shared teacher, and measures"
          + " them.",
      "What was done stays in the folder: a comparison that was interrupted goes on where it was."
    })
final class CompareCommand implements Callable<Integer> {

  private static final int TRAINING_ROWS = 100_000;
  private static final int TEST_ROWS = 2_000;
  private static final String SHUTTLE = "shuttle";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "all",
      description = "Names of methods, or all (if nothing is said).")
  private List<String> methods = List.of();

  @Option(
      names = "--dataset",
      split = ",",
      defaultValue = "checkerboard,ring,shuttle",
      description =
          "Names of test densities, shuttle, or files of numeric columns; ${DEFAULT-VALUE} if not"
              + " given.")
  private List<String> datasets = List.of();

  @Option(
      names = "--minutes",
      defaultValue = "1",
      description = "Minutes of one core for each method; ${DEFAULT-VALUE} if not given.")
  private double minutes;

  @Option(
      names = "--teacher-minutes",
      defaultValue = "1",
      description = "Minutes of all cores for each teacher; ${DEFAULT-VALUE} if not given.")
  private double teacherMinutes;

  @Option(
      names = "--seeds",
      defaultValue = "2",
      description = "How many times, with other rows each; ${DEFAULT-VALUE} if not given.")
  private int seeds;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "f2d2-compare",
      description = "Where models and figures are kept; ${DEFAULT-VALUE} if not given.")
  private Path folder = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The page of pictures; compare.html in the folder if not given.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    MethodComparison.Options options = options();
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          stopped ->
              spec.commandLine()
                  .getErr()
                  .println("f2d2: interrupted; the same command goes on where this one was"),
          listener -> {
            compare(options, listener);
            return 0;
          });
    }
  }

  private MethodComparison.Options options() {
    return Complaint.asUsage(
        spec,
        () ->
            new MethodComparison.Options(
                methods.equals(List.of("all"))
                    ? Methods.all()
                    : methods.stream().map(Methods::of).toList(),
                new Budget.Minutes(minutes),
                teacherMinutes(),
                seeds,
                Runtime.getRuntime().availableProcessors(),
                folder));
  }

  private Budget.Minutes teacherMinutes() {
    try {
      return new Budget.Minutes(teacherMinutes);
    } catch (OptionException e) {
      throw e.about("teacherMinutes");
    }
  }

  private void compare(MethodComparison.Options options, FitListener listener) {
    MethodComparison comparison = new MethodComparison(options, listener);
    List<Figures> all = new ArrayList<>();
    List<ComparisonPage.Part> pictures = new ArrayList<>();
    for (String name : datasets) {
      List<Figures> figures = comparison.run(data(name));
      all.addAll(figures);
      TestDensities.all().stream()
          .filter(d -> d.name().equals(name) && d.dimensions() == 2)
          .forEach(d -> pictures.add(part(comparison, d, figures)));
    }
    ReportFile.write(
        output == null ? folder.resolve("compare.html") : output, ComparisonPage.of(pictures));
    spec.commandLine()
        .getOut()
        .println(
            json
                ? ComparisonTable.json(all, minutes)
                : ComparisonTable.markdown(all).stripTrailing());
  }

  private static ComparisonPage.Part part(
      MethodComparison comparison, TestDensity density, List<Figures> figures) {
    return new ComparisonPage.Part(
        density,
        figures.stream().filter(f -> f.seed() == 0).toList(),
        f -> DensityModel.load(comparison.model(f.dataset(), f.seed(), Methods.of(f.method()))));
  }

  /** Rows by seed. */
  private static LongFunction<ComparisonData> data(String name) {
    if (name.equals(SHUTTLE)) {
      Table table = ShuttleDemonstration.create().training();
      return seed -> ComparisonData.of(SHUTTLE, table, TEST_ROWS, seed);
    }
    Path file = Path.of(name);
    if (Files.exists(file)) {
      Table table = TableFile.read(file);
      String title = String.valueOf(file.getFileName());
      return seed -> ComparisonData.of(title, table, TEST_ROWS, seed);
    }
    TestDensity density = TestDensities.of(name);
    return seed -> ComparisonData.of(density, TRAINING_ROWS, TEST_ROWS, seed + 1);
  }
}
