package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.Scaling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench scaling}. */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    description =
        "Times scoring against the number of columns, the width of the network, the number of rows"
            + " and the number of evaluations, and fits an exponent to each.")
final class BenchScalingCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Turns of each size; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Scaling scaling = Scaling.run(rounds);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? scaling.json() : scaling.markdown());
    out.flush();
    return 0;
  }
}
