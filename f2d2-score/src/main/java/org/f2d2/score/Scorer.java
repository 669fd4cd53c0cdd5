package org.f2d2.score;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.f2d2.data.Preprocessing;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.GaussianRate;
import org.f2d2.plain.IsotropicLogDensity;
import org.f2d2.plain.JointRateAt;
import org.f2d2.plain.JumpsAt;
import org.f2d2.plain.KernelLogDensity;
import org.f2d2.plain.LogDensityHeadAt;
import org.f2d2.plain.MixtureLogDensity;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.PointFunction;
import org.f2d2.plain.PointMlp;
import org.f2d2.plain.SupportBlend;
import org.f2d2.store.ModelFiles;
import org.f2d2.store.SafetensorsFile;
import org.jspecify.annotations.Nullable;

/**
 * A fitted model of table rows that scores rows on plain arrays, without native code.
 *
 * <pre>{@code
 * Scorer scorer = Scorer.load(Path.of("model"));
 * RowScore score = scorer.scoreRow(Map.of("age", 41.0, "income", 52_000.0));
 * if (score.pValue() <= 0.01) { ... }
 * }</pre>
 *
 * <p>Immutable: any number of threads may use one scorer at once, and there is nothing to close. A
 * row's answer depends on the row alone, bit by bit, whatever rows and threads come with it. It is
 * within 1e-4 nats, relative where the log-density is large, of what {@code DensityModel} answers.
 *
 * <p>It answers by any calibrated number of network evaluations, and exactly where the exact value
 * is a closed form ({@link #answersExactly}). Exact values of other models need the solver of
 * {@code f2d2-core}, and so does drawing rows.
 */
public final class Scorer implements RowScorer {

  private static final String NOT_HERE =
      "the exact value of this model needs the solver of f2d2-core, DensityModel; a Scorer answers by"
          + " a number of evaluations, see Scorer.with";

  private final TableDescription description;

  /** The student; the log-density head's network, if there is one. */
  private final PointMlp student;

  private final Optional<PointFunction> logDensityHead;

  /** The exact value, where it is a closed form. */
  private final Optional<PointFunction> closedForm;

  private final Optional<Support> support;

  private final Optional<Nfe> chosen;

  /** Flow maps' log-densities by number of jumps. */
  private final Map<Integer, PointFunction> jumps = new ConcurrentHashMap<>();

  /** Where the training rows lie. */
  private record Support(PointFunction near, SupportBlend blend) {}

  private Scorer(
      TableDescription description,
      PointMlp student,
      Optional<PointFunction> logDensityHead,
      Optional<PointFunction> closedForm,
      Optional<Support> support,
      Optional<Nfe> chosen) {
    this.description = description;
    this.student = student;
    this.logDensityHead = logDensityHead;
    this.closedForm = closedForm;
    this.support = support;
    this.chosen = chosen;
  }

  /**
   * Reads a model.
   *
   * @param directory as {@code f2d2 fit} or {@code DensityModel.save} wrote it
   * @throws F2d2Exception with one line when it does not hold a whole model of table rows
   */
  public static Scorer load(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new F2d2Exception(directory + ": no such model directory");
    }
    if (!TableDescription.exists(directory)) {
      throw new F2d2Exception(
          directory
              + ": not the directory of a model of table rows, it has no "
              + TableDescription.FILE);
    }
    return ModelFiles.read(
        directory,
        TableDescription.FILE,
        TableDescription.class,
        TableDescription::listed,
        Scorer::of);
  }

  private static Scorer of(TableDescription d, ModelFiles.Load load) {
    // The student's file is read before anything is made of the sizes that the description claims.
    PointMlp student = mlp(load, "student", d.student());
    d.requireConsistent();
    int moving = d.moving();
    PointFunction base = density(load, TableDescription.MIXTURE, d.mixture(), moving);
    // Nothing else asks for it here, and a model must be whole.
    Optional.ofNullable(d.autoguided()).ifPresent(a -> numbers(load, "autoguided", a));
    boolean closed =
        d.onlyTeacher().map(t -> addsNothing(numbers(load, "teacher", t))).orElse(false);
    return new Scorer(
        d,
        student,
        d.onlyLogDensityHead()
            .map(p -> new LogDensityHeadAt(base, mlp(load, "potential", p).at(1, 1), moving, 1)),
        closed ? Optional.of(x -> base.at(first(x, moving))) : Optional.empty(),
        d.onlySupport()
            .map(
                s ->
                    new Support(
                        density(load, TableDescription.SUPPORT, s.near(), moving),
                        new SupportBlend(moving, s.edge(), s.width(), s.most()))),
        Optional.empty());
  }

  private static double[] first(double[] x, int moving) {
    return x.length == moving ? x : Arrays.copyOf(x, moving);
  }

  private static Map<String, double[]> numbers(
      ModelFiles.Load load, String role, TableDescription.StoredNetwork stored) {
    return load.get(stored.file(), role, c -> TableDescription.numbers(c, stored.architecture()));
  }

  private static PointMlp mlp(
      ModelFiles.Load load, String role, TableDescription.StoredNetwork stored) {
    Map<String, double[]> numbers = numbers(load, role, stored);
    return new PointMlp(stored.architecture(), name -> numbers.getOrDefault(name, new double[0]));
  }

  private static boolean addsNothing(Map<String, double[]> network) {
    return Stream.of("output.weight", "output.bias")
        .flatMapToDouble(name -> Arrays.stream(network.getOrDefault(name, new double[] {1})))
        .allMatch(v -> v == 0);
  }

  private static PointFunction density(
      ModelFiles.Load load, String role, TableDescription.@Nullable StoredMixture stored, int d) {
    return stored == null
        ? new IsotropicLogDensity(d, 1)
        : load.get(stored.file(), role, contents -> density(contents, stored, d));
  }

  private static PointFunction density(
      SafetensorsFile.Contents contents, TableDescription.StoredMixture stored, int d) {
    SafetensorsFile.Type type = SafetensorsFile.Type.F64;
    int k = stored.components();
    double[] covariances = contents.doubles("covariances", type, k, d, d);
    MixtureLogDensity mixture =
        MixtureLogDensity.of(
            contents.doubles("weights", type, k),
            contents.doubles("means", type, k, d),
            covariances);
    TableDescription.StoredKernels kernels = stored.kernels();
    if (kernels == null) {
      return mixture;
    }
    int n = kernels.count();
    double[] shapes = contents.doubles("kernels.shapes", type, n);
    return KernelLogDensity.of(
        mixture,
        covariances,
        contents.doubles("kernels.centres", type, n, d),
        Arrays.stream(shapes).mapToInt(shape -> (int) shape).toArray(),
        contents.doubles("kernels.weights", type, n),
        kernels.bandwidth(),
        kernels.share());
  }

  @Override
  public List<String> columns() {
    return preprocessing().columns();
  }

  /** What a user should know about the training columns, one line each. */
  public List<String> warnings() {
    return preprocessing().warnings();
  }

  /** Whether the density is that of a row given its class. */
  public boolean conditional() {
    return preprocessing().hasClasses();
  }

  /** Numbers of network evaluations that are calibrated, ascending. */
  public List<Integer> evaluations() {
    return List.copyOf(new TreeSet<>(description.calibration().few().keySet()));
  }

  /** Whether {@link Nfe#EXACT} is answered: the model is a closed form. */
  public boolean answersExactly() {
    return closedForm.isPresent();
  }

  /** What held-out rows say about the answers. */
  public Calibration calibration() {
    return description.calibration();
  }

  /**
   * How rows are scored where nothing else is asked for: what {@link #with} said, else what {@link
   * TableDescription#usualNfe} says.
   *
   * @throws F2d2Exception where that is the exact value and {@link #answersExactly} is not
   */
  @Override
  public Nfe usualNfe() {
    Nfe usual = chosen.orElseGet(description::usualNfe);
    if (usual.equals(Nfe.EXACT) && !answersExactly()) {
      throw new F2d2Exception(NOT_HERE);
    }
    return usual;
  }

  /**
   * The same model with another usual way to answer.
   *
   * @param nfe a number of {@link #evaluations}, or exact where that is answered
   */
  public Scorer with(Nfe nfe) {
    flow(description.calibration().of(nfe).head(), nfe);
    return new Scorer(description, student, logDensityHead, closedForm, support, Optional.of(nfe));
  }

  /**
   * {@inheritDoc}
   *
   * @param nfe a number of {@link #evaluations}, or exact where that is answered
   */
  @Override
  public Scores scoreRows(double[] rows, Nfe nfe) {
    Preprocessing pre = preprocessing();
    Calibration.Entry calibration = description.calibration().of(nfe);
    PointFunction flow = flow(calibration.head(), nfe);
    pre.requireFinite(rows);
    Preprocessing.Mapped mapped = pre.map(rows);
    int d = pre.modelDimensions();
    double[] logDensity = new double[mapped.logAbsDeterminant().length];
    for (int r = 0; r < logDensity.length; r++) {
      double[] x = Arrays.copyOfRange(mapped.rows(), r * d, (r + 1) * d);
      logDensity[r] = flow.at(x)[0];
      if (support.isPresent()) {
        double near = support.get().near().at(first(x, description.moving()))[0];
        logDensity[r] = support.get().blend().logDensity(near, logDensity[r], x, 0);
      }
    }
    int spent = nfe instanceof Nfe.Jumps k ? calibration.spent(k.count()) : 1;
    return Scores.of(
        "row",
        pre.departures(rows),
        mapped.logAbsDeterminant(),
        logDensity,
        calibration,
        nfe,
        spent);
  }

  private PointFunction flow(Head head, Nfe nfe) {
    if (!(nfe instanceof Nfe.Jumps k)) {
      return closedForm.orElseThrow(() -> new F2d2Exception(NOT_HERE));
    }
    return switch (head) {
      case LOG_DENSITY -> logDensityHead.orElseThrow();
      case DIVERGENCE -> jumps.computeIfAbsent(k.count(), this::jumps);
    };
  }

  /** k jumps of equal length from data to noise. */
  private PointFunction jumps(int k) {
    MlpArchitecture a = description.student().architecture();
    int moving = description.moving();
    boolean divergence = a.outputs() > moving;
    List<JumpsAt.Jump> all = new ArrayList<>();
    for (int i = k; i > 0; i--) {
      double from = (double) i / k;
      double to = (double) (i - 1) / k;
      PointFunction rate =
          new JointRateAt(
              student.at(from, to),
              GaussianRate.of(from, to),
              moving,
              a.conditions(),
              divergence,
              description.divergenceScale());
      all.add(new JumpsAt.Jump(rate, to - from));
    }
    IsotropicLogDensity noise = new IsotropicLogDensity(moving, 1);
    return new JumpsAt(all, y -> noise.at(first(y, moving)));
  }

  private Preprocessing preprocessing() {
    return description.preprocessing();
  }

  @Override
  public String toString() {
    return "Scorer[columns=" + columns() + ", evaluations=" + evaluations() + "]";
  }
}
