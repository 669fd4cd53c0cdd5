package org.f2d2.cli;

import java.nio.file.Path;
import org.f2d2.DensityModel;
import org.f2d2.error.F2d2Exception;
import picocli.CommandLine.Option;

/** Where the model of a command is. */
final class ModelOption {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the model.")
  private Path directory = Path.of("");

  /** The directory. */
  Path directory() {
    return directory;
  }

  /** Opens the model; the caller closes it. */
  DensityModel load() {
    return DensityModel.load(directory);
  }

  /**
   * {@link #load} for what only tables have.
   *
   * @throws F2d2Exception for a model of another kind
   */
  DensityModel loadTable() {
    return loadTable(directory);
  }

  /** {@link #loadTable()} from a directory that was named by another option. */
  static DensityModel loadTable(Path directory) {
    DensityModel.one(directory)
        .filter(one -> !one.equals("row"))
        .ifPresent(
            one -> {
              throw new F2d2Exception(directory + ": holds a model of " + one + "s, not of rows");
            });
    return DensityModel.load(directory);
  }
}
