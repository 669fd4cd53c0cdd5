package org.f2d2.cli;

import java.util.List;
import java.util.Locale;
import org.f2d2.energy.Energy;
import org.f2d2.energy.MeanFree;
import org.f2d2.energy.systems.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann}. */
@Command(
    name = "boltzmann",
    mixinStandardHelpOptions = true,
    description = {
      "Densities that are known up to a factor, exp(-E): reference samples by slow chains, models"
          + " that draw in a few evaluations, and weights that make up for what these miss.",
      "reference draws rows, fit learns them (or the energy alone), sample draws weighted rows of the"
          + " model, evaluate says how good they are, and anneal takes particles from noise to the"
          + " target step by step."
    },
    subcommands = {
      BoltzmannReferenceCommand.class,
      BoltzmannFitCommand.class,
      BoltzmannSampleCommand.class,
      BoltzmannEvaluateCommand.class,
      BoltzmannAnnealCommand.class,
    })
final class BoltzmannCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Lists the targets. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the targets, each by the name of its convention.")
  int list() {
    TextTable table = new TextTable(List.of("target", "coordinates", "log Z", "what it is"), 0);
    for (Target target : Target.all()) {
      Energy energy = target.energy().get();
      int free = MeanFree.of(energy).dimensions();
      table.row(
          List.of(
              target.name(),
              energy.dimensions() + (free == energy.dimensions() ? "" : ", " + free + " free"),
              energy.logNormaliser().isPresent()
                  ? String.format(Locale.ROOT, "%.5f", energy.logNormaliser().getAsDouble())
                  : "",
              target.about()));
    }
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
