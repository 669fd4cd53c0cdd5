package org.f2d2.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code f2d2 boltzmann fit}. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits a model to samples of a target, such as those of boltzmann reference, and stores it in a"
          + " directory.",
      "The method is falcon unless --method names another. Particles lose their centre of mass, and"
          + " their network turns as they do."
    })
final class BoltzmannFitCommand extends FitCommand {

  @Mixin private TargetOption target = new TargetOption();

  @Override
  DataKind kind(String data) {
    return new ConfigurationFiles(Optional.of(target.energy()));
  }
}
