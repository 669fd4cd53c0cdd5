package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.List;
import org.f2d2.objective.Method;
import org.f2d2.objective.MethodOptions;
import org.f2d2.objective.Methods;
import org.f2d2.train.FitOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists what {@code fit --method} takes, and the options of a method. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the methods and where they were published.",
      "With a name, says what its options are: fit --option NAME=VALUE sets them."
    })
final class MethodsCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "A method whose options are wanted.")
  private @Nullable String name;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      all(out);
    } else {
      one(method(name), out);
    }
  }

  private Method method(String id) {
    return Complaint.asUsage(spec, () -> Methods.of(id));
  }

  private static void all(PrintWriter out) {
    TextTable table =
        new TextTable(
            List.of("method", "", "published in", "what it does", "reconstructed here"), 0);
    for (Method method : Methods.all()) {
      String mark = method.id().equals(FitOptions.DEFAULT.method().id()) ? "default" : "";
      table.row(
          List.of(
              method.id(),
              mark,
              method.info().papers(),
              method.info().summary(),
              method.info().reconstructed()));
    }
    table.print(out);
  }

  private static void one(Method method, PrintWriter out) {
    out.println(method.id() + ": " + method.info().summary());
    out.println("published in: " + method.info().papers());
    out.println("reconstructed here: " + method.info().reconstructed());
    out.println("learns from: " + (method.distilled() ? "a teacher" : "the data"));
    List<MethodOptions.Described> options = method.optionList();
    if (options.isEmpty()) {
      out.println("It has no options.");
      return;
    }
    TextTable table = new TextTable(List.of("option", "values", "default"), 1);
    options.forEach(o -> table.row(List.of(o.name(), o.values(), String.valueOf(o.value()))));
    table.print(out);
  }
}
