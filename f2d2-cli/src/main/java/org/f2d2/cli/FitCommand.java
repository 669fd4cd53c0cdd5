package org.f2d2.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Fits a model to a table. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits a model to the rows of a table and stores it in a directory.",
      "A teacher is trained first, then distilled, then calibrated on rows it has not seen. All rows"
          + " are used, whatever their label: to learn what is normal, give only normal rows.",
      "A file of images, in the IDX format of MNIST or that of CIFAR-10, gives a model of images, whose log-densities are"
          + " also told in bits per dimension."
    })
final class FitCommand extends FittingCommand {

  @Parameters(
      paramLabel = "DATA",
      description = "CSV, gzipped CSV, .npy or IDX; - is standard input.")
  private String data = "";

  @Override
  Optional<String> data() {
    return Optional.of(data);
  }

  @Override
  DataKind kind() {
    return DataKind.ofFile(data);
  }
}
