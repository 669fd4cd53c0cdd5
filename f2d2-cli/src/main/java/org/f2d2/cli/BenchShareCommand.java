package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.MatrixShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench share}. */
@Command(
    name = "share",
    mixinStandardHelpOptions = true,
    description =
        "Compares the operations per second of scoring with those of plain matrix products, in"
            + " turns.")
final class BenchShareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dimensions",
      split = ",",
      defaultValue = "2,16,64",
      description = "Columns of the rows; ${DEFAULT-VALUE} if not given.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--nfe",
      split = ",",
      defaultValue = "1,4",
      description = "Numbers of jumps; ${DEFAULT-VALUE} if not given.")
  private List<Integer> evaluations = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Turns of each side; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    NfeConverter.require(evaluations, spec);
    results.print(MatrixShare.run(dimensions, evaluations, rounds));
    return 0;
  }
}
