package org.f2d2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.f2d2.data.Dequantization;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.CorrectedFlowMap;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.net.ImageFormat;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibration;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedImages;
import org.jspecify.annotations.Nullable;

/**
 * A model of images on disk, format version 1.
 *
 * <p>{@code images.json} says everything but the weights, and names the one safetensors file that
 * holds those. A save writes a new weight file beside the old one and then replaces {@code
 * images.json} as a whole, so at every moment the directory holds one complete model.
 */
final class ImageModelDirectory {

  static final int VERSION = 1;

  private static final String DESCRIPTION = "images.json";
  private static final String WEIGHTS = "images-";
  private static final String SUFFIX = ".safetensors";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * The description.
   *
   * @param classShares missing in models from before there were classes
   * @param weights file of the numbers, in the same directory
   */
  record Description(
      int version,
      ImageFormat format,
      Dequantization dequantization,
      ImageArchitecture network,
      boolean potential,
      @Nullable List<Double> classShares,
      String weights,
      Calibration calibration,
      List<Curve> curves,
      FittedImages.Provenance provenance) {

    List<Double> shares() {
      return classShares == null ? List.of() : classShares;
    }
  }

  private ImageModelDirectory() {}

  static void write(Path directory, FittedImages model) {
    String file = WEIGHTS + UUID.randomUUID().toString().substring(0, 8) + SUFFIX;
    Description description =
        new Description(
            VERSION,
            model.format(),
            model.dequantization(),
            model.provenance().options().network(),
            model.potential().isPresent(),
            model.classShares(),
            file,
            model.calibration(),
            model.curves(),
            model.provenance());
    try {
      Files.createDirectories(directory);
      Safetensors.write(directory.resolve(file), tensors(model), Map.of());
      Path temporary = directory.resolve(DESCRIPTION + ".tmp");
      Files.write(temporary, JSON.writeValueAsBytes(description));
      Files.move(
          temporary,
          directory.resolve(DESCRIPTION),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      removeOthers(directory, file);
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot save the model: " + e.getMessage(), e);
    }
  }

  private static Map<String, Tensor> tensors(FittedImages model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    GaussianFlow axes = model.base().axes();
    int d = axes.dimensions();
    tensors.put("base.mean", Tensor.of(axes.mean().stream().mapToDouble(x -> x).toArray(), d));
    tensors.put("base.scale", Tensor.of(axes.scale().stream().mapToDouble(x -> x).toArray(), d));
    tensors.put("base.basis", model.base().basis());
    tensors.put("teacher", model.teacher().network().parameters().flat().detach());
    tensors.put("velocity", model.velocity().network().parameters().flat().detach());
    tensors.put("student", model.student().network().parameters().flat().detach());
    model
        .potential()
        .ifPresent(p -> tensors.put("potential", p.network().parameters().flat().detach()));
    return tensors;
  }

  private static void removeOthers(Path directory, String kept) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(WEIGHTS) && name.endsWith(SUFFIX) && !name.equals(kept)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(DESCRIPTION));
  }

  static FittedImages read(Path directory) {
    Path file = directory.resolve(DESCRIPTION);
    if (!Files.exists(file)) {
      throw new F2d2Exception(directory + ": holds no model of images, it has no " + DESCRIPTION);
    }
    try {
      Description d =
          JSON.readValue(Files.readString(file, StandardCharsets.UTF_8), Description.class);
      if (d.version() > VERSION) {
        throw new F2d2Exception(
            file
                + ": format version "
                + d.version()
                + " is newer than this program, which reads up to "
                + VERSION);
      }
      return read(directory.resolve(d.weights()), d);
    } catch (JsonProcessingException e) {
      String first = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new F2d2Exception(file + ": not a model description: " + first, e);
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be read: " + e.getMessage(), e);
    } catch (NullPointerException | IllegalArgumentException e) {
      throw new F2d2Exception(file + ": the model description is incomplete or inconsistent", e);
    }
  }

  private static FittedImages read(Path weights, Description description) {
    Safetensors.Contents contents = Safetensors.read(weights);
    int d = description.format().dimensions();
    RotatedGaussianFlow base =
        new RotatedGaussianFlow(
            GaussianFlow.of(
                contents.tensor("base.mean", DType.FLOAT64, d).toDoubles(),
                contents.tensor("base.scale", DType.FLOAT64, d).toDoubles(),
                1),
            contents.tensor("base.basis", DType.FLOAT64, d, d));
    Networks networks = new Networks(description, contents);
    return new FittedImages(
        description.format(),
        description.dequantization(),
        base,
        description.shares(),
        new NetworkVelocity(networks.of("teacher", true, false, false), base),
        new CorrectedFlowMap(base, networks.of("velocity", true, false, true), d),
        new CorrectedFlowMap(base, networks.of("student", true, true, true), d),
        description.potential()
            ? Optional.of(
                new NetworkPotential(networks.of("potential", false, true, false), base, d))
            : Optional.empty(),
        description.calibration(),
        description.curves(),
        description.provenance());
  }

  private record Networks(Description description, Safetensors.Contents contents) {

    Network of(String role, boolean field, boolean pooled, boolean twoTimes) {
      Network shape =
          description
              .network()
              .random(
                  description.format(),
                  new ImageArchitecture.Task(field, pooled, twoTimes),
                  description.shares().size(),
                  new Rng(0));
      Parameters p = shape.parameters();
      return shape.with(
          Parameters.over(p.entries(), contents.tensor(role, DType.FLOAT32, p.count())));
    }
  }
}
