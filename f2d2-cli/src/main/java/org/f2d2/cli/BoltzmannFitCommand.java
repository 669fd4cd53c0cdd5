package org.f2d2.cli;

import java.util.Optional;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann fit}. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits a model to samples of a target, such as those of boltzmann reference, and stores it in a"
          + " directory. Without DATA it learns from the energy alone: by particles that are carried"
          + " from noise to the target, and a velocity that is taught to carry them better.",
      "The method is falcon unless --method names another, and shortcut-f2d2 without DATA. Particles"
          + " lose their centre of mass, and their network turns as they do."
    })
final class BoltzmannFitCommand extends FittingCommand {

  @Spec private CommandSpec own = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "DATA",
      description = "Rows of the target, as CSV, gzipped CSV or .npy; - is standard input.")
  private @Nullable String data;

  @Mixin private TargetOption target = new TargetOption();

  @Option(
      names = "--scale",
      paramLabel = "S",
      description =
          "Standard deviation of the noise in each coordinate for a fit without DATA; wide enough to"
              + " reach all of the target. The target's own if not given.")
  private @Nullable Double scale;

  @Override
  Optional<String> data() {
    return Optional.ofNullable(data);
  }

  @Override
  DataKind kind() {
    Target known = target.target();
    if (data != null && data.isBlank()) {
      throw new ParameterException(
          own.commandLine(), "DATA is empty; leave it out to learn from the energy alone");
    }
    if (scale != null && data != null) {
      throw new ParameterException(own.commandLine(), "--scale is for fits without DATA");
    }
    Energy energy = known.energy().get();
    double width = scale == null ? known.scale() : scale;
    Complaint.asUsage(own, () -> new EnergyAlone(energy, width));
    return new ConfigurationFiles(
        Optional.of(energy), data == null ? Optional.of(width) : Optional.empty());
  }
}
