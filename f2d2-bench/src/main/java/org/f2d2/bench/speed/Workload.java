package org.f2d2.bench.speed;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.score.Head;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;

/** The same weights and rows for this library and its peers, in files that all of them read. */
final class Workload implements AutoCloseable {

  /** Largest difference of two sides' numbers, relative to numbers above 1. */
  private static final double TOLERANCE = 1e-5;

  private static final int HARMONICS = 4;

  private final NetworkFlowMap map;
  private final NetworkFlowMap frozen;
  private final Tensor rows;
  private final PeerFiles files = new PeerFiles();
  private final Path weights;
  private final Path rowsFile;

  /**
   * A flow map with random weights, none of them zero, and standard normal rows.
   *
   * @param dimensions d
   * @param width units per layer
   * @param depth layers
   * @param count rows
   */
  Workload(int dimensions, int width, int depth, int count) {
    Rng rng = new Rng(1);
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                dimensions,
                dimensions + 1,
                width,
                depth,
                new TimeEmbedding(HARMONICS),
                new FourierFeatures(0),
                true),
            DType.FLOAT32,
            rng);
    Tensor output = mlp.parameters().get("output.weight");
    output
        .detach()
        .copyInPlace(rng.normal(DType.FLOAT32, output.shape()).mul(0.3 / Math.sqrt(width)));
    this.map = new NetworkFlowMap(mlp, dimensions);
    this.frozen = map.frozen();
    this.rows = rng.normal(DType.FLOAT32, count, dimensions);
    this.weights = files.writeWeights(mlp);
    this.rowsFile = files.write("rows", Map.of("rows", rows));
  }

  NetworkFlowMap map() {
    return map;
  }

  /** The map as it is scored with. */
  NetworkFlowMap frozen() {
    return frozen;
  }

  Tensor rows() {
    return rows;
  }

  Path rowsFile() {
    return rowsFile;
  }

  PeerFiles files() {
    return files;
  }

  /** The log-density of the rows by k jumps. */
  double[] density(Calibrator ours, int k) {
    try (Scope scope = Scope.open()) {
      return ours.few(Head.DIVERGENCE, k, Optional.of(frozen), Optional.empty(), rows);
    }
  }

  /** Checks that a peer has the same log-densities by k jumps. */
  void requireEqual(Peer peer, int k, double[] ours) {
    Path answer = files.path("density");
    peer.ask("density", "rows", rowsFile, "k", k, "output", answer);
    double[] theirs = PeerFiles.read(answer, "log_density").toDoubles();
    requireEqual("log-densities of " + peer.kind().id(), ours, theirs);
  }

  /** Seconds of each of so many times that a peer scores the rows by k jumps. */
  double[] seconds(Peer peer, int k, int repeat) {
    return peer.seconds("score", "rows", rowsFile, "k", k, "repeat", repeat);
  }

  /** Gives a peer the weights. */
  void load(Peer peer) {
    MlpArchitecture shape = ((Mlp) map.network()).architecture();
    peer.ask(
        "load",
        "weights",
        weights,
        "dimensions",
        shape.dimensions(),
        "outputs",
        shape.outputs(),
        "width",
        shape.width(),
        "depth",
        shape.depth(),
        "harmonics",
        HARMONICS);
  }

  /**
   * Checks that two sides have the same numbers.
   *
   * @throws F2d2Exception when they differ: timing them would compare different work
   */
  static void requireEqual(String what, double[] ours, double[] theirs) {
    for (int i = 0; i < Math.max(ours.length, theirs.length); i++) {
      double gap = Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(ours[i]));
      if (!(gap <= TOLERANCE)) {
        throw new F2d2Exception(
            what + " differ: number " + i + " is " + ours[i] + " here and " + theirs[i] + " there");
      }
    }
  }

  @Override
  public void close() {
    rows.close();
    files.close();
  }
}
