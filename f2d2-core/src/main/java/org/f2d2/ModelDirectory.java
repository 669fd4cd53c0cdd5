package org.f2d2;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.data.Preprocessing;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
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
import org.f2d2.train.Fit;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.Head;
import org.jspecify.annotations.Nullable;

/**
 * A model of rows on disk: {@code model.json} says everything but the weights, each network and the
 * mixture have a file of {@link ModelFiles}. The checkpoint of an unfinished fit may lie in the
 * same directory.
 */
final class ModelDirectory {

  static final int VERSION = ModelFiles.VERSION;

  private static final String DESCRIPTION = "model.json";
  private static final String MIXTURE = "mixture";
  private static final String SUPPORT = "support";

  /**
   * A network in the description.
   *
   * @param architecture its shape
   * @param file its weights, in the same directory
   */
  record StoredNetwork(Mlp.Architecture architecture, String file) {}

  /**
   * The density in closed form that teacher and potential correct.
   *
   * @param components K
   * @param file weights [K], means [K, d] and covariances [K, d, d], in the same directory
   * @param kernels null or absent where there are none
   */
  record StoredMixture(int components, String file, @Nullable StoredKernels kernels) {}

  /**
   * Kernels beside a mixture; see {@link KernelDensityFlow}.
   *
   * @param count n; the mixture's file has their centres [n, d], shapes [n] and weights [n] too
   * @param bandwidth h
   * @param share s
   */
  record StoredKernels(int count, double bandwidth, double share) {}

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
   * @param files absent in version 1
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
      @Nullable List<StoredSupport> support,
      Calibration calibration,
      List<Curve> curves,
      FittedFlow.Provenance provenance,
      @Nullable List<ModelFiles.StoredFile> files) {}

  private ModelDirectory() {}

  static void write(Path directory, FittedFlow model) {
    ModelFiles.save(directory, DESCRIPTION, save -> describe(model, save));
  }

  private static Description describe(FittedFlow model, ModelFiles.Save save) {
    List<StoredNetwork> teacher = new ArrayList<>();
    model.teacher().ifPresent(t -> teacher.add(put(save, "teacher", t.network())));
    StoredNetwork student = put(save, "student", model.student().network());
    List<StoredNetwork> potential = new ArrayList<>();
    model.potential().ifPresent(p -> potential.add(put(save, "potential", p.network())));
    StoredNetwork autoguided =
        model.autoguided().map(m -> put(save, "autoguided", m.network())).orElse(null);
    StoredMixture mixture = base(save, MIXTURE, model.teacher().map(NetworkVelocity::base));
    List<StoredSupport> support =
        model
            .support()
            .map(
                s ->
                    new StoredSupport(
                        base(save, SUPPORT, Optional.of(s.near())), s.edge(), s.width(), s.most()))
            .map(List::of)
            .orElse(List.of());
    return new Description(
        VERSION,
        model.preprocessing(),
        teacher,
        student,
        model.student().divergenceScale(),
        autoguided,
        potential,
        mixture,
        support,
        model.calibration(),
        model.curves(),
        model.provenance(),
        save.files());
  }

  private static StoredNetwork put(ModelFiles.Save save, String role, Network network) {
    if (!(network instanceof Mlp mlp)) {
      throw new F2d2Exception(
          "format version " + VERSION + " stores perceptrons, not " + network.getClass().getName());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameters.Entry e : mlp.parameters().entries()) {
      tensors.put(e.name(), mlp.parameters().get(e.name()).detach());
    }
    return new StoredNetwork(mlp.architecture(), save.put(role, tensors));
  }

  /** A base, unless it is the Gaussian that needs no file. */
  private static @Nullable StoredMixture base(
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
      return new StoredMixture(mixture.components(), save.put(role, tensors), null);
    }
    tensors.put("kernels.centres", kernels.centres());
    tensors.put("kernels.shapes", kernels.shapes());
    tensors.put("kernels.weights", kernels.weights());
    return new StoredMixture(
        mixture.components(),
        save.put(role, tensors),
        new StoredKernels(kernels.kernels(), kernels.bandwidth(), kernels.share()));
  }

  private static ClosedFormFlow base(
      ModelFiles.Load load, String role, @Nullable StoredMixture stored, int d) {
    if (stored == null) {
      return new StandardGaussianFlow(d);
    }
    int k = stored.components();
    StoredKernels kernels = stored.kernels();
    return load.get(
        stored.file(),
        role,
        contents -> {
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

  /** Whether a directory holds a model. */
  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(DESCRIPTION));
  }

  static FittedFlow read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new F2d2Exception(directory + ": no such model directory");
    }
    if (!exists(directory) && ImageModelDirectory.exists(directory)) {
      throw new F2d2Exception(directory + ": holds a model of images, not of rows");
    }
    if (!exists(directory) && Fit.unfinished(directory)) {
      throw new F2d2Exception(directory + ": holds an unfinished fit and no model yet");
    }
    if (!exists(directory)) {
      throw new F2d2Exception(directory + ": not a model directory, it has no " + DESCRIPTION);
    }
    return ModelFiles.read(
        directory, DESCRIPTION, Description.class, Description::files, ModelDirectory::model);
  }

  private static FittedFlow model(Description d, ModelFiles.Load load) {
    if (d.support() == null && d.files() != null) {
      throw new F2d2Exception("the description lacks its support");
    }
    // The student's file is read before anything is made of the sizes that the description claims.
    NetworkFlowMap student =
        new NetworkFlowMap(network(load, "student", d.student()), d.divergenceScale());
    ClosedFormFlow base = base(load, MIXTURE, d.mixture(), d.student().architecture().dimensions());
    FittedFlow model =
        new FittedFlow(
            d.preprocessing(),
            only(d.teacher()).map(n -> new NetworkVelocity(network(load, "teacher", n), base)),
            student,
            Optional.ofNullable(d.autoguided())
                .map(n -> new NetworkFlowMap(network(load, "autoguided", n), d.divergenceScale())),
            only(d.potential()).map(n -> new NetworkPotential(network(load, "potential", n), base)),
            only(Objects.requireNonNullElse(d.support(), List.<StoredSupport>of()))
                .map(s -> support(load, s, d.student())),
            d.calibration(),
            d.curves(),
            d.provenance());
    requireConsistent(model);
    return model;
  }

  private static Support support(ModelFiles.Load load, StoredSupport s, StoredNetwork student) {
    ClosedFormFlow near = base(load, SUPPORT, s.near(), student.architecture().dimensions());
    return new Support(near, s.edge(), s.width(), s.most());
  }

  /** Parts that each are in order may still not belong together. */
  private static void requireConsistent(FittedFlow model) {
    int d = model.preprocessing().modelDimensions();
    int c = model.preprocessing().conditions();
    model.teacher().ifPresent(t -> requireSizes("teacher", t.network(), d, c));
    requireSizes("student", model.student().network(), d, c);
    model.autoguided().ifPresent(a -> requireSizes("autoguided", a.network(), d + 1, c + 1));
    model.potential().ifPresent(p -> requireSizes("potential", p.network(), d, c));
    model
        .calibration()
        .few()
        .forEach(
            (k, entry) -> {
              boolean answered =
                  entry.head() == Head.POTENTIAL
                      ? model.potential().isPresent()
                      : model.student().hasDivergence();
              if (k < 1 || !answered) {
                throw new F2d2Exception(
                    "the calibration is of " + k + " evaluations by a head that is not there");
              }
            });
  }

  private static void requireSizes(String role, Network network, int columns, int conditions) {
    if (network.dimensions() != columns || network.conditions() != conditions) {
      throw new F2d2Exception(
          "the "
              + role
              + " is of "
              + network.dimensions()
              + " columns with "
              + network.conditions()
              + " conditions, the preprocessing of "
              + columns
              + " with "
              + conditions);
    }
  }

  private static <T> Optional<T> only(List<T> parts) {
    if (parts.size() > 1) {
      throw new F2d2Exception("there are " + parts.size() + " parts in the place of one");
    }
    return parts.stream().findFirst();
  }

  private static Mlp network(ModelFiles.Load load, String role, StoredNetwork stored) {
    return load.get(stored.file(), role, contents -> network(contents, stored.architecture()));
  }

  private static Mlp network(Safetensors.Contents contents, Mlp.Architecture architecture) {
    // A layer has a tensor at least, so a depth that is a lie is found before it takes memory.
    if (architecture.depth() > contents.tensors().size()) {
      throw new F2d2Exception(
          "there are not enough tensors for " + architecture.depth() + " layers");
    }
    List<Parameters.Entry> entries = Mlp.entries(architecture);
    for (Parameters.Entry e : entries) {
      contents.tensor(e.name(), DType.FLOAT32, shape(e));
    }
    Parameters parameters = Parameters.zeros(entries, DType.FLOAT32);
    for (Parameters.Entry e : entries) {
      parameters
          .get(e.name())
          .detach()
          .copyInPlace(contents.tensor(e.name(), DType.FLOAT32, shape(e)));
    }
    return Mlp.of(architecture, parameters);
  }

  private static long[] shape(Parameters.Entry entry) {
    return entry.shape().stream().mapToLong(Long::longValue).toArray();
  }
}
