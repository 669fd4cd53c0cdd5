package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.ScoreSpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench score}. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = {
      "Times the log-density from k jumps of a 4 x 512 network beside the peers, in turns.",
      "All sides have the same weights and rows and must give the same numbers first."
    })
final class BenchScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PeerOption peers = new PeerOption();

  @Option(
      names = "--dimensions",
      split = ",",
      defaultValue = "2,16,64",
      description = "Columns of the rows; ${DEFAULT-VALUE} if not given.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--batch",
      defaultValue = "4096",
      description = "Rows per call; ${DEFAULT-VALUE} if not given.")
  private int batch;

  @Option(
      names = "--nfe",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Numbers of jumps; ${DEFAULT-VALUE} if not given.")
  private List<Integer> evaluations = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Turns of each side; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Override
  public Integer call() {
    NfeConverter.require(evaluations, spec);
    return peers.print(p -> ScoreSpeed.run(p, dimensions, batch, evaluations, rounds));
  }
}
