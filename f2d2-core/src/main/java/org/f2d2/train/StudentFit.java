package org.f2d2.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.VelocityField;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.objective.LogDensityRegression;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Trajectories;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.score.Head;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Trains what answers in few evaluations: the joint flow map and the log-density head. */
final class StudentFit {

  private static final int WARMUP = 200;
  private static final double CLIP = 10;
  private static final double RATE_FLOOR = 0.01;
  private static final double BETA2 = 0.99;
  private static final int TIME_HARMONICS = 4;

  /** Streams of draws; a fit by steps repeats only while they stay. */
  private static final long HEAD_STREAM = -1_820_082_146;

  private static final long MAP_STREAM = 2_027_940_714;

  private static final LogDensityRegression.Options LOG_DENSITY =
      new LogDensityRegression.Options(0.5, 1);

  /** Up to here the plan's share of time gives trajectories enough. */
  static final int FEW_DIMENSIONS = 8;

  /**
   * Fewer training rows than these are not all that a student should know: most trajectories then
   * start from noise, which ends at rows that the teacher deems as likely, or beside the rows.
   */
  private static final int FEW_ROWS = 10_000;

  private static final double NOISE_SHARE_OF_FEW_ROWS = 0.5;
  private static final double WIDE_SHARE_OF_FEW_ROWS = 0.35;

  private final FitData data;
  private final FitOptions options;
  private final FitSession session;
  private final Calibrator calibrator;

  /** Rows that a map without a teacher is judged on; each costs a solve of its own. */
  private static final long MOST_JUDGED = 500;

  StudentFit(FitData data, FitOptions options, FitSession session) {
    this.data = data;
    this.options = options;
    this.session = session;
    this.calibrator = session.calibrator();
  }

  Trajectories trajectories(VelocityField teacher, int count) {
    session.listener().stage("trajectories", count);
    return Trajectories.solve(
        teacher,
        data.rows(),
        count,
        DType.FLOAT32,
        trajectoryOptions(),
        new Rng(options.seed()).derive(20),
        (parts, work) -> {
          List<Trajectories> solved = new ArrayList<>(Collections.nCopies(parts, null));
          int workers = session.pool().size();
          for (int from = 0; from < parts; from += workers) {
            int begin = from;
            int now = Math.min(workers, parts - from);
            List<Trajectories> some = session.pool().map(now, p -> work.apply(begin + p));
            for (int p = 0; p < now; p++) {
              solved.set(begin + p, some.get(p));
            }
            session
                .listener()
                .step(Math.min(count, (long) (begin + now) * count / parts), Double.NaN);
            session.yieldToUser("trajectories");
          }
          return solved;
        });
  }

  /**
   * In many dimensions more trajectories are worth more than finer ones, and than the whole trace:
   * what a probe errs by is averaged by the regression.
   */
  private Trajectories.Options trajectoryOptions() {
    Trajectories.Options options =
        data.dimensions() <= FEW_DIMENSIONS
            ? Trajectories.Options.DEFAULT
            : Trajectories.Options.COARSE.probed();
    return data.trainingRows() < FEW_ROWS
        ? options.withStarts(NOISE_SHARE_OF_FEW_ROWS, WIDE_SHARE_OF_FEW_ROWS)
        : options;
  }

  /**
   * A run that is ready to start, and what it minimises.
   *
   * @param run at step 0
   * @param objective its loss
   */
  record Prepared(TrainingRun run, Objective objective) {}

  /** A log-density head at its random start, over the teacher's base. */
  NetworkLogDensityHead freshLogDensityHead(int fourier, ClosedFormFlow base) {
    return new NetworkLogDensityHead(
        network(1, fourier, false, 21, data.columns().conditions()), base);
  }

  /** A flow map at its random start; with autoguidance it has the strength for a last condition. */
  NetworkFlowMap freshMap(int fourier) {
    int d = data.dimensions();
    int outputs = options.student().divergenceHead() ? d + 1 : d;
    int conditions = data.columns().conditions() + (options.student().autoguidance() ? 1 : 0);
    return new NetworkFlowMap(network(outputs, fourier, true, 22, conditions), d);
  }

  Objective logDensityRegression(NetworkLogDensityHead logDensityHead, Trajectories trajectories) {
    return new LogDensityRegression(logDensityHead, trajectories, LOG_DENSITY);
  }

  Objective trajectoryRegression(NetworkFlowMap map, Trajectories trajectories) {
    return new TrajectoryRegression(
        map, trajectories, TrajectoryRegression.Options.of(options.method()));
  }

  NetworkLogDensityHead logDensityHead(
      NetworkLogDensityHead fresh, Trajectories trajectories, double[] exact, int steps) {
    Network network = fresh.network();
    Parameters kept =
        train(
            "log-density",
            HEAD_STREAM,
            network,
            logDensityRegression(fresh, trajectories),
            steps,
            // Untrained it is its base, which is all that some teachers have.
            BestParameters.THROUGHOUT,
            p -> {
              Optional<NetworkLogDensityHead> now =
                  Optional.of(new NetworkLogDensityHead(network.with(p), fresh.base()));
              return error(
                  calibrator.few(Head.LOG_DENSITY, 1, Optional.empty(), now, data.judged()), exact);
            });
    return new NetworkLogDensityHead(network.with(kept), fresh.base());
  }

  /**
   * Trains a flow map.
   *
   * @param exact log-densities of the selection rows under the teacher; without a teacher the map's
   *     own diagonal is solved whenever the map is judged
   */
  NetworkFlowMap flowMap(
      Objective objective, NetworkFlowMap map, Optional<double[]> exact, int steps) {
    Network network = map.network();
    Tensor judged =
        exact.isPresent()
            ? data.judged()
            : data.judged().rows(0, Math.min(MOST_JUDGED, data.judged().size(0)));
    Parameters kept =
        train(
            "flow map",
            MAP_STREAM,
            network,
            objective,
            steps,
            BestParameters.LATE,
            p -> {
              NetworkFlowMap now =
                  ofTheData(new NetworkFlowMap(network.with(p), map.divergenceScale()));
              if (!now.hasDivergence()) {
                return 0;
              }
              double[] reference =
                  exact.orElseGet(
                      () -> calibrator.exact(new DiagonalVelocity(now), judged).logDensity());
              double sum = 0;
              for (int k : Calibrator.SELECTED) {
                double[] jumps =
                    calibrator.few(Head.DIVERGENCE, k, Optional.of(now), Optional.empty(), judged);
                sum += error(jumps, reference) / Calibrator.SELECTED.size();
              }
              return sum;
            });
    return new NetworkFlowMap(network.with(kept), map.divergenceScale());
  }

  /** A map at the strength of guidance that leaves the data's own flow, if it has strengths. */
  NetworkFlowMap ofTheData(NetworkFlowMap map) {
    return options.student().autoguidance() ? map.withLastCondition(1) : map;
  }

  /**
   * The log-density head without its mean error on some rows: a constant is all that is taken away,
   * which a regression may leave behind.
   *
   * @param rows in model space
   * @param exact their log-densities under the teacher
   */
  NetworkLogDensityHead centred(NetworkLogDensityHead logDensityHead, Tensor rows, double[] exact) {
    double[] estimate =
        calibrator.few(Head.LOG_DENSITY, 1, Optional.empty(), Optional.of(logDensityHead), rows);
    double bias = ErrorStatistics.trimmedBias(estimate, exact);
    Parameters p = shifted(logDensityHead.network().parameters(), 0, -bias);
    return new NetworkLogDensityHead(logDensityHead.network().with(p), logDensityHead.base());
  }

  /**
   * The flow map whose log-densities by a few jumps have no mean error on some rows. D counts over
   * a whole way of length 1, however many jumps it has, so one constant serves all.
   *
   * @param rows in model space
   * @param exact their log-densities
   */
  NetworkFlowMap centred(NetworkFlowMap map, Tensor rows, double[] exact) {
    if (!map.hasDivergence()) {
      return map;
    }
    double bias = 0;
    for (int k : Calibrator.SELECTED) {
      double[] estimate =
          calibrator.few(Head.DIVERGENCE, k, Optional.of(map), Optional.empty(), rows);
      bias += ErrorStatistics.trimmedBias(estimate, exact) / Calibrator.SELECTED.size();
    }
    Parameters p =
        shifted(
            map.network().parameters(), map.coordinates().moving(), bias / map.divergenceScale());
    return new NetworkFlowMap(map.network().with(p), map.divergenceScale());
  }

  /** A copy whose last layer has a constant more in one of its outputs. */
  private static Parameters shifted(Parameters parameters, long output, double constant) {
    Parameters copy = parameters.copy();
    copy.get("output.bias").detach().narrow(0, output, 1).addInPlace(constant);
    return copy;
  }

  /** A training run of a student's network. */
  Prepared run(Network network, Objective objective) {
    return new Prepared(run(network, 1000, 0), objective);
  }

  private TrainingRun run(Network network, int steps, long stream) {
    StudentOptions o = options.student();
    return new TrainingRun(
        network.parameters(),
        new TrainingRun.Options(
            o.batch(),
            new Schedule(o.learningRate(), Math.min(WARMUP, steps / 5), steps, RATE_FLOOR),
            new Optimizer.Options(Optimizer.Kind.ADAMW, 0.9, BETA2, 1e-8, 0),
            CLIP,
            o.ema()),
        new Rng(options.seed()).derive(23, stream));
  }

  private Parameters train(
      String stage,
      long stream,
      Network network,
      Objective objective,
      int steps,
      List<Double> shares,
      ToDoubleFunction<Parameters> score) {
    Optional<Parameters> finished = session.finished(stage, network.parameters());
    if (finished.isPresent()) {
      return finished.get();
    }
    BestParameters best = new BestParameters(shares, network.parameters(), score);
    Parameters kept = session.train(stage, run(network, steps, stream), objective, best);
    session
        .listener()
        .message(
            String.format(
                Locale.ROOT,
                "%s: %s %.4f nats from the exact value on held-out rows",
                stage,
                stage.equals("log-density") ? "one evaluation is" : "few jumps are",
                best.score()));
    return kept;
  }

  private Mlp network(int outputs, int fourier, boolean twoTimes, long stream, int conditions) {
    int d = data.dimensions();
    StudentOptions o = options.student();
    return Mlp.random(
        new MlpArchitecture(
            d,
            outputs,
            o.width() > 0 ? o.width() : defaultWidth(d),
            o.depth(),
            new TimeEmbedding(TIME_HARMONICS),
            new FourierFeatures(o.fourier() >= 0 ? o.fourier() : fourier),
            twoTimes,
            conditions),
        DType.FLOAT32,
        new Rng(options.seed()).derive(stream));
  }

  /** Units per layer: a student has clean targets and needs no more than this. */
  private static int defaultWidth(int dimensions) {
    return dimensions <= 12 ? 128 : 192;
  }

  private static double error(double[] estimate, double[] exact) {
    double e = ErrorStatistics.of(estimate, exact).meanAbsoluteError();
    return Double.isNaN(e) ? Double.POSITIVE_INFINITY : e;
  }
}
