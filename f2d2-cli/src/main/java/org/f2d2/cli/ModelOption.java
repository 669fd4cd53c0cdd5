package org.f2d2.cli;

import java.nio.file.Path;
import org.f2d2.DensityModel;
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
}
