package org.f2d2.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.tensor.Rng;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Weighs draws of a model, or of anything with a log-density, for a target density. */
@Command(
    name = "weights",
    mixinStandardHelpOptions = true,
    description = {
      "Weighs rows that were drawn from a model so that they stand for a target density p that is"
          + " known up to a constant: log w = log p - log q, q being the density of the model. Prints"
          + " the effective sample size, log Z (the logarithm of the constant) and what speaks"
          + " against them; --output writes log_weight and weight, which sum to 1, line by line.",
      "Both densities must be with respect to the same measure: for a column of levels or rounded"
          + " values the model's density is that of score, in the units of the columns.",
      "The rows must be independent draws with the density q: not training rows, not rows of another"
          + " model, nor such of --guided, --gamma or --autoguidance. Rows drawn with few evaluations"
          + " have nearly the density q; sample --nfe exact is closest to it.",
      "Parts of the target where no row is are seen by no figure here.",
      "Rows that cannot be read and rows without a density are left out, which is said on standard"
          + " error."
    })
final class WeightsCommand implements Callable<Integer> {

  /** Rows that are scored between two steps of the progress. */
  private static final int CHUNK = 4096;

  /** The stream of random numbers that picks rows for exact values. */
  private static final int PICK_STREAM = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DATA", description = "CSV, gzipped CSV or .npy; - is standard input.")
  private String data = "";

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** Where log q comes from. */
  static final class Source {
    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "Directory of the model that the rows were drawn from.")
    private @Nullable Path model;

    @Option(
        names = "--log-density",
        paramLabel = "COLUMN",
        description = "In place of a model: the column of log q, nats.")
    private @Nullable String column;
  }

  @Option(
      names = "--log-target",
      required = true,
      paramLabel = "COLUMN",
      description = "Column of log p, nats, up to a constant; -inf where the target is zero.")
  private String logTarget = "";

  @Option(
      names = "--nfe",
      paramLabel = "K|exact",
      converter = NfeConverter.class,
      description =
          "Network evaluations per row, or exact for the model's ODE; exact if not given.")
  private @Nullable Nfe nfe;

  @Option(
      names = "--compare",
      description =
          "Compare the weights by few evaluations (those of --nfe, or one) with exact ones.")
  private boolean compare;

  @Option(
      names = "--exact-rows",
      paramLabel = "N",
      description = "How many rows, picked at random, --compare looks at; all by default.")
  private @Nullable Integer exactRows;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the weights go, a line for each line of DATA: CSV, gzipped if it ends in .gz; - is"
              + " standard output and sends the summary to standard error.")
  private @Nullable String output;

  @Option(
      names = "--resample",
      paramLabel = "N",
      description =
          "Write N rows in place of the weights, each as often as its weight says (systematic"
              + " resampling), with the number of its row in DATA before it. Without a model, all"
              + " columns must be numbers.")
  private @Nullable Integer resample;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Fixes what --resample and --exact-rows pick; 0 by default.")
  private long seed;

  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ResultsOption results = new ResultsOption();
  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    checkUsage();
    if (source.model == null) {
      weigh(readWithDensity(), Optional.empty());
      return 0;
    }
    device.use();
    try (DensityModel fitted = ModelOption.loadTable(source.model)) {
      ImageFiles.refuse(data);
      if (fitted.columns().contains(logTarget)) {
        throw new F2d2Exception("--log-target: '" + logTarget + "' is a column of the model");
      }
      weigh(
          WeightedRows.read(
              data,
              System.in,
              logTarget,
              reader -> {
                ColumnMatch match =
                    ColumnMatch.of(reader.source(), reader.columns(), fitted.columns());
                UnknownColumns.tell(spec.commandLine().getErr(), reader.source(), match.unknown());
                return match.columns();
              }),
          Optional.of(fitted));
    }
    return 0;
  }

  private void checkUsage() {
    require(source.model != null || nfe == null, "--nfe is for --model");
    require(source.model != null || !compare, "--compare is for --model");
    require(compare || exactRows == null, "--exact-rows is for --compare");
    require(
        exactRows == null || exactRows >= 2, "--exact-rows must be at least 2, got " + exactRows);
    require(resample == null || resample >= 1, "--resample must be at least 1, got " + resample);
    require(resample == null || output != null, "--resample needs --output");
    require(!logTarget.equals(source.column), "--log-density and --log-target are one column");
    require(
        !"-".equals(output) || !results.json(), "--json and --output - both use standard output");
    require(
        output == null || !SameFile.is(data, output),
        "--output is the file that is read, " + output);
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Rows with log q in the last column, after all others where they are to be written. */
  private WeightedRows readWithDensity() {
    String density = String.valueOf(source.column);
    return WeightedRows.read(
        data,
        System.in,
        logTarget,
        reader -> {
          List<String> wanted = new ArrayList<>(resample == null ? List.of() : reader.columns());
          wanted.remove(density);
          wanted.add(density);
          return wanted;
        });
  }

  private void weigh(WeightedRows rows, Optional<DensityModel> model) {
    Nfe way = nfe == null ? Nfe.EXACT : nfe;
    SortedMap<Integer, String> errors = new TreeMap<>(rows.faults());
    try (Progress progress = progressOption.open()) {
      int[] every = IntStream.range(0, rows.readable()).toArray();
      double[] logDensity =
          model
              .map(m -> logDensity(m, rows, every, way, errors, progress))
              .orElseGet(() -> lastColumn(rows));
      int[] scored = Arrays.stream(every).filter(row -> Double.isFinite(logDensity[row])).toArray();
      if (scored.length == 0) {
        throw new F2d2Exception(
            data + ": no row has a weight; the first one: " + errors.get(errors.firstKey()));
      }
      double[] logWeights =
          Arrays.stream(scored).mapToDouble(r -> rows.logTarget()[r] - logDensity[r]).toArray();
      ImportanceWeights weights = ImportanceWeights.of(logWeights);
      Optional<WeightsSummary.Comparison> comparison =
          compare
              ? model.map(m -> compare(m, rows, scored, logDensity, way, progress))
              : Optional.empty();
      String density =
          model.map(m -> m.densityName() + ", nfe " + way).orElse("column " + source.column);
      tellLeftOut(rows.faults().size(), errors.size() - rows.faults().size());
      write(rows, scored, weights, errors);
      print(new WeightsSummary(weights, errors.size(), density, comparison));
    }
  }

  private static double[] lastColumn(WeightedRows rows) {
    int d = rows.columns().size();
    return IntStream.range(0, rows.readable())
        .mapToDouble(row -> rows.values()[row * d + d - 1])
        .toArray();
  }

  /**
   * Log-densities of some of the rows.
   *
   * @param errors where rows without one are put, by their places
   */
  private double[] logDensity(
      DensityModel model,
      WeightedRows rows,
      int[] some,
      Nfe way,
      SortedMap<Integer, String> errors,
      Progress progress) {
    progress.stage("scoring " + data + ", nfe " + way, some.length, "rows");
    double[] logDensity = new double[some.length];
    for (int from = 0; from < some.length; from += CHUNK) {
      int[] chunk = Arrays.copyOfRange(some, from, Math.min(some.length, from + CHUNK));
      Scores scores = model.scoreRows(rows.valuesOf(chunk), way);
      System.arraycopy(scores.logDensity(), 0, logDensity, from, chunk.length);
      for (int i = 0; i < chunk.length; i++) {
        if (!Double.isFinite(logDensity[from + i])) {
          errors.put(
              rows.places()[chunk[i]],
              scores.failures().getOrDefault(i, "the log-density is " + logDensity[from + i]));
        }
      }
      progress.step(from + chunk.length, Double.NaN);
    }
    return logDensity;
  }

  private WeightsSummary.Comparison compare(
      DensityModel model,
      WeightedRows rows,
      int[] scored,
      double[] logDensity,
      Nfe way,
      Progress progress) {
    int[] picked = exactRows == null || exactRows >= scored.length ? scored : pick(scored);
    boolean exactKnown = way.equals(Nfe.EXACT);
    Nfe other = exactKnown ? Nfe.ONE : Nfe.EXACT;
    double[] others = logDensity(model, rows, picked, other, new TreeMap<>(), progress);
    int[] both =
        IntStream.range(0, picked.length).filter(i -> Double.isFinite(others[i])).toArray();
    if (both.length == 0) {
      throw new F2d2Exception(data + ": no row has a log-density by nfe " + other + " to compare");
    }
    double[] target = Arrays.stream(both).mapToDouble(i -> rows.logTarget()[picked[i]]).toArray();
    double[] byWay = Arrays.stream(both).mapToDouble(i -> logDensity[picked[i]]).toArray();
    double[] byOther = Arrays.stream(both).mapToDouble(i -> others[i]).toArray();
    double[] few = exactKnown ? byOther : byWay;
    double[] exact = exactKnown ? byWay : byOther;
    int n = both.length;
    double mean = IntStream.range(0, n).mapToDouble(i -> exact[i] - few[i]).sum() / n;
    double squares =
        IntStream.range(0, n).mapToDouble(i -> exact[i] - few[i] - mean).map(v -> v * v).sum();
    return new WeightsSummary.Comparison(
        n,
        String.valueOf(exactKnown ? other : way),
        mean,
        n == 1 ? Double.NaN : Math.sqrt(squares / (n - 1)),
        ImportanceWeights.of(target, few),
        ImportanceWeights.of(target, exact));
  }

  /** Some of the rows at random, in their order. */
  private int[] pick(int[] rows) {
    SplittableRandom random = new SplittableRandom(Rng.deriveSeed(seed, PICK_STREAM));
    int[] left = rows.clone();
    int count = exactRows == null ? rows.length : exactRows;
    for (int i = 0; i < count; i++) {
      int at = i + random.nextInt(left.length - i);
      int row = left[at];
      left[at] = left[i];
      left[i] = row;
    }
    return Arrays.stream(left, 0, count).sorted().toArray();
  }

  private void write(
      WeightedRows rows,
      int[] scored,
      ImportanceWeights weights,
      SortedMap<Integer, String> errors) {
    if (output == null) {
      return;
    }
    if (resample == null) {
      writeWeights(output, rows, scored, weights, errors);
    } else {
      writeResampled(output, resample, rows, scored, weights);
    }
  }

  private static void writeWeights(
      String file,
      WeightedRows rows,
      int[] scored,
      ImportanceWeights weights,
      SortedMap<Integer, String> errors) {
    double[] logWeights = weights.logWeights();
    double[] normalised = weights.normalised();
    try (CsvRowWriter writer =
        CsvRowWriter.open(
            file, StandardOutput.stream(), List.of("log_weight", "weight"), List.of("error"))) {
      int next = 0;
      for (int place = 0; place < rows.count(); place++) {
        if (next < scored.length && rows.places()[scored[next]] == place) {
          writer.writeRow(new double[] {logWeights[next], normalised[next]}, "");
          next++;
        } else {
          writer.writeRow(
              new double[] {Double.NaN, Double.NaN}, errors.getOrDefault(place, "no weight"));
        }
      }
      writer.finish();
    }
  }

  private void writeResampled(
      String file, int count, WeightedRows rows, int[] scored, ImportanceWeights weights) {
    List<String> columns = new ArrayList<>(List.of("row"));
    columns.addAll(rows.columns());
    int d = rows.columns().size();
    int[] copies =
        Resampling.SYSTEMATIC.draw(weights.normalised(), count, new SplittableRandom(seed));
    try (CsvRowWriter writer =
        CsvRowWriter.open(file, StandardOutput.stream(), columns, List.of())) {
      double[] cells = new double[1 + d];
      for (int copy : copies) {
        int row = scored[copy];
        cells[0] = rows.places()[row] + 1;
        System.arraycopy(rows.values(), row * d, cells, 1, d);
        writer.writeRow(cells);
      }
      writer.finish();
    }
  }

  private void print(WeightsSummary summary) {
    if ("-".equals(output)) {
      PrintWriter err = spec.commandLine().getErr();
      summary.print(err);
      err.flush();
    } else {
      results.print(summary::json, summary::print);
    }
  }

  private void tellLeftOut(int unreadable, int failed) {
    List<String> parts = new ArrayList<>();
    if (unreadable > 0) {
      parts.add(unreadable + (unreadable == 1 ? " row" : " rows") + " could not be read");
    }
    if (failed > 0) {
      parts.add(failed + (failed == 1 ? " row has" : " rows have") + " no density");
    }
    if (!parts.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("f2d2: " + String.join(", ", parts) + "; the figures are without them");
    }
  }
}
