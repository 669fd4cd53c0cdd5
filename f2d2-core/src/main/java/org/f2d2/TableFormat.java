package org.f2d2;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.likelihood.Support;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.score.TableDescription;
import org.f2d2.store.ModelFiles;
import org.f2d2.store.SafetensorsFile;
import org.f2d2.store.StoredJson;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedFlow;
import org.jspecify.annotations.Nullable;

/**
 * A model of rows on disk: {@code model.json} says everything but the weights, each network and the
 * mixture have a file of {@link ModelFiles}. The checkpoint of an unfinished fit may lie in the
 * same directory.
 */
public final class TableFormat implements ModelFormat {

  @Override
  public String description() {
    return TableDescription.FILE;
  }

  @Override
  public String one() {
    return "row";
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof TableDomain;
  }

  @Override
  public void write(Path directory, FittedFlow model) {
    ModelFiles.save(directory, TableDescription.FILE, save -> describe(model, save));
  }

  private static TableDescription describe(FittedFlow model, ModelFiles.Save save) {
    List<TableDescription.StoredNetwork> teacher = new ArrayList<>();
    model.teacher().ifPresent(t -> teacher.add(put(save, "teacher", t.network())));
    TableDescription.StoredNetwork student = put(save, "student", model.student().network());
    List<TableDescription.StoredNetwork> logDensityHead = new ArrayList<>();
    model.logDensityHead().ifPresent(p -> logDensityHead.add(put(save, "potential", p.network())));
    TableDescription.StoredNetwork autoguided =
        Optional.ofNullable(model.others().get(FittedFlow.AUTOGUIDED))
            .map(m -> put(save, FittedFlow.AUTOGUIDED, m.network()))
            .orElse(null);
    TableDescription.StoredMixture mixture =
        base(save, TableDescription.MIXTURE, model.teacher().map(NetworkVelocity::base));
    List<TableDescription.StoredSupport> support =
        model
            .support()
            .map(
                s ->
                    new TableDescription.StoredSupport(
                        base(save, TableDescription.SUPPORT, Optional.of(s.near())),
                        s.edge(),
                        s.width(),
                        s.most()))
            .map(List::of)
            .orElse(List.of());
    return new TableDescription(
        ModelFiles.VERSION,
        model.preprocessing(),
        teacher,
        student,
        model.student().divergenceScale(),
        autoguided,
        logDensityHead,
        mixture,
        support,
        model.calibration(),
        StoredJson.toTree(model.curves()),
        StoredJson.toTree(FittedFlow.StoredProvenance.of(model.provenance())),
        save.files());
  }

  private static TableDescription.StoredNetwork put(
      ModelFiles.Save save, String role, Network network) {
    if (!(network instanceof Mlp mlp)) {
      throw new F2d2Exception(
          "format version "
              + ModelFiles.VERSION
              + " stores perceptrons, not "
              + network.getClass().getName());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameters.Entry e : mlp.parameters().entries()) {
      tensors.put(e.name(), mlp.parameters().get(e.name()).detach());
    }
    return new TableDescription.StoredNetwork(
        mlp.architecture(), save.put(role, Safetensors.sources(tensors)));
  }

  /** A base, unless it is the Gaussian that needs no file. */
  private static TableDescription.@Nullable StoredMixture base(
      ModelFiles.Save save, String role, Optional<ClosedFormFlow> base) {
    KernelDensityFlow kernels =
        base.isPresent() && base.get() instanceof KernelDensityFlow k ? k : null;
    GaussianMixtureFlow mixture =
        kernels != null
            ? kernels.mixture()
            : base.isPresent() && base.get() instanceof GaussianMixtureFlow m ? m : null;
    if (mixture == null) {
      return null;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weights", mixture.weights());
    tensors.put("means", mixture.means());
    tensors.put("covariances", mixture.covariances());
    if (kernels == null) {
      return new TableDescription.StoredMixture(
          mixture.components(), save.put(role, Safetensors.sources(tensors)), null);
    }
    tensors.put("kernels.centres", kernels.centres());
    tensors.put("kernels.shapes", kernels.shapes());
    tensors.put("kernels.weights", kernels.weights());
    return new TableDescription.StoredMixture(
        mixture.components(),
        save.put(role, Safetensors.sources(tensors)),
        new TableDescription.StoredKernels(
            kernels.kernels(), kernels.bandwidth(), kernels.share()));
  }

  private static ClosedFormFlow base(
      ModelFiles.Load load, String role, TableDescription.@Nullable StoredMixture stored, int d) {
    if (stored == null) {
      return new StandardGaussianFlow(d);
    }
    int k = stored.components();
    TableDescription.StoredKernels kernels = stored.kernels();
    return load.get(
        stored.file(),
        role,
        arrays -> {
          Safetensors.Contents contents = Safetensors.of(arrays);
          GaussianMixtureFlow mixture =
              GaussianMixtureFlow.of(
                  contents.tensor("weights", DType.FLOAT64, k),
                  contents.tensor("means", DType.FLOAT64, k, d),
                  contents.tensor("covariances", DType.FLOAT64, k, d, d));
          return kernels == null
              ? mixture
              : KernelDensityFlow.of(
                  mixture,
                  contents.tensor("kernels.centres", DType.FLOAT64, kernels.count(), d),
                  contents.tensor("kernels.shapes", DType.FLOAT64, kernels.count()),
                  contents.tensor("kernels.weights", DType.FLOAT64, kernels.count()),
                  kernels.bandwidth(),
                  kernels.share());
        });
  }

  @Override
  public FittedFlow read(Path directory) {
    return ModelFiles.read(
        directory,
        TableDescription.FILE,
        TableDescription.class,
        TableDescription::listed,
        TableFormat::model);
  }

  private static FittedFlow model(TableDescription d, ModelFiles.Load load) {
    // The student's file is read before anything is made of the sizes that the description claims.
    Mlp student = network(load, "student", d.student());
    d.requireConsistent();
    ClosedFormFlow base = base(load, TableDescription.MIXTURE, d.mixture(), d.moving());
    Map<String, LearnedFlowMap> others = new LinkedHashMap<>();
    Optional.ofNullable(d.autoguided())
        .ifPresent(
            n ->
                others.put(
                    FittedFlow.AUTOGUIDED,
                    new NetworkFlowMap(
                        network(load, FittedFlow.AUTOGUIDED, n), d.divergenceScale())));
    return new FittedFlow(
        new TableDomain(d.preprocessing()),
        d.onlyTeacher().map(n -> new NetworkVelocity(network(load, "teacher", n), base)),
        new NetworkFlowMap(student, d.divergenceScale()),
        others,
        d.onlyLogDensityHead()
            .map(n -> new NetworkLogDensityHead(network(load, "potential", n), base)),
        d.onlySupport()
            .map(
                s ->
                    new Support(
                        base(load, TableDescription.SUPPORT, s.near(), d.moving()),
                        s.edge(),
                        s.width(),
                        s.most())),
        d.calibration(),
        List.of(StoredJson.read("curves", d.curves(), Curve[].class)),
        StoredJson.read("provenance", d.provenance(), FittedFlow.StoredProvenance.class)
            .provenance());
  }

  private static Mlp network(
      ModelFiles.Load load, String role, TableDescription.StoredNetwork stored) {
    return load.get(stored.file(), role, contents -> network(contents, stored.architecture()));
  }

  private static Mlp network(SafetensorsFile.Contents contents, MlpArchitecture architecture) {
    Map<String, double[]> numbers = TableDescription.numbers(contents, architecture);
    List<Parameters.Entry> entries = Mlp.entries(architecture);
    Parameters parameters = Parameters.zeros(entries, DType.FLOAT32);
    for (Parameters.Entry e : entries) {
      long[] shape = e.shape().stream().mapToLong(Long::longValue).toArray();
      double[] own = Objects.requireNonNull(numbers.get(e.name()));
      parameters.get(e.name()).detach().copyInPlace(Tensor.of(own, DType.FLOAT32, shape));
    }
    return Mlp.of(architecture, parameters);
  }
}
