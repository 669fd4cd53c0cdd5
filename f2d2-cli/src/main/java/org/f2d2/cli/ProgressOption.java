package org.f2d2.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether a command tells how it is getting on. */
final class ProgressOption {

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--quiet", description = "Say nothing about the progress of the work.")
  private boolean quiet;

  /** A new display on the command's error stream; the caller closes it. */
  Progress open() {
    return new Progress(command.commandLine().getErr(), mode(), System::nanoTime);
  }

  private Progress.Mode mode() {
    if (quiet) {
      return Progress.Mode.SILENT;
    }
    return Terminal.onStandardError() ? Progress.Mode.BAR : Progress.Mode.LINES;
  }
}
