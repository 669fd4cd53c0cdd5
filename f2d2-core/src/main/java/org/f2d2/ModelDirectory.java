package org.f2d2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.f2d2.data.Preprocessing;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.likelihood.Support;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibration;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedFlow;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk, format version 1.
 *
 * <p>{@code model.json} says everything but the weights, and names the safetensors files that hold
 * those. A save writes new weight files beside the old ones and then replaces {@code model.json} as
 * a whole, so at every moment the directory holds one complete model; files that no model names any
 * more are removed last. The checkpoint of an unfinished fit may lie in the same directory.
 */
final class ModelDirectory {

  static final int VERSION = 1;

  private static final String DESCRIPTION = "model.json";
  private static final String WEIGHTS_SUFFIX = ".weights.safetensors";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * A network in the description.
   *
   * @param architecture its shape
   * @param file its weights, in the same directory
   */
  record StoredNetwork(Mlp.Architecture architecture, String file) {}

  /**
   * The mixture that teacher and potential correct.
   *
   * @param components K
   * @param file weights [K], means [K, d] and covariances [K, d, d], in the same directory
   */
  record StoredMixture(int components, String file) {}

  /**
   * Where the training rows lie; see {@link Support}.
   *
   * @param near the mixture; null or absent for {@link StandardGaussianFlow}
   */
  record StoredSupport(@Nullable StoredMixture near, double edge, double width, double most) {}

  /**
   * The description.
   *
   * @param autoguided null or absent where there is none
   * @param mixture null or absent where the base is {@link StandardGaussianFlow}
   */
  record Description(
      int version,
      Preprocessing preprocessing,
      List<StoredNetwork> teacher,
      StoredNetwork student,
      double divergenceScale,
      @Nullable StoredNetwork autoguided,
      List<StoredNetwork> potential,
      @Nullable StoredMixture mixture,
      @Nullable StoredSupport support,
      Calibration calibration,
      List<Curve> curves,
      FittedFlow.Provenance provenance) {}

  private ModelDirectory() {}

  static void write(Path directory, FittedFlow model) {
    String id = UUID.randomUUID().toString().substring(0, 8);
    try {
      Files.createDirectories(directory);
      List<StoredNetwork> teacher = new ArrayList<>();
      model.teacher().ifPresent(t -> teacher.add(weights(directory, id, "teacher", t.network())));
      StoredNetwork student = weights(directory, id, "student", model.student().network());
      List<StoredNetwork> potential = new ArrayList<>();
      model
          .potential()
          .ifPresent(p -> potential.add(weights(directory, id, "potential", p.network())));
      Description description =
          new Description(
              VERSION,
              model.preprocessing(),
              teacher,
              student,
              model.student().divergenceScale(),
              model
                  .autoguided()
                  .map(m -> weights(directory, id, "autoguided", m.network()))
                  .orElse(null),
              potential,
              mixture(directory, id, "mixture", model.teacher().map(NetworkVelocity::base)),
              model
                  .support()
                  .map(
                      s ->
                          new StoredSupport(
                              mixture(directory, id, "support", Optional.of(s.near())),
                              s.edge(),
                              s.width(),
                              s.most()))
                  .orElse(null),
              model.calibration(),
              model.curves(),
              model.provenance());
      Path temporary = directory.resolve(DESCRIPTION + "." + id + ".tmp");
      Files.write(temporary, JSON.writeValueAsBytes(description));
      Files.move(
          temporary,
          directory.resolve(DESCRIPTION),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      removeOthers(directory, id);
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot save the model: " + reason(e), e);
    }
  }

  private static StoredNetwork weights(Path directory, String id, String role, Network network) {
    if (!(network instanceof Mlp mlp)) {
      throw new F2d2Exception(
          "format version " + VERSION + " stores perceptrons, not " + network.getClass().getName());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameters.Entry e : mlp.parameters().entries()) {
      tensors.put(e.name(), mlp.parameters().get(e.name()).detach());
    }
    String file = role + "-" + id + WEIGHTS_SUFFIX;
    Safetensors.write(directory.resolve(file), tensors, Map.of("role", role));
    return new StoredNetwork(mlp.architecture(), file);
  }

  private static @Nullable StoredMixture mixture(
      Path directory, String id, String role, Optional<ClosedFormFlow> base) {
    if (base.isEmpty() || !(base.get() instanceof GaussianMixtureFlow mixture)) {
      return null;
    }
    String file = role + "-" + id + WEIGHTS_SUFFIX;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weights", mixture.weights());
    tensors.put("means", mixture.means());
    tensors.put("covariances", mixture.covariances());
    Safetensors.write(directory.resolve(file), tensors, Map.of("role", role));
    return new StoredMixture(mixture.components(), file);
  }

  private static ClosedFormFlow base(Path directory, @Nullable StoredMixture stored, int d) {
    if (stored == null) {
      return new StandardGaussianFlow(d);
    }
    Path file = directory.resolve(stored.file());
    Safetensors.Contents contents = Safetensors.read(file);
    int k = stored.components();
    try {
      return GaussianMixtureFlow.of(
          contents.tensor("weights", DType.FLOAT64, k),
          contents.tensor("means", DType.FLOAT64, k, d),
          contents.tensor("covariances", DType.FLOAT64, k, d, d));
    } catch (F2d2Exception | IllegalArgumentException wrong) {
      throw new F2d2Exception(file + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Support support(Path directory, StoredSupport s, StoredNetwork student) {
    Mlp.Architecture shape = student.architecture();
    ClosedFormFlow near = base(directory, s.near(), shape.dimensions());
    return new Support(near, s.edge(), s.width(), s.most());
  }

  private static void removeOthers(Path directory, String id) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean ours = name.endsWith(WEIGHTS_SUFFIX) || name.startsWith(DESCRIPTION + ".");
        if (ours && !name.contains("-" + id + ".")) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Whether a directory holds a model. */
  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(DESCRIPTION));
  }

  static FittedFlow read(Path directory) {
    Path file = directory.resolve(DESCRIPTION);
    if (!Files.isDirectory(directory)) {
      throw new F2d2Exception(directory + ": no such model directory");
    }
    if (!Files.exists(file) && ImageModelDirectory.exists(directory)) {
      throw new F2d2Exception(directory + ": holds a model of images, not of rows");
    }
    if (!Files.exists(file)) {
      throw new F2d2Exception(directory + ": not a model directory, it has no " + DESCRIPTION);
    }
    try {
      JsonNode tree = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
      JsonNode version = tree.path("version");
      if (!version.isInt()) {
        throw new F2d2Exception(file + ": the format version is missing");
      }
      if (version.asInt() > VERSION) {
        throw new F2d2Exception(
            file
                + ": format version "
                + version.asInt()
                + " is newer than this program, which reads up to "
                + VERSION);
      }
      Description d = JSON.treeToValue(tree, Description.class);
      ClosedFormFlow base = base(directory, d.mixture(), d.student().architecture().dimensions());
      return new FittedFlow(
          d.preprocessing(),
          first(d.teacher()).map(n -> new NetworkVelocity(network(directory, n), base)),
          new NetworkFlowMap(network(directory, d.student()), d.divergenceScale()),
          Optional.ofNullable(d.autoguided())
              .map(n -> new NetworkFlowMap(network(directory, n), d.divergenceScale())),
          first(d.potential()).map(n -> new NetworkPotential(network(directory, n), base)),
          Optional.ofNullable(d.support()).map(s -> support(directory, s, d.student())),
          d.calibration(),
          d.curves(),
          d.provenance());
    } catch (JsonProcessingException e) {
      throw new F2d2Exception(file + ": not a model description: " + firstLine(e), e);
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be read: " + reason(e), e);
    } catch (NullPointerException | IllegalArgumentException e) {
      throw new F2d2Exception(file + ": the model description is incomplete or inconsistent", e);
    }
  }

  private static Optional<StoredNetwork> first(List<StoredNetwork> networks) {
    return networks.stream().findFirst();
  }

  private static Mlp network(Path directory, StoredNetwork stored) {
    Path file = directory.resolve(stored.file());
    Safetensors.Contents contents = Safetensors.read(file);
    Parameters parameters = Parameters.zeros(Mlp.entries(stored.architecture()), DType.FLOAT32);
    for (Parameters.Entry e : parameters.entries()) {
      long[] shape = e.shape().stream().mapToLong(Long::longValue).toArray();
      try {
        parameters
            .get(e.name())
            .detach()
            .copyInPlace(contents.tensor(e.name(), DType.FLOAT32, shape));
      } catch (F2d2Exception wrong) {
        throw new F2d2Exception(file + ": " + wrong.getMessage(), wrong);
      }
    }
    return Mlp.of(stored.architecture(), parameters);
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
