package org.f2d2.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that names the classes of images. */
public final class LabelsOption {

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "The classes of the images, as an IDX file of labels; for a file of CIFAR-10, which has"
              + " them inside, the file itself. A model that was fitted with them is one of images"
              + " given their class.")
  private @Nullable Path labels;

  /** The file, if one was given. */
  public Optional<Path> file() {
    return Optional.ofNullable(labels);
  }

  /** Refuses the option where the data is a table. */
  public void refuseForTables(CommandSpec spec) {
    if (labels != null) {
      throw new ParameterException(spec.commandLine(), "--labels is for images");
    }
  }
}
