package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.f2d2.data.ImageSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings public data onto this machine. */
@Command(name = "data", mixinStandardHelpOptions = true, description = "Fetches sets of images.")
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with data: fetch.");
  }

  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      description = {
        "Fetches the files of a set of images and prints where they are.",
        "Files that are there and whole are left alone. fashion-mnist comes from Debian's package"
            + " dataset-fashion-mnist where the system has it; the others, and where it has not,"
            + " from their public addresses."
      })
  int fetch(
      @Parameters(paramLabel = "NAME", description = "fashion-mnist, mnist, cifar-10 or digits.")
          String name,
      @Option(
              names = "--folder",
              paramLabel = "DIR",
              description = "Where the files go; ~/.f2d2/data/NAME if not given.")
          @Nullable Path folder) {
    NamedImages images =
        NamedImages.of(name)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "no data " + name + "; there are " + NamedImages.ids()));
    Path place = (folder == null ? images.home() : folder).toAbsolutePath().normalize();
    new DataFetch(images, place, DataFetch.Origins.of(images), spec.commandLine().getErr()::println)
        .run();
    ImageSet training = images.training(place);
    ImageSet test = images.test(place);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        name
            + ": "
            + training.count()
            + " images for training and "
            + test.count()
            + (" for testing, " + training.channels() + " × " + training.height())
            + (" × " + training.width() + ", in " + place));
    return 0;
  }
}
