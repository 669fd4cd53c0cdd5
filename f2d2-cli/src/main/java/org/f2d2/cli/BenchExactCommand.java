package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.speed.ExactSpeed;
import org.f2d2.lab.TestDensities;
import org.f2d2.train.FitListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench exact}. */
@Command(
    name = "exact",
    mixinStandardHelpOptions = true,
    description = {
      "Times the log-density of a fitted model by one evaluation beside the exact log-density of the"
          + " same teacher by the peers, in turns.",
      "The exact values must agree, and one evaluation must be within 0.05 nats of them on average."
    })
final class BenchExactCommand implements Callable<Integer> {

  @Mixin private PeerOption peers = new PeerOption();

  @Option(
      names = "--density",
      defaultValue = "ring",
      description = "What is fitted; ${DEFAULT-VALUE} if not given.")
  private String density = "ring";

  @Option(
      names = "--minutes",
      defaultValue = "2",
      description = "Minutes of the fit; ${DEFAULT-VALUE} if not given.")
  private double minutes;

  @Option(
      names = "--tolerance",
      split = ",",
      defaultValue = "1e-5,1e-3",
      description = "Of the peers' solver; ${DEFAULT-VALUE} if not given.")
  private List<Double> tolerances = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Turns of each side; ${DEFAULT-VALUE} if not given.")
  private int rounds;

  @Override
  public Integer call() {
    return peers.print(
        p ->
            ExactSpeed.run(
                p, TestDensities.of(density), minutes, tolerances, rounds, FitListener.SILENT));
  }
}
