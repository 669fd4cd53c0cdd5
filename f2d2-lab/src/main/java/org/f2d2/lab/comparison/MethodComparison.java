package org.f2d2.lab.comparison;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.Evaluation;
import org.f2d2.SampleOptions;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.AccuracyBenchmark;
import org.f2d2.metric.EnergyDistance;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.SlicedWasserstein;
import org.f2d2.objective.Method;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FitPlan;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.SharedTeacher;
import org.f2d2.train.TrainingFailed;
import org.f2d2.train.WorkerPool;

/**
 * Trains methods for the same time and measures them.
 *
 * <p>Each method has the time of one core, counted by what its thread worked, so that neither other
 * work on the machine nor a neighbour's pauses change what it may do. Those that distil share a
 * teacher for each data set and seed, whose time is not part of theirs. As many are trained at once
 * as there are cores for; measuring begins when all of them have ended, so that it disturbs nobody.
 *
 * <p>Every model and its figures go to a folder. What lies there already is not done again, so that
 * a comparison that was cut off goes on where it was. A method that diverges is noted with the
 * reason, and the others go on.
 */
public final class MethodComparison {

  /** Numbers of evaluations that are compared. */
  public static final List<Integer> EVALUATIONS = List.of(1, 2, 4, 8);

  // A figure that a file lacks was not measured: it must not be read as zero.
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private static final String FIGURES = "figures.json";
  private static final int GRID = 200;
  private static final int DIRECTIONS = 100;

  /**
   * What is compared.
   *
   * @param methods which
   * @param budget of one core for each method
   * @param teacherBudget of all cores for each teacher
   * @param seeds how many times, with other rows and other random numbers
   * @param cores how many methods are trained at once
   * @param folder where results are kept
   */
  public record Options(
      List<Method> methods,
      Budget budget,
      Budget teacherBudget,
      int seeds,
      int cores,
      Path folder) {
    /** Checks the numbers. */
    public Options {
      if (methods.isEmpty() || seeds < 1 || cores < 1) {
        throw new F2d2Exception("a comparison needs a method, a seed and a core");
      }
    }
  }

  /**
   * One method on one data set with one seed.
   *
   * @param dataset its name
   * @param method name of the method
   * @param seed number of the seed
   * @param head which way to the log-density the few evaluations take
   * @param reference what errors are measured against
   * @param seconds of its core that the students took, planning and calibration included
   * @param steps of the flow map in that time
   * @param teacherSeconds of the teacher; 0 for a method without one
   * @param meanExact mean of the model's own exact log-density over the test rows, nats
   * @param drift largest |mean log-density by few evaluations - mean of the model's own exact one|
   * @param integral of the density by one evaluation over the plane; NaN elsewhere
   * @param failure why training or measuring failed, so that no error is a number; empty where they
   *     did not
   * @param nfe by number of evaluations
   */
  public record Figures(
      String dataset,
      String method,
      int seed,
      String head,
      String reference,
      double seconds,
      int steps,
      @JsonProperty("teacher_seconds") double teacherSeconds,
      @JsonProperty("mean_log_density_exact") double meanExact,
      double drift,
      double integral,
      String failure,
      Map<Integer, Few> nfe) {

    /** Whether the method was trained and measured. */
    public boolean succeeded() {
      return failure.isEmpty();
    }

    static Figures failed(
        ComparisonData data, int seed, Trained trained, double teacherSeconds, String failure) {
      Map<Integer, Few> nfe = new TreeMap<>();
      EVALUATIONS.forEach(k -> nfe.put(k, Few.UNKNOWN));
      return new Figures(
          data.name(),
          trained.method().id(),
          seed,
          "–",
          data.reference(),
          trained.seconds(),
          0,
          teacherSeconds,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          failure,
          nfe);
    }
  }

  /**
   * One number of evaluations.
   *
   * @param meanAbsoluteError of the log-density to the reference, nats
   * @param medianAbsoluteError the middle of these errors, nats
   * @param distanceToOwn of the log-density to the model's own exact one, nats
   * @param integral of the density over the plane; NaN elsewhere
   * @param energyDistance of samples to fresh rows
   * @param slicedW2 of samples to fresh rows
   */
  public record Few(
      @JsonProperty("mean_absolute_error") double meanAbsoluteError,
      @JsonProperty("median_absolute_error") double medianAbsoluteError,
      @JsonProperty("mean_distance_to_own_exact") double distanceToOwn,
      double integral,
      @JsonProperty("energy_distance") double energyDistance,
      @JsonProperty("sliced_w2") double slicedW2) {

    static final Few UNKNOWN =
        new Few(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private final Options options;
  private final FitListener listener;

  /** A comparison; the listener hears of the teachers and a line for each method. */
  public MethodComparison(Options options, FitListener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * Runs what is not yet done.
   *
   * @param data the rows of a seed
   * @return figures of all methods and seeds, in the order of the methods
   */
  public List<Figures> run(LongFunction<ComparisonData> data) {
    List<Figures> all = new ArrayList<>();
    for (int seed = 0; seed < options.seeds(); seed++) {
      all.addAll(run(data.apply(seed), seed));
    }
    return all;
  }

  /** Where the model of a method lies. */
  public Path model(String dataset, int seed, Method method) {
    return folder(dataset, seed).resolve(method.id());
  }

  private Path folder(String dataset, int seed) {
    return options.folder().resolve(dataset).resolve("seed-" + seed);
  }

  private List<Figures> run(ComparisonData data, int seed) {
    List<Method> missing =
        options.methods().stream()
            .filter(m -> !Files.exists(model(data.name(), seed, m).resolve(FIGURES)))
            .toList();
    if (!missing.isEmpty()) {
      train(data, seed, missing);
    }
    return options.methods().stream().map(m -> read(model(data.name(), seed, m))).toList();
  }

  private void train(ComparisonData data, int seed, List<Method> methods) {
    listener.message(data.name() + ", seed " + seed + ": teacher");
    FitOptions base = FitOptions.DEFAULT.withSeed(seed);
    SharedTeacher teacher =
        SharedTeacher.fit(
            data.training(),
            base.with(options.teacherBudget()),
            folder(data.name(), seed).resolve("teacher"),
            listener);
    try (WorkerPool pool = new WorkerPool(options.cores())) {
      for (int from = 0; from < methods.size(); from += options.cores()) {
        List<Method> now = methods.subList(from, Math.min(methods.size(), from + options.cores()));
        List<Trained> trained = pool.map(now.size(), i -> distil(teacher, base, now.get(i)));
        for (Trained t : trained) {
          Figures figures = measure(data, seed, teacher, t);
          listener.message(
              String.format(
                  Locale.ROOT,
                  "%s, seed %d: %s, %s",
                  data.name(),
                  seed,
                  figures.method(),
                  figures.succeeded()
                      ? String.format(
                          Locale.ROOT,
                          "error at 4 evaluations %.3f nats",
                          few(figures, 4).meanAbsoluteError())
                      : "failed: " + figures.failure()));
        }
      }
    }
  }

  private static Few few(Figures figures, int k) {
    return Optional.ofNullable(figures.nfe().get(k)).orElseThrow();
  }

  /** A flow or the reason why there is none. */
  private record Trained(
      Method method, Optional<FittedFlow> flow, String failure, double seconds) {}

  private Trained distil(SharedTeacher teacher, FitOptions base, Method method) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    Optional<FittedFlow> flow = Optional.empty();
    String failure = "";
    try {
      flow =
          Optional.of(
              teacher.distil(
                  base.with(method).with(options.budget()).withWorkers(1),
                  stoppable(),
                  threads::getCurrentThreadCpuTime));
    } catch (TrainingFailed | ArithmeticException e) {
      failure = String.valueOf(e.getMessage());
    }
    return new Trained(method, flow, failure, (threads.getCurrentThreadCpuTime() - start) / 1e9);
  }

  /** Hears nothing, since several are trained at once, but can still end them. */
  private FitListener stoppable() {
    return new FitListener() {
      @Override
      public boolean stopRequested() {
        return listener.stopRequested();
      }
    };
  }

  private Figures measure(ComparisonData data, int seed, SharedTeacher teacher, Trained trained) {
    Path folder = model(data.name(), seed, trained.method());
    double teacherSeconds = trained.method().distilled() ? teacher.seconds() : 0;
    Figures figures = Figures.failed(data, seed, trained, teacherSeconds, trained.failure());
    if (trained.flow().isPresent()) {
      try (DensityModel model = DensityModel.of(trained.flow().get())) {
        figures = measured(data, seed, teacherSeconds, trained, model);
        model.save(folder);
      }
    }
    write(folder, figures);
    return figures;
  }

  /** Training may end with numbers that cannot be measured, such as a flow nobody can solve. */
  private static Figures measured(
      ComparisonData data, int seed, double teacherSeconds, Trained trained, DensityModel model) {
    try {
      return figures(data, seed, teacherSeconds, trained, model);
    } catch (F2d2Exception | ArithmeticException e) {
      return Figures.failed(data, seed, trained, teacherSeconds, String.valueOf(e.getMessage()));
    }
  }

  private static Figures figures(
      ComparisonData data, int seed, double teacherSeconds, Trained trained, DensityModel model) {
    int d = data.dimensions();
    Evaluation evaluation = model.evaluate(data.test(), EVALUATIONS);
    double[] reference =
        data.density().map(t -> t.logDensity(data.test())).orElse(evaluation.exact());
    int[] counted =
        IntStream.range(0, evaluation.rows())
            .filter(r -> counts(data, r) && Double.isFinite(reference[r] + evaluation.exact()[r]))
            .toArray();
    Map<Integer, Few> nfe = new TreeMap<>();
    double drift = 0;
    List<String> heads = new ArrayList<>();
    for (int k : EVALUATIONS) {
      Evaluation.Few few = Optional.ofNullable(evaluation.few().get(k)).orElseThrow();
      double[] errors = errors(few.logDensity(), reference, counted);
      double[] drawn =
          model
              .sample(evaluation.rows(), new SampleOptions(new Nfe.Jumps(k), false, false, k))
              .rows();
      nfe.put(
          k,
          new Few(
              mean(errors),
              ErrorStatistics.median(errors),
              mean(errors(few.logDensity(), evaluation.exact(), counted)),
              integral(data, model, k),
              EnergyDistance.of(drawn, data.test(), d),
              SlicedWasserstein.of(drawn, data.test(), d, DIRECTIONS, new SplittableRandom(k))));
      drift = Math.max(drift, Math.abs(few.meanLogDensity() - evaluation.meanExact()));
      heads.add(few.head().toString());
    }
    return new Figures(
        data.name(),
        trained.method().id(),
        seed,
        String.join("/", heads.stream().distinct().toList()),
        data.reference(),
        trained.seconds(),
        ((FitPlan) trained.flow().orElseThrow().provenance().plan()).studentSteps(),
        teacherSeconds,
        evaluation.meanExact(),
        drift,
        Optional.ofNullable(nfe.get(1)).orElseThrow().integral(),
        "",
        nfe);
  }

  private static boolean counts(ComparisonData data, int row) {
    int d = data.dimensions();
    double[] values = Arrays.copyOfRange(data.test(), row * d, (row + 1) * d);
    return data.density().map(t -> t.counts(values)).orElse(true);
  }

  private static double[] errors(double[] a, double[] b, int[] rows) {
    return IntStream.of(rows).mapToDouble(r -> Math.abs(a[r] - b[r])).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double integral(ComparisonData data, DensityModel model, int k) {
    if (data.dimensions() != 2 || data.density().isEmpty()) {
      return Double.NaN;
    }
    return AccuracyBenchmark.integral(data.density().get(), model, k, GRID);
  }

  private static void write(Path folder, Figures figures) {
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve(FIGURES + ".part");
      JSON.writeValue(part.toFile(), figures);
      Files.move(part, folder.resolve(FIGURES), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Figures read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(FIGURES).toFile(), Figures.class);
    } catch (JsonProcessingException e) {
      // The whole message spans several lines.
      throw new F2d2Exception(
          folder + ": its figures cannot be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new F2d2Exception(folder + ": its figures cannot be read: " + e.getMessage(), e);
    }
  }
}
