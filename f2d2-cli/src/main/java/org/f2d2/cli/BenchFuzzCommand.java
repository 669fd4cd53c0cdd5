package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.lab.Folders;
import org.f2d2.lab.fuzz.FuzzReport;
import org.f2d2.lab.fuzz.FuzzRun;
import org.f2d2.lab.fuzz.FuzzSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench fuzz}. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description = {
      "Gives damaged files and command lines to the program, in processes with small heaps, and"
          + " prints how many were accepted, were refused with one line, or had a wrong outcome:"
          + " another exception, a trace, a hang, a crash, or an answer that differs from that of an"
          + " independent reader. The exit code is 1 when there was one.",
      "Every finding says with which --only its input is made again."
    })
final class BenchFuzzCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--inputs",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many inputs; ${DEFAULT-VALUE} if not given.")
  private long inputs;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of all inputs; ${DEFAULT-VALUE} if not given.")
  private long seed;

  @Option(
      names = "--kinds",
      paramLabel = "KIND",
      split = ",",
      description = "Which kinds, such as csv,npy; all of them if not given.")
  private List<String> kinds = List.of();

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "Processes at a time; as many as there are cores if not given.")
  private int forks = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Longest time of one input; ${DEFAULT-VALUE} if not given.")
  private int seconds;

  @Option(
      names = "--only",
      paramLabel = "KIND:SEED",
      description = "Write one input into the folder, and say what becomes of it.")
  private @Nullable String only;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where the inputs are written, and kept; a folder for temporary files if not given, which"
              + " is removed when nothing was found. Models are damaged copies of those that the run"
              + " has fitted there: with --only, name the folder of the run.")
  private @Nullable Path folder;

  @Mixin private ResultsOption results = new ResultsOption();

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() throws IOException {
    FuzzSettings settings =
        new FuzzSettings(
            inputs,
            seed,
            kinds,
            forks,
            seconds,
            FuzzedCommands.class.getName(),
            System.getProperty("java.class.path"));
    Path work = folder == null ? Files.createTempDirectory("f2d2-fuzz") : folder;
    if (only != null) {
      spec.commandLine().getOut().println(FuzzRun.only(only, settings, work));
      return 0;
    }
    FuzzReport report;
    try (Progress progress = progressOption.open()) {
      progress.stage("fuzz", inputs, "inputs");
      report = FuzzRun.run(settings, work, done -> progress.step(done, Double.NaN));
    }
    results.print(report);
    if (report.wrong() > 0) {
      results.progress("f2d2: --folder " + work + " --only KIND:SEED makes an input again");
      return 1;
    }
    if (folder == null) {
      Folders.delete(work);
    }
    return 0;
  }
}
