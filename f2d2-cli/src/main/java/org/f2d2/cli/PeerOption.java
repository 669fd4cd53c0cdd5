package org.f2d2.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.f2d2.bench.speed.Comparison;
import org.f2d2.bench.speed.Peer;
import org.f2d2.lab.Named;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which peers to measure against, and how to print what comes out. */
final class PeerOption {

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      split = ",",
      description = "torch-eager, torch-compile or jax; torch-compile and jax if not given.")
  private List<String> names = List.of("torch-compile", "jax");

  @Option(
      names = "--peers",
      paramLabel = "FOLDER",
      defaultValue = "f2d2-bench/peers",
      description = "Where the peers are installed; ${DEFAULT-VALUE} if not given.")
  private Path folder = Path.of("f2d2-bench/peers");

  @Mixin private ResultsOption results = new ResultsOption();

  /** Starts the peers, measures, ends them and prints the comparison. */
  int print(Function<List<Peer>, Comparison> measure) {
    List<Peer> peers = new ArrayList<>();
    try {
      for (String name : names) {
        peers.add(Peer.start(kind(name), folder, Path.of("f2d2-peers.log")));
      }
      results.print(measure.apply(peers));
      return 0;
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private static Peer.Kind kind(String name) {
    return Named.of("peer", name, List.of(Peer.Kind.values()), Peer.Kind::id);
  }
}
