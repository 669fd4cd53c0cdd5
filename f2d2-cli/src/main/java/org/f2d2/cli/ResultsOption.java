package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.f2d2.lab.Json;
import org.f2d2.lab.Printable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether results are printed for people or for programs. */
final class ResultsOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** Whether they are for programs. */
  boolean json() {
    return json;
  }

  /** Prints results on standard output. */
  void print(Printable results) {
    spec.commandLine().getOut().println(json ? results.json() : results.markdown());
  }

  /**
   * Prints results on standard output.
   *
   * @param forPrograms makes a tree of values
   * @param forPeople prints in words
   */
  void print(Supplier<?> forPrograms, Consumer<PrintWriter> forPeople) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(forPrograms.get()));
    } else {
      forPeople.accept(out);
    }
  }

  /** Says how far a study is, on standard error. */
  void progress(String line) {
    spec.commandLine().getErr().println(line);
  }
}
