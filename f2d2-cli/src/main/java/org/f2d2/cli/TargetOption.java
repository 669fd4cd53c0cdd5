package org.f2d2.cli;

import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which target a command is about. */
final class TargetOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--target",
      required = true,
      paramLabel = "TARGET",
      description = "One of those that boltzmann list names.")
  private String name = "";

  /** That target. */
  Target target() {
    return Complaint.asUsage(spec, () -> Target.of(name));
  }

  /** Its energy. */
  Energy energy() {
    return target().energy().get();
  }
}
