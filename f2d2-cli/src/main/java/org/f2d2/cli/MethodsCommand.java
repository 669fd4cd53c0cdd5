package org.f2d2.cli;

import java.util.List;
import org.f2d2.train.FitOptions;
import org.f2d2.train.Method;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what {@code fit --method} takes. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description = "Lists the methods and where they were published.")
final class MethodsCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    TextTable table =
        new TextTable(
            List.of("method", "", "published in", "what it does", "reconstructed here"), 0);
    for (Method method : Method.values()) {
      String mark = method == FitOptions.DEFAULT.method() ? "default" : "";
      table.row(
          List.of(method.id(), mark, method.papers(), method.summary(), method.reconstructed()));
    }
    table.print(spec.commandLine().getOut());
  }
}
