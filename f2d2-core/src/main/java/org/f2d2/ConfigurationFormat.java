package org.f2d2;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.plain.Particles;
import org.f2d2.score.Calibration;
import org.f2d2.store.ModelFiles;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.ConfigurationFit;
import org.f2d2.train.ConfigurationFitOptions;
import org.f2d2.train.ConfigurationFitPlan;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedFlow;

/**
 * A model of configurations on disk: {@code configurations.json} says everything but the weights,
 * one file of {@link ModelFiles} holds those.
 */
final class ConfigurationFormat implements ModelFormat {

  private static final String DESCRIPTION = "configurations.json";
  private static final String ROLE = "configurations";
  private static final String TEACHER = "teacher";
  private static final String STUDENT = "student";

  /**
   * The description.
   *
   * @param space dimensions of the space that particles are in; 0 where there are none
   * @param kinds of each particle
   * @param shift of each coordinate
   * @param scale of each coordinate
   * @param teacher whether there is one
   * @param weights file of the numbers, in the same directory
   */
  record Description(
      int version,
      int space,
      List<Integer> kinds,
      List<Double> shift,
      List<Double> scale,
      boolean teacher,
      String weights,
      Calibration calibration,
      List<Curve> curves,
      StoredProvenance provenance,
      List<ModelFiles.StoredFile> files) {}

  /** The provenance as it is stored. */
  record StoredProvenance(
      ConfigurationFitOptions options,
      ConfigurationFitPlan plan,
      String dataHash,
      int rows,
      int trainingRows,
      long skippedSteps,
      List<String> versions,
      String created,
      double seconds) {

    static StoredProvenance of(FittedFlow.Provenance p) {
      return new StoredProvenance(
          (ConfigurationFitOptions) p.options(),
          (ConfigurationFitPlan) p.plan(),
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
          rows,
          trainingRows,
          "",
          skippedSteps,
          versions,
          created,
          seconds,
          List.of());
    }
  }

  @Override
  public String one() {
    return ConfigurationDomain.ONE;
  }

  @Override
  public String description() {
    return DESCRIPTION;
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof ConfigurationDomain;
  }

  @Override
  public void write(Path directory, FittedFlow model) {
    ConfigurationDomain domain = (ConfigurationDomain) model.domain();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.teacher().ifPresent(t -> tensors.put(TEACHER, numbers(t.network())));
    tensors.put(STUDENT, numbers(model.student().network()));
    ModelFiles.save(
        directory,
        DESCRIPTION,
        save -> {
          String weights = save.put(ROLE, Safetensors.sources(tensors));
          return new Description(
              ModelFiles.VERSION,
              domain.particles().map(Particles::space).orElse(0),
              domain.particles().map(Particles::kinds).orElse(List.of()),
              domain.shift(),
              domain.scale(),
              model.teacher().isPresent(),
              weights,
              model.calibration(),
              model.curves(),
              StoredProvenance.of(model.provenance()),
              save.files());
        });
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
        d -> Optional.of(d.files()),
        (d, load) -> load.get(d.weights(), ROLE, contents -> model(Safetensors.of(contents), d)));
  }

  private static FittedFlow model(Safetensors.Contents contents, Description d) {
    Optional<Particles> particles =
        d.space() == 0 ? Optional.empty() : Optional.of(new Particles(d.space(), d.kinds()));
    ConfigurationFitOptions options = d.provenance().options();
    ConfigurationDomain domain =
        new ConfigurationDomain(options.target(), particles, d.shift(), d.scale());
    return new FittedFlow(
        domain,
        d.teacher()
            ? Optional.of(new NetworkVelocity(network(contents, TEACHER, options, domain, false)))
            : Optional.empty(),
        new NetworkFlowMap(network(contents, STUDENT, options, domain, true), domain.moving()),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        d.calibration(),
        d.curves(),
        d.provenance().provenance());
  }

  private static Network network(
      Safetensors.Contents contents,
      String role,
      ConfigurationFitOptions options,
      ConfigurationDomain domain,
      boolean map) {
    Tensor numbers = contents.tensors().get(role);
    double least = Math.pow(options.width(), 2) * (options.layers() - 1.0);
    if (numbers == null || numbers.count() < least) {
      throw new F2d2Exception("the numbers of the " + role + " are missing or too few");
    }
    Network shape = ConfigurationFit.network(options, domain, map, map, new Rng(0));
    Parameters p = shape.parameters();
    return shape.with(
        Parameters.over(p.entries(), contents.tensor(role, DType.FLOAT32, p.count())));
  }
}
