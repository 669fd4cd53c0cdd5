package org.f2d2.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Folders;
import org.f2d2.net.Mlp;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;

/** A temporary folder of safetensors files that this library and its peers exchange. */
final class PeerFiles implements AutoCloseable {

  private final Path folder;

  PeerFiles() {
    try {
      this.folder = Files.createTempDirectory("f2d2-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path(String name) {
    return folder.resolve(name + ".safetensors");
  }

  /** Writes tensors and returns the file. */
  Path write(String name, Map<String, Tensor> tensors) {
    Path file = path(name);
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  /** Writes the weights of a network under their own names. */
  Path writeWeights(Mlp mlp) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    mlp.parameters()
        .entries()
        .forEach(e -> weights.put(e.name(), mlp.parameters().get(e.name()).detach()));
    return write("weights", weights);
  }

  /** One tensor of a file that a peer has written. */
  static Tensor read(Path file, String name) {
    Tensor tensor = Safetensors.read(file).tensors().get(name);
    if (tensor == null) {
      throw new F2d2Exception(file + ": has no tensor '" + name + "'");
    }
    return tensor;
  }

  @Override
  public void close() {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
