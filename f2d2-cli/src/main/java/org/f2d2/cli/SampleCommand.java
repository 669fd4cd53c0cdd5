package org.f2d2.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Rng;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws new rows from a model. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = "Draws rows in the units and under the column names of the training data.")
final class SampleCommand implements Callable<Integer> {

  /** The first of the streams of random numbers that blocks after the first take. */
  private static final int BLOCK_STREAM = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private LabelsOption labels = new LabelsOption();

  @Option(names = "--count", required = true, paramLabel = "N", description = "How many rows.")
  private int count;

  @Option(
      names = "--nfe",
      paramLabel = "K|exact",
      converter = NfeConverter.class,
      description =
          "Network evaluations per row, or exact for the model's own flow. By default exact where the"
              + " model is a closed form, whose rows are drawn directly, and 4 otherwise.")
  private @Nullable Nfe nfe;

  @Option(
      names = "--guided",
      description = "First move the noise one step towards rows of higher likelihood.")
  private boolean guided;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      description = "Share of fresh noise between evaluations, 0 to 1; 0 by default.")
  private double gamma;

  @Option(
      names = "--density",
      description = "Add a column log_density (guided_log_density of a guided model), in nats.")
  private boolean density;

  @Option(
      names = "--condition",
      paramLabel = "CLASS",
      description =
          "The class of all rows, of a model with classes; nan for none in particular. If not given,"
              + " classes are as frequent as in the training data.")
  private @Nullable Double condition;

  @Option(
      names = "--autoguidance",
      paramLabel = "L",
      description =
          "Strength of autoguidance, 1 to 3, of a model that was fitted with it; 1, for none, by"
              + " default. The density stays that of the model.")
  private double autoguidance = SampleOptions.DEFAULT.autoguidance();

  @Option(names = "--seed", paramLabel = "S", description = "Fixes the draws; 0 by default.")
  private long seed = SampleOptions.DEFAULT.seed();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "CSV, gzipped if it ends in .gz; standard output if not given. Images are written as IDX, or all in one picture if it ends in .png.")
  private String output = "-";

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--count must be at least 1, got " + count);
    }
    options(SampleOptions.DEFAULT.nfe(), 0);
    device.use();
    try (DensityModel fitted = model.load()) {
      boolean plain = !guided && gamma == 0 && autoguidance == 1;
      Nfe usual = plain ? fitted.usualSampleNfe() : SampleOptions.DEFAULT.nfe();
      DataKind.of(fitted)
          .sample(
              fitted,
              new DataKind.Draw(count, output, density, labels),
              block -> options(usual, block),
              spec);
    }
    return 0;
  }

  /**
   * The options of a block of rows, each of which has draws of its own.
   *
   * @param usual evaluations where none were asked for
   */
  private SampleOptions options(Nfe usual, int block) {
    long own = block == 0 ? seed : Rng.deriveSeed(seed, BLOCK_STREAM + block);
    return Complaint.asUsage(
        spec,
        () ->
            new SampleOptions(
                nfe == null ? usual : nfe,
                guided,
                density,
                gamma,
                Optional.ofNullable(condition),
                autoguidance,
                own));
  }
}
