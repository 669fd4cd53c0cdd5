package org.f2d2.score;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.data.Preprocessing;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.store.ModelFiles;
import org.f2d2.store.SafetensorsFile;
import org.jspecify.annotations.Nullable;

/**
 * What {@value #FILE} says about a model of table rows: everything but the numbers, which lie in
 * safetensors files beside it, one for each network and each closed form; see {@link ModelFiles}.
 *
 * @param version of the format
 * @param teacher none or one
 * @param divergenceScale unit of the student's last output
 * @param autoguided null or absent where there is none
 * @param logDensityHead none or one
 * @param mixture null or absent where the base is a standard normal law
 * @param support none or one
 * @param curves how the losses of the fit went
 * @param provenance where the model comes from
 * @param files absent in version 1
 */
public record TableDescription(
    int version,
    Preprocessing preprocessing,
    List<StoredNetwork> teacher,
    StoredNetwork student,
    double divergenceScale,
    @Nullable StoredNetwork autoguided,
    @JsonProperty("potential") List<StoredNetwork> logDensityHead,
    @Nullable StoredMixture mixture,
    @Nullable List<StoredSupport> support,
    Calibration calibration,
    JsonNode curves,
    JsonNode provenance,
    @Nullable List<ModelFiles.StoredFile> files) {

  /** Training rows below which networks may not tell classes apart where no row lies. */
  private static final int FEW_OF_CLASSES = 20_000;

  /** Its name. */
  public static final String FILE = "model.json";

  /** Role of the file of the base's mixture. */
  public static final String MIXTURE = "mixture";

  /** Role of the file of the support's mixture. */
  public static final String SUPPORT = "support";

  /**
   * A network.
   *
   * @param architecture its shape
   * @param file its weights, in the same directory
   */
  public record StoredNetwork(MlpArchitecture architecture, String file) {}

  /**
   * A density in closed form.
   *
   * @param components K
   * @param file weights [K], means [K, d] and covariances [K, d, d], in the same directory
   * @param kernels null or absent where there are none
   */
  public record StoredMixture(int components, String file, @Nullable StoredKernels kernels) {}

  /**
   * Kernels beside a mixture.
   *
   * @param count n; the mixture's file has their centres [n, d], shapes [n] and weights [n] too
   * @param bandwidth h
   * @param share s
   */
  public record StoredKernels(int count, double bandwidth, double share) {}

  /**
   * Where the training rows lie; see {@link org.f2d2.plain.SupportBlend}.
   *
   * @param near the mixture; null or absent for a standard normal law
   */
  public record StoredSupport(
      @Nullable StoredMixture near, double edge, double width, double most) {}

  /** Its files; empty in version 1. */
  public Optional<List<ModelFiles.StoredFile>> listed() {
    return Optional.ofNullable(files);
  }

  /** The teacher, if there is one. */
  public Optional<StoredNetwork> onlyTeacher() {
    return only(teacher);
  }

  /** The log-density head, if there is one. */
  public Optional<StoredNetwork> onlyLogDensityHead() {
    return only(logDensityHead);
  }

  /** The support, if there is one. */
  public Optional<StoredSupport> onlySupport() {
    if (support == null && files != null) {
      throw new F2d2Exception("the description lacks its support");
    }
    return only(Objects.requireNonNullElse(support, List.<StoredSupport>of()));
  }

  private static <T> Optional<T> only(List<T> parts) {
    if (parts.size() > 1) {
      throw new F2d2Exception("there are " + parts.size() + " parts in the place of one");
    }
    return parts.stream().findFirst();
  }

  /** Coordinates that move. */
  public int moving() {
    return student.architecture().dimensions();
  }

  /**
   * What answers rows well where nothing else is asked for: the fewest evaluations whose mean
   * distance to the exact value on held-out rows is at most .1 √d nats, else exact. Exact, too, for
   * a model of few rows given their class: no held-out row shows how few evaluations answer a row
   * of one class that has the values of another.
   */
  public Nfe usualNfe() {
    JsonNode trainingRows = provenance.path("trainingRows");
    return usualNfe(
        preprocessing.hasClasses(),
        preprocessing.modelDimensions() - preprocessing.conditions(),
        calibration,
        trainingRows.asInt());
  }

  /** {@link #usualNfe()} of a model that is not stored. */
  public static Nfe usualNfe(
      boolean classes, int moving, Calibration calibration, int trainingRows) {
    if (classes && trainingRows < FEW_OF_CLASSES) {
      return Nfe.EXACT;
    }
    return calibration.usual(moving).<Nfe>map(Nfe.Jumps::new).orElse(Nfe.EXACT);
  }

  /** Whether a directory holds a model of table rows. */
  public static boolean exists(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /**
   * Throws unless the sizes of the parts fit together.
   *
   * @throws F2d2Exception with one line when they do not
   */
  public void requireConsistent() {
    int d = preprocessing.modelDimensions();
    int c = preprocessing.conditions();
    int moving = d - c;
    onlyTeacher().ifPresent(n -> requireSizes("teacher", n, d, c, List.of(moving)));
    requireSizes("student", student, d, c, List.of(moving, moving + 1));
    if (autoguided != null) {
      requireSizes("autoguided", autoguided, d + 1, c + 1, List.of(moving, moving + 1));
    }
    onlyLogDensityHead().ifPresent(n -> requireSizes("potential", n, d, c, List.of(1)));
    for (Map.Entry<Integer, Calibration.Entry> few : calibration.few().entrySet()) {
      boolean answered =
          few.getValue().head() == Head.LOG_DENSITY
              ? !logDensityHead.isEmpty()
              : student.architecture().outputs() > moving;
      if (few.getKey() < 1 || !answered) {
        throw new F2d2Exception(
            "the calibration is of " + few.getKey() + " evaluations by a head that is not there");
      }
    }
  }

  private static void requireSizes(
      String role, StoredNetwork network, int columns, int conditions, List<Integer> outputs) {
    MlpArchitecture a = network.architecture();
    if (a.dimensions() + a.conditions() != columns || a.conditions() != conditions) {
      throw new F2d2Exception(
          "the "
              + role
              + " is of "
              + (a.dimensions() + a.conditions())
              + " columns with "
              + a.conditions()
              + " conditions, the preprocessing of "
              + columns
              + " with "
              + conditions);
    }
    if (!outputs.contains(a.outputs())) {
      throw new F2d2Exception("the " + role + " has " + a.outputs() + " outputs, not " + outputs);
    }
  }

  /**
   * The numbers of a network from its file.
   *
   * @throws F2d2Exception when a layer is missing or has another shape
   */
  public static Map<String, double[]> numbers(
      SafetensorsFile.Contents contents, MlpArchitecture architecture) {
    // A layer has a tensor at least, so a depth that is a lie is found before it takes memory.
    if (architecture.depth() > contents.arrays().size()) {
      throw new F2d2Exception(
          "there are not enough tensors for " + architecture.depth() + " layers");
    }
    Map<String, double[]> numbers = new LinkedHashMap<>();
    architecture
        .shapes()
        .forEach(
            (name, shape) ->
                numbers.put(
                    name,
                    contents.doubles(
                        name,
                        SafetensorsFile.Type.F32,
                        shape.stream().mapToLong(Long::longValue).toArray())));
    return numbers;
  }
}
