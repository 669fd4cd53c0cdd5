package org.f2d2.lab.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;
import org.f2d2.metric.ErrorStatistics;

/**
 * What the finished runs of an experiment show. Errors are in squared units of the data, distances
 * in its units, losses as the errors; a time interval has length 1.
 *
 * @param work what was done
 * @param machine on what
 * @param target the law of the data
 * @param dimensions its number of coordinates
 * @param seeds how often each run was to be done
 * @param steps training steps of a run of the grid
 * @param network its network
 * @param smallNetwork the one that it is compared with
 * @param fewRows the sample that the terms are measured at, beside the largest
 * @param settings how every run was trained and measured
 * @param finished runs that are done
 * @param planned runs in all
 * @param levels the grid, by rows, and new rows in each step as the last level
 * @param distanceFloor W2 that no field gets below: that of two samples of the data, or zero on the
 *     line
 * @param exactDistance W2 of samples of the exact velocity
 * @param slopes exponents of what falls with the rows, those that could be fitted; the floor is
 *     what new rows in each step give, for W2 at least {@link #distanceFloor}
 * @param terms the error taken apart
 * @param networks errors of networks on new rows with 4 times the steps
 * @param memorising rows learned by heart, by steps
 * @param leastLoss the conditional loss of the exact velocity
 * @param rankCorrelation of the errors of velocity and divergence over the runs of the grid
 * @param findings what all this says of the theory
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SampleComplexityReport(
    String work,
    String machine,
    String target,
    int dimensions,
    int seeds,
    int steps,
    NetworkSize network,
    NetworkSize smallNetwork,
    int fewRows,
    Settings settings,
    int finished,
    int planned,
    List<Level> levels,
    Estimate distanceFloor,
    Estimate exactDistance,
    List<Slope> slopes,
    ErrorTerms terms,
    List<NetworkError> networks,
    List<Memorising> memorising,
    Estimate leastLoss,
    double rankCorrelation,
    List<Finding> findings)
    implements Printable {

  /** The quantity of {@link Slope} that is the squared velocity error. */
  public static final String VELOCITY_ERROR = "velocity error";

  /** The quantity of {@link Slope} that is W2. */
  public static final String DISTANCE = "W2";

  /** The quantity of {@link Slope} that is the velocity error above that on new rows. */
  public static final String STATISTICAL = "statistical term";

  private static final double ERROR_POWER = -0.5;
  private static final double DISTANCE_POWER = -0.25;

  /**
   * The runs of one sample size.
   *
   * @param data the number of rows, or that they are new in each step
   * @param rows their number; 0 where they are new in each step
   * @param runs how many are done
   * @param velocityError mean of |v̂ - v|²
   * @param divergenceError mean of (div v̂ - div v)²
   * @param lipschitz K, its median
   * @param distance W2
   * @param bound K √err, its median
   * @param gap test loss less training loss
   * @param statistical velocity error less that on new rows
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Level(
      String data,
      int rows,
      int runs,
      Estimate velocityError,
      Estimate divergenceError,
      double lipschitz,
      Estimate distance,
      double bound,
      Estimate gap,
      Estimate statistical) {}

  /**
   * A fall with the rows.
   *
   * @param quantity of what
   * @param law how
   */
  public record Slope(String quantity, PowerLaw law) {}

  /**
   * A network trained on new rows.
   *
   * @param network its size
   * @param velocityError mean of |v̂ - v|²
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record NetworkError(NetworkSize network, Estimate velocityError) {}

  /**
   * A moment of learning rows by heart, averaged over seeds.
   *
   * @param step steps done
   * @param velocityError mean of |v̂ - v|²
   * @param trainLoss conditional loss on the training rows
   * @param exactTrainLoss loss of the exact velocity on them
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Memorising(
      long step, double velocityError, double trainLoss, double exactTrainLoss) {}

  /** Copies the lists. */
  public SampleComplexityReport {
    levels = List.copyOf(levels);
    slopes = List.copyOf(slopes);
    networks = List.copyOf(networks);
    memorising = List.copyOf(memorising);
    findings = List.copyOf(findings);
  }

  static SampleComplexityReport of(Design design, ResultsFile results) {
    return new Summary(design, results).report();
  }

  /** Whether runs are missing. */
  @JsonProperty
  public boolean incomplete() {
    return finished < planned;
  }

  @Override
  public String markdown() {
    return new ReportText(this).markdown();
  }

  /**
   * The figures of the report.
   *
   * @param design names the runs
   * @param results holds those that are finished
   */
  private record Summary(Design design, ResultsFile results) {

    SampleComplexityReport report() {
      SampleComplexity.Options options = design.options();
      List<RunResult> all =
          design.all().stream().map(results::of).flatMap(Optional::stream).toList();
      List<RunResult> trained =
          design.all().stream()
              .filter(run -> run.steps() > 0)
              .map(results::of)
              .flatMap(Optional::stream)
              .toList();
      List<RunResult> grid = options.sizes().stream().flatMap(n -> at(n).stream()).toList();
      List<RunResult> exact = done(design::exact);
      Estimate floor = mean(exact, RunResult::floor);
      ErrorTerms terms = ErrorTerms.of(design, this::error);
      List<Slope> slopes = slopes(floor.mean());
      List<RunResult> memorised = done(design::memorising);
      List<Finding> findings = new ArrayList<>();
      findings.add(Finding.bound(trained));
      findings.add(Finding.slope(VELOCITY_ERROR, slopes, ERROR_POWER));
      findings.add(Finding.slope(DISTANCE, slopes, DISTANCE_POWER));
      terms.terms().forEach(term -> findings.add(Finding.term(term)));
      findings.add(Finding.doubling(terms.doubling()));
      findings.add(Finding.floor(networkChange(), lastRowsChange()));
      findings.add(Finding.exactField(mean(exact, RunResult::distance), floor));
      findings.add(Finding.memorising(memorised));
      return new SampleComplexityReport(
          "sample-complexity",
          Machine.describe(),
          options.target().id(),
          options.target().flow().dimensions(),
          options.seeds(),
          options.steps(),
          design.base(),
          design.small(),
          design.few(),
          options.settings(),
          all.size(),
          design.all().size(),
          levels(),
          floor,
          mean(exact, RunResult::distance),
          slopes,
          terms,
          networks(),
          memorising(memorised),
          mean(exact, RunResult::exactTestLoss),
          grid.isEmpty()
              ? Double.NaN
              : RankCorrelation.of(
                  values(grid, RunResult::velocityError), values(grid, RunResult::divergenceError)),
          findings);
    }

    private List<RunResult> done(LongFunction<Run> run) {
      return design.each(run).stream().map(results::of).flatMap(Optional::stream).toList();
    }

    private List<RunResult> at(int rows) {
      return done(seed -> design.sample(rows, 1, design.base(), seed));
    }

    private double error(Run run) {
      return results.of(run).map(RunResult::velocityError).orElse(Double.NaN);
    }

    private List<Level> levels() {
      List<Level> levels = new ArrayList<>();
      for (int rows : design.options().sizes()) {
        LongFunction<Run> run = seed -> design.sample(rows, 1, design.base(), seed);
        levels.add(level(Integer.toString(rows), rows, run));
      }
      levels.add(level("new in each step", 0, seed -> design.fresh(1, design.base(), seed)));
      return levels;
    }

    private Level level(String data, int rows, LongFunction<Run> run) {
      List<RunResult> runs = done(run);
      return new Level(
          data,
          rows,
          runs.size(),
          mean(runs, RunResult::velocityError),
          mean(runs, RunResult::divergenceError),
          ErrorStatistics.median(values(runs, r -> Math.exp(r.lipschitzIntegral()))),
          mean(runs, RunResult::distance),
          ErrorStatistics.median(values(runs, RunResult::bound)),
          rows == 0 ? Estimate.NONE : mean(runs, RunResult::gap),
          rows == 0
              ? Estimate.NONE
              : difference(run, seed -> design.fresh(1, design.base(), seed)));
    }

    private List<Slope> slopes(double exactFloor) {
      List<Integer> sizes = design.options().sizes();
      List<double[]> errors = new ArrayList<>();
      List<double[]> distances = new ArrayList<>();
      List<double[]> statistical = new ArrayList<>();
      for (long seed : design.seeds()) {
        List<RunResult> row =
            sizes.stream()
                .map(n -> results.of(design.sample(n, 1, design.base(), seed)))
                .flatMap(Optional::stream)
                .toList();
        double least = error(design.fresh(1, design.base(), seed));
        if (row.size() == sizes.size() && !Double.isNaN(least)) {
          errors.add(values(row, RunResult::velocityError));
          distances.add(values(row, RunResult::distance));
          statistical.add(values(row, r -> r.velocityError() - least));
        }
      }
      List<RunResult> fresh = done(seed -> design.fresh(1, design.base(), seed));
      double errorFloor = mean(fresh, RunResult::velocityError).mean();
      double distanceFloor = Math.max(exactFloor, mean(fresh, RunResult::distance).mean());
      List<Slope> slopes = new ArrayList<>();
      fit(slopes, VELOCITY_ERROR, errors, errorFloor);
      // On the sizes of the velocity error: closer to the floor a difference is mostly noise.
      fit(
          slopes,
          STATISTICAL,
          statistical,
          (PowerLaw.CLEAR_OF_FLOOR - 1) * errorFloor / PowerLaw.CLEAR_OF_FLOOR);
      fit(slopes, DISTANCE, distances, distanceFloor);
      return slopes;
    }

    private void fit(List<Slope> slopes, String quantity, List<double[]> values, double floor) {
      if (!values.isEmpty()) {
        PowerLaw.fit(design.options().sizes(), values, floor, new SplittableRandom(1))
            .ifPresent(law -> slopes.add(new Slope(quantity, law)));
      }
    }

    private List<NetworkError> networks() {
      return design.networks().stream()
          .map(
              size ->
                  new NetworkError(
                      size,
                      mean(
                          done(seed -> design.fresh(Design.LONG, size, seed)),
                          RunResult::velocityError)))
          .toList();
    }

    private List<Memorising> memorising(List<RunResult> runs) {
      List<Memorising> moments = new ArrayList<>();
      int count = runs.isEmpty() ? 0 : runs.get(0).course().size();
      for (int i = 0; i < count; i++) {
        List<RunResult.Moment> same = new ArrayList<>();
        for (RunResult run : runs) {
          same.add(run.course().get(i));
        }
        moments.add(
            new Memorising(
                same.get(0).step(),
                average(same, RunResult.Moment::velocityError),
                average(same, RunResult.Moment::trainLoss),
                average(same, RunResult.Moment::exactTrainLoss)));
      }
      return moments;
    }

    private static double average(
        List<RunResult.Moment> moments, ToDoubleFunction<RunResult.Moment> value) {
      return moments.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private Estimate networkChange() {
      return difference(
          seed -> design.fresh(Design.LONG, design.base(), seed),
          seed -> design.fresh(Design.LONG, design.small(), seed));
    }

    private Estimate lastRowsChange() {
      List<Integer> sizes = design.options().sizes();
      int previous = sizes.get(Math.max(0, sizes.size() - 2));
      return difference(
          seed -> design.sample(design.many(), 1, design.base(), seed),
          seed -> design.sample(previous, 1, design.base(), seed));
    }

    /** Mean over seeds of the difference of two velocity errors. */
    private Estimate difference(LongFunction<Run> run, LongFunction<Run> less) {
      return Estimate.of(
          design.seeds().stream()
              .mapToDouble(seed -> error(run.apply(seed)) - error(less.apply(seed)))
              .filter(value -> !Double.isNaN(value))
              .toArray());
    }

    private static Estimate mean(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
      return Estimate.of(values(runs, value));
    }

    private static double[] values(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
      return runs.stream().mapToDouble(value).toArray();
    }
  }
}
