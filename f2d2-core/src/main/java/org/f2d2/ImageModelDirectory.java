package org.f2d2;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.domain.image.Dequantization;
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
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.store.ModelFiles;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedImages;
import org.jspecify.annotations.Nullable;

/**
 * A model of images on disk: {@code images.json} says everything but the weights, one file of
 * {@link ModelFiles} holds those.
 */
final class ImageModelDirectory {

  private static final String DESCRIPTION = "images.json";
  private static final String ROLE = "images";

  /**
   * The description.
   *
   * @param classShares missing in models from before there were classes
   * @param weights file of the numbers, in the same directory
   * @param files absent in version 1
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
      FittedImages.Provenance provenance,
      @Nullable List<ModelFiles.StoredFile> files) {

    Optional<List<ModelFiles.StoredFile>> listed() {
      return Optional.ofNullable(files);
    }

    List<Double> shares() {
      return classShares == null ? List.of() : classShares;
    }
  }

  private ImageModelDirectory() {}

  static void write(Path directory, FittedImages model) {
    ModelFiles.save(
        directory,
        DESCRIPTION,
        save -> {
          String weights = save.put(ROLE, Safetensors.sources(tensors(model)));
          return new Description(
              ModelFiles.VERSION,
              model.format(),
              model.dequantization(),
              model.provenance().options().network(),
              model.potential().isPresent(),
              model.classShares(),
              weights,
              model.calibration(),
              model.curves(),
              model.provenance(),
              save.files());
        });
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

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(DESCRIPTION));
  }

  static FittedImages read(Path directory) {
    if (!exists(directory)) {
      throw new F2d2Exception(directory + ": holds no model of images, it has no " + DESCRIPTION);
    }
    return ModelFiles.read(
        directory,
        DESCRIPTION,
        Description.class,
        Description::listed,
        (d, load) -> load.get(d.weights(), ROLE, contents -> model(Safetensors.of(contents), d)));
  }

  private static FittedImages model(Safetensors.Contents contents, Description description) {
    int d = description.format().dimensions();
    requireConsistent(description);
    if (description.potential() != contents.tensors().containsKey("potential")) {
      throw new F2d2Exception("the description and the numbers disagree about a potential");
    }
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

  private static void requireConsistent(Description d) {
    for (double share : d.shares()) {
      if (!(share >= 0 && share <= 1)) {
        throw new F2d2Exception("a class cannot have the share " + share);
      }
    }
    d.calibration()
        .few()
        .forEach(
            (k, entry) -> {
              if (k < 1 || (entry.head() == Head.POTENTIAL && !d.potential())) {
                throw new F2d2Exception(
                    "the calibration is of " + k + " evaluations by a head that is not there");
              }
            });
  }

  private record Networks(Description description, Safetensors.Contents contents) {

    Network of(String role, boolean field, boolean pooled, boolean twoTimes) {
      Tensor numbers = contents.tensors().get(role);
      if (numbers == null || numbers.count() < description.network().leastParameters()) {
        throw new F2d2Exception("the numbers of the " + role + " are missing or too few");
      }
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
