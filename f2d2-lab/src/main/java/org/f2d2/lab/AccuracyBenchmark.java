package org.f2d2.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.Evaluation;
import org.f2d2.SampleOptions;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.EnergyDistance;
import org.f2d2.metric.GridIntegral;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.ShortcutF2d2;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.score.Nfe;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;

/**
 * Fits a model to rows of a density that is known exactly and measures how far its answers are from
 * the truth, row by row.
 */
public final class AccuracyBenchmark {

  /** Numbers of evaluations in the table. */
  public static final List<Integer> EVALUATIONS = List.of(1, 2, 4, 8);

  private static final int SAMPLE_ROWS = 2000;
  private static final int GRID = 300;

  /**
   * What was measured.
   *
   * @param density name of the density
   * @param method name of the method
   * @param heads which head answers at each number of evaluations
   * @param teacherError mean absolute error of the exact value of the model against the truth, nats
   * @param teacherKl mean of truth minus the model's exact value on test rows, nats
   * @param error per number of evaluations: mean absolute error against the truth, nats
   * @param distance per number: mean absolute distance to the model's own exact value, nats
   * @param coverage per number: share of rows within the stated bound
   * @param drift largest distance of a mean few-step value from the mean exact value, nats
   * @param integral per number, in two dimensions: integral of the density over a grid
   * @param energy per number: energy distance of samples to fresh rows
   * @param fitSeconds wall time of the fit
   * @param speedup rows per second of one evaluation over those of the exact value
   */
  public record Result(
      String density,
      String method,
      Map<Integer, String> heads,
      double teacherError,
      double teacherKl,
      Map<Integer, Double> error,
      Map<Integer, Double> distance,
      Map<Integer, Double> coverage,
      double drift,
      Map<Integer, Double> integral,
      Map<Integer, Double> energy,
      double fitSeconds,
      double speedup) {}

  private AccuracyBenchmark() {}

  /** The default method and those of joint distillation, with and without the divergence head. */
  public static List<FitOptions> everyMethodAndHead() {
    List<FitOptions> all = new ArrayList<>();
    StudentOptions student = StudentOptions.DEFAULT;
    for (Method method :
        List.of(
            TrajectoryRegression.METHOD,
            LsdF2d2.LSD_F2D2,
            MeanFlowF2d2.MEANFLOW_F2D2,
            ShortcutF2d2.SHORTCUT_F2D2,
            ShortcutF2d2.SHORTCUT_DISTILL_F2D2)) {
      FitOptions options = FitOptions.DEFAULT.with(method);
      all.add(options.with(student.withHeads(true, false)));
      boolean logDensityHead = method.fromTrajectories();
      all.add(options.with(student.withHeads(false, logDensityHead)));
    }
    return all;
  }

  /**
   * Fits and measures.
   *
   * @param trainingRows rows of the fit
   * @param testRows fresh rows of the error figures
   * @param seed of the rows; the fit has its own in the options
   */
  public static Result run(
      TestDensity density,
      FitOptions options,
      int trainingRows,
      int testRows,
      long seed,
      FitListener listener) {
    SplittableRandom random = new SplittableRandom(seed);
    Table table = density.table(trainingRows, random);
    double[] test = density.sample(testRows, random);
    long start = System.nanoTime();
    try (DensityModel model = DensityModel.fit(table, options, listener)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      return measure(density, model, test, seconds, random);
    }
  }

  /** Measures a model on rows of the density that it was fitted to. */
  public static Result measure(
      TestDensity density,
      DensityModel model,
      double[] test,
      double fitSeconds,
      SplittableRandom random) {
    int d = density.dimensions();
    double[] truth = density.logDensity(test);
    int[] counted =
        IntStream.range(0, truth.length)
            .filter(r -> density.counts(Arrays.copyOfRange(test, r * d, r * d + d)))
            .toArray();
    boolean scores = !model.card().calibration().few().isEmpty();
    Evaluation evaluation = model.evaluate(test, scores ? EVALUATIONS : List.of());
    if (evaluation.rows() != truth.length) {
      throw new F2d2Exception("the model has no exact value for some rows of " + density.name());
    }
    Map<Integer, String> heads = new TreeMap<>();
    Map<Integer, Double> error = new TreeMap<>();
    Map<Integer, Double> distance = new TreeMap<>();
    Map<Integer, Double> coverage = new TreeMap<>();
    Map<Integer, Double> integral = new TreeMap<>();
    Map<Integer, Double> energy = new TreeMap<>();
    double drift = scores ? 0 : Double.NaN;
    double speedup = Double.NaN;
    for (Map.Entry<Integer, Evaluation.Few> entry : evaluation.few().entrySet()) {
      int k = entry.getKey();
      Evaluation.Few few = entry.getValue();
      heads.put(k, few.head().toString());
      error.put(k, error(few.logDensity(), truth, counted));
      distance.put(k, error(few.logDensity(), evaluation.exact(), counted));
      coverage.put(k, few.coverage());
      drift = Math.max(drift, Math.abs(few.meanLogDensity() - evaluation.meanExact()));
      if (k == 1) {
        speedup = few.rowsPerSecond() / (truth.length / evaluation.exactSeconds());
      }
      if (d == 2) {
        integral.put(k, integral(density, model, k, GRID));
      }
    }
    for (int k : EVALUATIONS) {
      double[] drawn =
          model.sample(SAMPLE_ROWS, new SampleOptions(new Nfe.Jumps(k), false, false, k)).rows();
      energy.put(k, EnergyDistance.of(drawn, density.sample(SAMPLE_ROWS, random), d));
    }
    return new Result(
        density.name(),
        name(model.card().provenance().tableOptions()),
        heads,
        error(evaluation.exact(), truth, counted),
        mean(counted, r -> truth[r] - evaluation.exact()[r]),
        error,
        distance,
        coverage,
        drift,
        integral,
        energy,
        fitSeconds,
        speedup);
  }

  private static String name(FitOptions options) {
    String method = options.method().id();
    StudentOptions student = options.student();
    if (student.divergenceHead()) {
      return method;
    }
    boolean logDensityHead = student.logDensityHead() && options.method().fromTrajectories();
    return method + (logDensityHead ? ", log-density head and u" : ", u only");
  }

  /**
   * The integral of a model's density in two dimensions.
   *
   * @param density that it was fitted to
   * @param k evaluations for each value
   * @param side points along each axis
   */
  public static double integral(TestDensity density, DensityModel model, int k, int side) {
    double[] box = density.box();
    GridIntegral grid = new GridIntegral(box[0], box[1], box[2], box[3], side, side);
    return grid.integrate(model.score(grid.points(), new Nfe.Jumps(k)).logDensity());
  }

  private static double error(double[] a, double[] b, int[] rows) {
    return mean(rows, r -> Math.abs(a[r] - b[r]));
  }

  private static double mean(int[] rows, IntToDoubleFunction of) {
    return Arrays.stream(rows).mapToDouble(r -> of.applyAsDouble(r)).average().orElse(Double.NaN);
  }

  /** One row of a Markdown table per result, under a head. */
  public static String markdown(List<Result> results) {
    StringBuilder text =
        new StringBuilder(
            "| density | method | head at k = 1/2/4/8 | teacher to truth | student to truth |"
                + " student to teacher | drift | coverage of the 95 % bound | integral |"
                + " energy distance | exact/fast | fit s |\n"
                + "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (Result r : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.3f (KL %.4f) | %s | %s | %s | %s | %s | %s | %s | %.0f |%n",
              r.density(),
              r.method(),
              join(r.heads().values()),
              r.teacherError(),
              r.teacherKl(),
              figures(r.error(), "%.3f"),
              figures(r.distance(), "%.3f"),
              figure(r.drift(), "%.3f"),
              figures(r.coverage(), "%.3f"),
              figures(r.integral(), "%.3f"),
              figures(r.energy(), "%.4f"),
              figure(r.speedup(), "%.0f"),
              r.fitSeconds()));
    }
    return text.toString();
  }

  private static String join(Iterable<String> names) {
    List<String> distinct = new ArrayList<>();
    for (String name : names) {
      if (!distinct.contains(name)) {
        distinct.add(name);
      }
    }
    if (distinct.size() < 2) {
      return distinct.isEmpty() ? "–" : distinct.get(0);
    }
    return String.join("/", names);
  }

  private static String figure(double value, String format) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static String figures(Map<Integer, Double> values, String format) {
    List<String> texts =
        values.values().stream().map(v -> String.format(Locale.ROOT, format, v)).toList();
    return texts.isEmpty() ? "–" : String.join(" / ", texts);
  }
}
