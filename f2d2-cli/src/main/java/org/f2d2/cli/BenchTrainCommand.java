package org.f2d2.cli;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.TrainSpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Times whole training steps of LSD-F2D2 and MeanFlow-F2D2 with a 4 x 512 network beside the"
          + " peers, in turns.",
      "All sides must give the same loss and gradient for the same batch first."
    })
final class BenchTrainCommand implements Callable<Integer> {

  @Mixin private PeerOption peers = new PeerOption();

  @Option(
      names = "--dimensions",
      split = ",",
      defaultValue = "2,16,64",
      description = "Columns of the rows; ${DEFAULT-VALUE} if not given.")
  private List<Integer> dimensions = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "256,1024,4096",
      description = "Rows per step; ${DEFAULT-VALUE} if not given.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Turns of each side; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Override
  public Integer call() {
    List<TrainSpeed.Loss> losses = Arrays.asList(TrainSpeed.Loss.values());
    return peers.print(p -> TrainSpeed.run(p, losses, dimensions, batches, rounds));
  }
}
