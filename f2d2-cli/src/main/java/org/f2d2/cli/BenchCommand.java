package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.f2d2.lab.AccuracyBenchmark;
import org.f2d2.lab.AnomalyBenchmark;
import org.f2d2.lab.MemoryBenchmark;
import org.f2d2.lab.ResumeBenchmark;
import org.f2d2.lab.TestDensities;
import org.f2d2.lab.TestDensity;
import org.f2d2.objective.Methods;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the measured tables of docs/benchmarks.md. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures accuracy, detection, speed, memory and resumption on this machine.",
    subcommands = {
      BenchTrainCommand.class,
      BenchScoreCommand.class,
      BenchLatencyCommand.class,
      BenchExactCommand.class,
      BenchShareCommand.class,
      BenchScalingCommand.class,
      BenchFileCommand.class,
      BenchKernelsCommand.class,
      BenchTablesCommand.class,
      BenchOddCommand.class,
      BenchFarCommand.class,
      BenchFuzzCommand.class
    })
final class BenchCommand implements Runnable {

  private static final int TRAINING_ROWS = 100_000;
  private static final int TEST_ROWS = 10_000;

  /** Fewer where thirty fits are compared, for the exact values cost more than the fits. */
  private static final int METHODS_TEST_ROWS = 2_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which benchmark to run.");
  }

  private FitListener listener() {
    PrintWriter err = spec.commandLine().getErr();
    return new FitListener() {
      @Override
      public void message(String line) {
        err.println("  " + line);
      }
    };
  }

  private AccuracyBenchmark.Result accuracy(
      TestDensity density, FitOptions options, int rows, int testRows) {
    spec.commandLine().getErr().println(density.name() + ", " + options.method().id());
    return AccuracyBenchmark.run(density, options, rows, testRows, options.seed() + 1, listener());
  }

  private static FitOptions fit(FitOptions options, double minutes, long seed) {
    return options.with(new Budget.Minutes(minutes)).withSeed(seed);
  }

  @Command(
      name = "accuracy",
      mixinStandardHelpOptions = true,
      description = "Fits densities that are known exactly and prints the errors per row.")
  int accuracy(
      @Option(
              names = "--density",
              split = ",",
              description = "Which ones; all of them if not given.")
          List<String> names,
      @Option(
              names = "--method",
              split = ",",
              defaultValue = "trajectory-regression",
              description = "Which methods; ${DEFAULT-VALUE} if not given.")
          List<String> methods,
      @Option(
              names = "--minutes",
              defaultValue = "5",
              description = "Minutes of each fit; ${DEFAULT-VALUE} if not given.")
          double minutes,
      @Option(
              names = "--rows",
              defaultValue = "" + TRAINING_ROWS,
              description = "Rows of each fit; ${DEFAULT-VALUE} if not given.")
          int rows,
      @Option(
              names = "--seed",
              defaultValue = "0",
              description = "Of the rows and of the fit; ${DEFAULT-VALUE} if not given.")
          long seed,
      @Mixin DeviceOption device) {
    device.use();
    List<TestDensity> densities =
        names == null ? TestDensities.all() : names.stream().map(TestDensities::of).toList();
    List<AccuracyBenchmark.Result> results = new ArrayList<>();
    for (TestDensity density : densities) {
      for (String method : methods) {
        FitOptions options = fit(FitOptions.DEFAULT.with(Methods.of(method)), minutes, seed);
        results.add(accuracy(density, options, rows, TEST_ROWS));
      }
    }
    spec.commandLine().getOut().print(AccuracyBenchmark.markdown(results));
    return 0;
  }

  @Command(
      name = "methods",
      mixinStandardHelpOptions = true,
      description = {
        "Fits every objective with each of its heads to densities that are known exactly.",
        "Each fit trains a teacher of its own where the objective needs one."
      })
  int methods(
      @Option(
              names = "--density",
              split = ",",
              defaultValue = "checkerboard,ring,mixture6",
              description = "Which densities; ${DEFAULT-VALUE} if not given.")
          List<String> names,
      @Option(
              names = "--minutes",
              defaultValue = "0.5",
              description = "Minutes of each fit; ${DEFAULT-VALUE} if not given.")
          double minutes,
      @Option(
              names = "--seed",
              defaultValue = "0",
              description = "Of the rows and of the fit; ${DEFAULT-VALUE} if not given.")
          long seed) {
    List<AccuracyBenchmark.Result> results = new ArrayList<>();
    for (String name : names) {
      for (FitOptions options : AccuracyBenchmark.everyMethodAndHead()) {
        results.add(
            accuracy(
                TestDensities.of(name),
                fit(options, minutes, seed),
                TRAINING_ROWS,
                METHODS_TEST_ROWS));
      }
    }
    spec.commandLine().getOut().print(AccuracyBenchmark.markdown(results));
    return 0;
  }

  @Command(
      name = "anomaly",
      mixinStandardHelpOptions = true,
      description = {
        "Fits half of the normal rows of labelled tables and ranks the rest.",
        "The label column holds 1 for an anomaly."
      })
  int anomaly(
      @Parameters(paramLabel = "DATA", arity = "1..*", description = "Tables with a header.")
          List<Path> files,
      @Option(
              names = "--label",
              defaultValue = "label",
              description = "The label column; ${DEFAULT-VALUE} if not given.")
          String label,
      @Option(
              names = "--minutes",
              defaultValue = "5",
              description = "Minutes of each fit; ${DEFAULT-VALUE} if not given.")
          double minutes,
      @Option(
              names = "--seed",
              defaultValue = "0",
              description = "Of the division and of the fit; ${DEFAULT-VALUE} if not given.")
          long seed) {
    List<AnomalyBenchmark.Result> results = new ArrayList<>();
    for (Path file : files) {
      FitOptions options = fit(FitOptions.DEFAULT, minutes, seed);
      spec.commandLine().getErr().println(file);
      results.add(AnomalyBenchmark.run(file, label, options, seed, listener()));
    }
    spec.commandLine().getOut().print(AnomalyBenchmark.markdown(results));
    return 0;
  }

  @Command(
      name = "memory",
      mixinStandardHelpOptions = true,
      description = "Prints the resident memory of the process while a teacher is trained.")
  int memory(
      @Option(
              names = "--steps",
              defaultValue = "10000",
              description = "Teacher steps; ${DEFAULT-VALUE} if not given.")
          int steps,
      @Mixin DeviceOption device) {
    device.use();
    PrintWriter out = spec.commandLine().getOut();
    out.println("| step | resident MiB |\n|---|---|");
    for (Map.Entry<Long, Long> e : MemoryBenchmark.run(steps).entrySet()) {
      out.println("| " + e.getKey() + " | " + e.getValue() + " |");
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Kills fits at random moments, resumes each and compares the weights.")
  int resume(
      @Option(
              names = "--kills",
              defaultValue = "100",
              description = "Fits to kill; ${DEFAULT-VALUE} if not given.")
          int kills,
      @Option(
              names = "--steps",
              defaultValue = "600",
              description = "Teacher steps of each fit; ${DEFAULT-VALUE} if not given.")
          int steps,
      @Option(
              names = "--folder",
              defaultValue = "f2d2-resume",
              description = "Where to work; ${DEFAULT-VALUE} if not given.")
          Path folder) {
    ResumeBenchmark.Result result =
        new ResumeBenchmark(Main.class.getName(), folder, steps).run(kills, 1);
    PrintWriter out = spec.commandLine().getOut();
    out.println("| fits killed and resumed | equal weights | seconds of one fit |\n|---|---|---|");
    out.printf("| %d | %d | %.1f |%n", result.kills(), result.equal(), result.seconds());
    return result.equal() == result.kills() ? 0 : 1;
  }
}
