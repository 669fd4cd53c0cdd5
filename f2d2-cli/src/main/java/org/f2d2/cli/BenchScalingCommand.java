package org.f2d2.cli;

import java.util.concurrent.Callable;
import org.f2d2.bench.speed.Scaling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench scaling}. */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    description =
        "Times scoring against the number of columns, the width of the network, the number of rows"
            + " and the number of evaluations, and fits an exponent to each.")
final class BenchScalingCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Turns of each size; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    results.print(Scaling.run(rounds));
    return 0;
  }
}
