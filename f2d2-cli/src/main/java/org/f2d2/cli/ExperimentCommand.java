package org.f2d2.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.f2d2.cli.report.SampleComplexityPage;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.comparison.PublishedOrderings;
import org.f2d2.lab.experiment.NetworkSize;
import org.f2d2.lab.experiment.SampleComplexity;
import org.f2d2.lab.experiment.SampleComplexityReport;
import org.f2d2.lab.experiment.Settings;
import org.f2d2.lab.experiment.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares theorems with what training does. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = "Compares theorems with what training does on data that are known exactly.")
final class ExperimentCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which experiment to run.");
  }

  @Command(
      name = "orderings",
      mixinStandardHelpOptions = true,
      description = {
        "Measures what papers say about the order of methods, on small networks that learn from the"
            + " data alone.",
        "Prints each statement with the figures and whether they agree."
      })
  int orderings(
      @Option(
              names = "--steps",
              defaultValue = "6000",
              description = "Steps of each training; ${DEFAULT-VALUE} if not given.")
          int steps,
      @Option(
              names = "--samples",
              defaultValue = "20000",
              description = "Samples of a distance; ${DEFAULT-VALUE} if not given.")
          int samples,
      @Option(
              names = "--gradients",
              defaultValue = "200",
              description = "Batches of a gradient's variance; ${DEFAULT-VALUE} if not given.")
          int gradients) {
    PublishedOrderings.Options options =
        new PublishedOrderings.Options(
            steps, samples, gradients, Runtime.getRuntime().availableProcessors());
    spec.commandLine()
        .getOut()
        .print(PublishedOrderings.markdown(new PublishedOrderings(options).measure()));
    return 0;
  }

  @Command(
      name = "sample-complexity",
      mixinStandardHelpOptions = true,
      description = {
        "Trains velocity fields on more and more rows and measures their error, the distance of"
            + " their samples from the data, and the bound on it.",
        "The error is taken apart into what the network, the rows and the training leave. Each run"
            + " of the grid is repeated with each seed; others take up to 8 times the steps."
      })
  int sampleComplexity(
      @Option(
              names = "--target",
              defaultValue = "mixture",
              description =
                  "mixture, eight-gaussians, uniform-square or product-1, -2, -5, -10;"
                      + " ${DEFAULT-VALUE} if not given.")
          String target,
      @Option(
              names = "--sizes",
              split = ",",
              defaultValue = "64,128,256,512,1024,2048,4096,8192,16384,32768",
              description = "Numbers of rows; ${DEFAULT-VALUE} if not given.")
          List<Integer> sizes,
      @Option(
              names = "--seeds",
              defaultValue = "5",
              description = "How often each run is done; ${DEFAULT-VALUE} if not given.")
          int seeds,
      @Option(
              names = "--steps",
              defaultValue = "4000",
              description = "Training steps of a run; ${DEFAULT-VALUE} if not given.")
          int steps,
      @Option(
              names = "--widths",
              split = ",",
              defaultValue = "16,32,64,128,256,512",
              description =
                  "Widths of the networks that are compared; ${DEFAULT-VALUE} if not given.")
          List<Integer> widths,
      @Option(
              names = "--depths",
              split = ",",
              defaultValue = "1,2,3,4",
              description =
                  "Depths of the networks that are compared; ${DEFAULT-VALUE} if not given.")
          List<Integer> depths,
      @Option(
              names = "--points",
              defaultValue = "100000",
              description = "Points that errors are averaged over; ${DEFAULT-VALUE} if not given.")
          int points,
      @Option(
              names = "--samples",
              defaultValue = "4096",
              description =
                  "Rows of the samples whose distance is measured in one or two dimensions;"
                      + " ${DEFAULT-VALUE} if not given.")
          int samples,
      @Option(
              names = "--sliced",
              defaultValue = "20000",
              description =
                  "The same in more dimensions, by slices; ${DEFAULT-VALUE} if not given.")
          int sliced,
      @Option(
              names = "--solver-steps",
              defaultValue = "200",
              description = "Runge-Kutta steps from noise to data; ${DEFAULT-VALUE} if not given.")
          int solverSteps,
      @Option(
              names = "--minutes",
              description = "After so many no run is begun; no limit if not given.")
          @Nullable Double minutes,
      @Option(
              names = "--workers",
              description = "Runs at the same time; the number of cores if not given.")
          @Nullable Integer workers,
      @Option(
              names = "--folder",
              paramLabel = "FOLDER",
              description = "Where finished runs are kept, and found when the command is repeated.")
          @Nullable Path folder,
      @Option(
              names = "--output",
              paramLabel = "FILE.html",
              description = "Write a page with plots as well.")
          @Nullable Path output,
      @Mixin ResultsOption results,
      @Mixin ProgressOption progressOption) {
    SampleComplexity.Options options;
    int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    double time = minutes == null ? Double.POSITIVE_INFINITY : minutes;
    if (threads < 1 || !(time > 0)) {
      throw new ParameterException(spec.commandLine(), "--workers and --minutes are positive");
    }
    try {
      options =
          new SampleComplexity.Options(
              Target.of(target),
              sizes,
              seeds,
              steps,
              NetworkSize.DEFAULT,
              widths,
              depths,
              Settings.DEFAULT.with(points, samples, sliced, solverSteps));
    } catch (F2d2Exception | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    if (output != null) {
      ReportFile.requireWritable(output);
    }
    try (Progress progress = progressOption.open()) {
      return InterruptibleFit.run(
          progress,
          stopped -> spec.commandLine().getErr().println("f2d2: " + stopped.getMessage()),
          listener -> {
            SampleComplexityReport report =
                SampleComplexity.run(options, Optional.ofNullable(folder), threads, time, listener);
            progress.close();
            results.print(report);
            if (output != null) {
              ReportFile.write(output, SampleComplexityPage.of(report));
            }
            return 0;
          });
    }
  }
}
