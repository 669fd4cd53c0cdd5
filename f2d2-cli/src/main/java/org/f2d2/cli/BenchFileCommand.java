package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.bench.speed.FileSpeed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench file}. */
@Command(
    name = "file",
    mixinStandardHelpOptions = true,
    description = {
      "Scores a generated CSV file the way that f2d2 score does, one evaluation a row, and prints"
          + " rows per second, the shares of reading, scoring and writing in the CPU time, and the"
          + " resident memory over the run.",
      "The file lies in the folder for temporary files and takes about 120 bytes for each row of"
          + " six columns."
    })
final class BenchFileCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rows",
      defaultValue = "5000000",
      description = "Rows of the file; ${DEFAULT-VALUE} if not given.")
  private int rows;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "Directory of the model; if not given, one of six columns is fitted for a moment, with"
              + " networks of the default sizes.")
  private @Nullable Path directory;

  @Mixin private ResultsOption results = new ResultsOption();

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() throws IOException {
    if (rows < 1) {
      throw new ParameterException(spec.commandLine(), "--rows must be at least 1, got " + rows);
    }
    Path folder = Files.createTempDirectory("f2d2-bench-file");
    try (DensityModel model =
            directory == null ? FileSpeed.quickModel() : DensityModel.load(directory);
        Progress progress = progressOption.open()) {
      progress.stage("drawing and scoring", rows, "rows");
      results.print(FileSpeed.run(model, folder, rows, done -> progress.step(done, Double.NaN)));
    } finally {
      Files.deleteIfExists(folder);
    }
    return 0;
  }
}
