package org.f2d2.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.net.FourierFeatures;
import org.f2d2.net.Mlp;
import org.f2d2.net.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;

/** The same weights and rows for this library and its peers, in files that all of them read. */
final class Workload implements AutoCloseable {

  /** Largest difference of two sides' numbers, relative to numbers above 1. */
  private static final double TOLERANCE = 1e-5;

  private static final int HARMONICS = 4;

  private final NetworkFlowMap map;
  private final Tensor rows;
  private final Path folder;

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
            new Mlp.Architecture(
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
    this.rows = rng.normal(DType.FLOAT32, count, dimensions);
    try {
      this.folder = Files.createTempDirectory("f2d2-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Tensor> weights = new LinkedHashMap<>();
    mlp.parameters()
        .entries()
        .forEach(e -> weights.put(e.name(), mlp.parameters().get(e.name()).detach()));
    Safetensors.write(weights(), weights, Map.of());
    Safetensors.write(rowsFile(), Map.of("rows", rows), Map.of());
  }

  NetworkFlowMap map() {
    return map;
  }

  Tensor rows() {
    return rows;
  }

  private Path weights() {
    return folder.resolve("weights.safetensors");
  }

  Path rowsFile() {
    return folder.resolve("rows.safetensors");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Gives a peer the weights. */
  void load(Peer peer) {
    Mlp.Architecture shape = ((Mlp) map.network()).architecture();
    peer.ask(
        "load",
        "weights",
        weights(),
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

  /** One tensor of a file that a peer has written. */
  static Tensor read(Path file, String name) {
    Tensor tensor = Safetensors.read(file).tensors().get(name);
    if (tensor == null) {
      throw new F2d2Exception(file + ": has no tensor '" + name + "'");
    }
    return tensor;
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
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
