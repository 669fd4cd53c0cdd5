package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.Evaluation;
import org.f2d2.SampleOptions;
import org.f2d2.data.DataHash;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.AnomalyRanking;
import org.f2d2.lab.TestDensity;
import org.f2d2.metric.RankingCurve;
import org.f2d2.score.Nfe;

/**
 * Every figure of a report, measured on this machine.
 *
 * @param basis what the rows of the evaluation are, in words
 * @param evaluation few-step against exact values on these rows
 * @param rowSeconds time per row, by number of evaluations
 * @param samples rows drawn with each number of evaluations, row-major
 * @param plane densities on a grid; only for a model of two columns
 * @param truthErrors mean distance to the density that the data come from, by number of
 *     evaluations, and under {@link #EXACT} that of the exact value; empty where it is not known
 * @param labels what labels say; only where there are some
 */
public record Measurements(
    String basis,
    Evaluation evaluation,
    Map<Integer, Double> rowSeconds,
    Map<Integer, double[]> samples,
    Optional<PlaneDensities> plane,
    Map<Integer, Double> truthErrors,
    Optional<Labels> labels) {

  /** The numbers of evaluations that a report shows. */
  public static final List<Integer> SHOWN = List.of(1, 2, 4, 8);

  /** Stands for the exact value where numbers of evaluations are keys. */
  public static final int EXACT = 0;

  private static final int SAMPLES = 4000;
  private static final int TIMED_ROWS = 20_000;
  private static final int TIMED_RUNS = 3;
  private static final int PROBE_ROWS = 64;
  private static final int FEWEST_EXACT = 200;
  private static final int MOST_EXACT = 5000;

  /** Parts of the time for exact values; a model has a plane or labels, hardly ever both. */
  private static final double ROWS_SHARE = 0.3;

  private static final double PLANE_SHARE = 0.7;
  private static final double LABELS_SHARE = 0.4;
  private static final long SEED = 1;

  /**
   * What labels say.
   *
   * @param logDensity of all rows with one evaluation; NaN for a row without a density
   * @param anomalies which rows are anomalies
   * @param few ranking of all rows, by number of evaluations
   * @param subset ranking by one evaluation of the rows that have an exact value
   * @param exact ranking of the same rows by the exact value
   */
  public record Labels(
      double[] logDensity,
      boolean[] anomalies,
      Map<Integer, RankingCurve> few,
      Optional<RankingCurve> subset,
      Optional<RankingCurve> exact) {}

  /** Seconds per row of the exact value. */
  public double exactRowSeconds() {
    return evaluation.exactSeconds() / evaluation.rows();
  }

  /**
   * Measures.
   *
   * @param source what to measure
   * @param progress hears what is being done
   */
  public static Measurements of(ReportSource source, Consumer<String> progress) {
    DensityModel model = source.model();
    int d = model.columns().size();
    progress.accept("drawing samples");
    Map<Integer, double[]> samples = new TreeMap<>();
    double[] drawn = new double[0];
    for (int k : SHOWN) {
      drawn = draw(model, k);
      samples.put(k, drawn);
    }
    double[] rows = source.data().isPresent() ? source.data().get().normal(d) : drawn;
    double[] known = known(model, rows);
    if (known.length == 0) {
      throw new F2d2Exception("none of the rows has a density to measure");
    }
    progress.accept("timing");
    Map<Integer, Double> rowSeconds = new TreeMap<>();
    for (int k : SHOWN) {
      rowSeconds.put(k, rowSeconds(model, known, k));
    }
    double exactRate = exactRate(model, known);
    int[] chosen = choose(known.length / d, exactRate * ROWS_SHARE * source.exactSeconds());
    progress.accept("exact log-densities of " + chosen.length + " rows");
    double[] evaluated = pick(known, d, chosen);
    Evaluation evaluation = model.evaluate(evaluated, SHOWN);
    Optional<PlaneDensities> plane = Optional.empty();
    if (d == 2 && !model.canDepart()) {
      progress.accept("densities on a grid");
      plane =
          Optional.of(
              PlaneDensities.of(source, rows, exactRate * PLANE_SHARE * source.exactSeconds()));
    }
    return new Measurements(
        basis(source),
        evaluation,
        rowSeconds,
        samples,
        plane,
        source.truth().map(truth -> truthErrors(truth, evaluated, evaluation)).orElse(Map.of()),
        source
            .data()
            .filter(ReportSource.Data::labelled)
            .map(data -> labels(source, data, exactRate)));
  }

  private static String basis(ReportSource source) {
    if (source.data().isEmpty()) {
      return "rows drawn from the model itself";
    }
    DensityModel model = source.model();
    ReportSource.Data data = source.data().get();
    String hash = DataHash.sha256(Table.of(model.columns(), data.rows()));
    if (hash.equals(model.card().provenance().dataHash())) {
      return "rows that the model was fitted on, to which it is nearer than to new ones";
    }
    return (data.labelled() ? "normal " : "") + "rows of the data that were given";
  }

  private static double[] draw(DensityModel model, int k) {
    return model.sample(SAMPLES, new SampleOptions(new Nfe.Jumps(k), false, false, SEED)).rows();
  }

  /** The rows that do not depart from a constant column. */
  private static double[] known(DensityModel model, double[] rows) {
    if (!model.canDepart()) {
      return rows;
    }
    int d = model.columns().size();
    double[] logDensity = model.score(rows, Nfe.ONE).logDensity();
    int[] kept =
        IntStream.range(0, logDensity.length).filter(i -> !Double.isNaN(logDensity[i])).toArray();
    return pick(rows, d, kept);
  }

  private static double[] pick(double[] rows, int d, int[] indices) {
    double[] picked = new double[indices.length * d];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(rows, indices[i] * d, picked, i * d, d);
    }
    return picked;
  }

  // The first run warms the JVM up and is not counted; the median keeps one hiccup out.
  private static double rowSeconds(DensityModel model, double[] rows, int k) {
    int d = model.columns().size();
    int n = rows.length / d;
    double[] batch = pick(rows, d, IntStream.range(0, TIMED_ROWS).map(i -> i % n).toArray());
    double[] seconds = new double[TIMED_RUNS];
    model.score(batch, new Nfe.Jumps(k));
    for (int run = 0; run < TIMED_RUNS; run++) {
      long start = System.nanoTime();
      model.score(batch, new Nfe.Jumps(k));
      seconds[run] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[TIMED_RUNS / 2] / TIMED_ROWS;
  }

  private static double exactRate(DensityModel model, double[] rows) {
    int d = model.columns().size();
    double[] probe = Arrays.copyOf(rows, Math.min(rows.length, PROBE_ROWS * d));
    model.score(probe, Nfe.EXACT);
    long start = System.nanoTime();
    model.score(probe, Nfe.EXACT);
    return (double) probe.length / d / ((System.nanoTime() - start) / 1e9);
  }

  /** A random choice of as many rows as have an exact value within the time for it, ascending. */
  private static int[] choose(int rows, double affordable) {
    int most = (int) Math.min(MOST_EXACT, affordable);
    int count = Math.min(rows, Math.max(FEWEST_EXACT, most));
    return count == rows
        ? IntStream.range(0, rows).toArray()
        : Split.of(rows, (double) count / rows, SEED).heldOut();
  }

  private static Map<Integer, Double> truthErrors(
      TestDensity truth, double[] rows, Evaluation evaluation) {
    double[] exact = truth.logDensity(rows);
    int d = truth.dimensions();
    int[] counted =
        IntStream.range(0, exact.length)
            .filter(i -> Double.isFinite(exact[i]))
            .filter(i -> truth.counts(Arrays.copyOfRange(rows, i * d, (i + 1) * d)))
            .toArray();
    Map<Integer, Double> errors = new TreeMap<>();
    errors.put(EXACT, distance(evaluation.exact(), exact, counted));
    evaluation.few().forEach((k, f) -> errors.put(k, distance(f.logDensity(), exact, counted)));
    return errors;
  }

  private static double distance(double[] a, double[] b, int[] counted) {
    return IntStream.of(counted)
        .mapToDouble(i -> Math.abs(a[i] - b[i]))
        .average()
        .orElse(Double.NaN);
  }

  private static Labels labels(ReportSource source, ReportSource.Data data, double exactRate) {
    DensityModel model = source.model();
    Map<Integer, RankingCurve> few = new TreeMap<>();
    double[] first = model.score(data.rows(), Nfe.ONE).logDensity();
    for (int k : SHOWN) {
      double[] values = k == 1 ? first : model.score(data.rows(), new Nfe.Jumps(k)).logDensity();
      few.put(k, AnomalyRanking.of(values, data.anomalies()));
    }
    int[] chosen =
        choose(data.anomalies().length, exactRate * LABELS_SHARE * source.exactSeconds());
    boolean[] flags = new boolean[chosen.length];
    double[] fast = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      flags[i] = data.anomalies()[chosen[i]];
      fast[i] = first[chosen[i]];
    }
    double[] rows = pick(data.rows(), model.columns().size(), chosen);
    if (!new ReportSource.Data(rows, flags).labelled()) {
      return new Labels(first, data.anomalies(), few, Optional.empty(), Optional.empty());
    }
    double[] exact = model.score(rows, Nfe.EXACT).logDensity();
    return new Labels(
        first,
        data.anomalies(),
        few,
        Optional.of(AnomalyRanking.of(fast, flags)),
        Optional.of(AnomalyRanking.of(exact, flags)));
  }
}
