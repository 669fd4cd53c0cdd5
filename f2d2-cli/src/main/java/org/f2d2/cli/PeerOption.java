package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.f2d2.bench.speed.Comparison;
import org.f2d2.bench.speed.Peer;
import org.f2d2.error.F2d2Exception;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which peers to measure against, and how to print what comes out. */
final class PeerOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

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

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** Starts the peers, measures, ends them and prints the comparison. */
  int print(Function<List<Peer>, Comparison> measure) {
    List<Peer> peers = new ArrayList<>();
    try {
      for (String name : names) {
        peers.add(Peer.start(kind(name), folder, Path.of("f2d2-peers.log")));
      }
      Comparison comparison = measure.apply(peers);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? comparison.json() : comparison.markdown());
      out.flush();
      return 0;
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private static Peer.Kind kind(String name) {
    return Arrays.stream(Peer.Kind.values())
        .filter(k -> k.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new F2d2Exception(
                    "no peer is called '"
                        + name
                        + "'; there are "
                        + Arrays.stream(Peer.Kind.values())
                            .map(Peer.Kind::id)
                            .collect(Collectors.joining(", "))));
  }
}
