package org.f2d2;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.domain.Domain;
import org.f2d2.domain.image.Dequantization;
import org.f2d2.domain.image.ImageDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.CorrectedFlowMap;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.NetworkLogDensityHead;
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
import org.f2d2.train.FittedFlow;
import org.f2d2.train.ImageFitOptions;
import org.f2d2.train.ImageFitPlan;
import org.jspecify.annotations.Nullable;

/**
 * A model of images on disk: {@code images.json} says everything but the weights, one file of
 * {@link ModelFiles} holds those.
 */
final class ImageModelFormat implements ModelFormat {

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
      @JsonProperty("potential") boolean logDensityHead,
      @Nullable List<Double> classShares,
      String weights,
      Calibration calibration,
      List<Curve> curves,
      StoredProvenance provenance,
      @Nullable List<ModelFiles.StoredFile> files) {

    Optional<List<ModelFiles.StoredFile>> listed() {
      return Optional.ofNullable(files);
    }

    List<Double> shares() {
      return classShares == null ? List.of() : classShares;
    }
  }

  /**
   * The provenance as it is stored.
   *
   * @param images how many there were
   * @param trainingImages how many the networks saw
   */
  record StoredProvenance(
      ImageFitOptions options,
      ImageFitPlan plan,
      String dataHash,
      int images,
      int trainingImages,
      long skippedSteps,
      List<String> versions,
      String created,
      double seconds) {

    static StoredProvenance of(FittedFlow.Provenance p) {
      return new StoredProvenance(
          (ImageFitOptions) p.options(),
          (ImageFitPlan) p.plan(),
          p.dataHash(),
          p.rows(),
          p.trainingRows(),
          p.skippedSteps(),
          p.versions(),
          p.created(),
          p.seconds());
    }

    FittedFlow.Provenance provenance() {
      return new FittedFlow.Provenance(
          options,
          plan,
          dataHash,
          images,
          trainingImages,
          "",
          skippedSteps,
          versions,
          created,
          seconds,
          List.of());
    }
  }

  @Override
  public String description() {
    return DESCRIPTION;
  }

  @Override
  public String one() {
    return "image";
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof ImageDomain;
  }

  @Override
  public void write(Path directory, FittedFlow model) {
    ImageDomain domain = (ImageDomain) model.domain();
    ModelFiles.save(
        directory,
        DESCRIPTION,
        save -> {
          String weights = save.put(ROLE, Safetensors.sources(tensors(model)));
          return new Description(
              ModelFiles.VERSION,
              domain.format(),
              domain.dequantization(),
              ((ImageFitOptions) model.provenance().options()).network(),
              model.logDensityHead().isPresent(),
              domain.classShares(),
              weights,
              model.calibration(),
              model.curves(),
              StoredProvenance.of(model.provenance()),
              save.files());
        });
  }

  private static Map<String, Tensor> tensors(FittedFlow model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    NetworkVelocity teacher = model.teacher().orElseThrow();
    RotatedGaussianFlow base = (RotatedGaussianFlow) teacher.base();
    GaussianFlow axes = base.axes();
    int d = axes.dimensions();
    tensors.put("base.mean", Tensor.of(axes.mean().stream().mapToDouble(x -> x).toArray(), d));
    tensors.put("base.scale", Tensor.of(axes.scale().stream().mapToDouble(x -> x).toArray(), d));
    tensors.put("base.basis", base.basis());
    tensors.put("teacher", numbers(teacher.network()));
    tensors.put(
        FittedFlow.VELOCITY,
        numbers(Objects.requireNonNull(model.others().get(FittedFlow.VELOCITY)).network()));
    tensors.put("student", numbers(model.student().network()));
    model.logDensityHead().ifPresent(p -> tensors.put("potential", numbers(p.network())));
    return tensors;
  }

  private static Tensor numbers(Network network) {
    return network.parameters().flat().detach();
  }

  @Override
  public FittedFlow read(Path directory) {
    return ModelFiles.read(
        directory,
        DESCRIPTION,
        Description.class,
        Description::listed,
        (d, load) -> load.get(d.weights(), ROLE, contents -> model(Safetensors.of(contents), d)));
  }

  private static FittedFlow model(Safetensors.Contents contents, Description description) {
    int d = description.format().dimensions();
    requireConsistent(description);
    if (description.logDensityHead() != contents.tensors().containsKey("potential")) {
      throw new F2d2Exception("the description and the numbers disagree about a log-density head");
    }
    RotatedGaussianFlow base =
        new RotatedGaussianFlow(
            GaussianFlow.of(
                contents.tensor("base.mean", DType.FLOAT64, d).toDoubles(),
                contents.tensor("base.scale", DType.FLOAT64, d).toDoubles(),
                1),
            contents.tensor("base.basis", DType.FLOAT64, d, d));
    Networks networks = new Networks(description, contents);
    return new FittedFlow(
        new ImageDomain(description.format(), description.dequantization(), description.shares()),
        Optional.of(new NetworkVelocity(networks.of("teacher", true, false, false), base)),
        new CorrectedFlowMap(base, networks.of("student", true, true, true), d),
        Map.of(
            FittedFlow.VELOCITY,
            new CorrectedFlowMap(base, networks.of(FittedFlow.VELOCITY, true, false, true), d)),
        description.logDensityHead()
            ? Optional.of(
                new NetworkLogDensityHead(networks.of("potential", false, true, false), base, d))
            : Optional.empty(),
        Optional.empty(),
        description.calibration(),
        description.curves(),
        description.provenance().provenance());
  }

  private static void requireConsistent(Description d) {
    d.calibration()
        .few()
        .forEach(
            (k, entry) -> {
              if (k < 1 || (entry.head() == Head.LOG_DENSITY && !d.logDensityHead())) {
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
