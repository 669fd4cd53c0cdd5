package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.LatencySpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench latency}. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description = {
      "Times the log-density of one row by one jump inside this process beside the peers, in turns.",
      "All sides have the same weights and row and must give the same number first."
    })
final class BenchLatencyCommand implements Callable<Integer> {

  @Mixin private PeerOption peers = new PeerOption();

  @Option(
      names = "--dimensions",
      split = ",",
      defaultValue = "2,16,64",
      description = "Columns of the row; ${DEFAULT-VALUE} if not given.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--width",
      split = ",",
      defaultValue = "128,512",
      description = "Units of each of the 4 layers; ${DEFAULT-VALUE} if not given.")
  private List<Integer> widths = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Turns of each side; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Override
  public Integer call() {
    return peers.print(p -> LatencySpeed.run(p, dimensions, widths, rounds));
  }
}
