package org.f2d2.train;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.f2d2.data.DataHash;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.VelocityField;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.net.ParticleArchitecture;
import org.f2d2.objective.FlowMatching;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.JointError;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TimeLaw;
import org.f2d2.objective.TrainingRows;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Engine;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * What configurations are fitted by: a velocity, the flow map and its calibration. The flow map of
 * particles starts from what the velocity's network knows, which a method without a teacher then
 * forgets about; their networks turn as the particles do, so that rows need not be turned. Plain
 * coordinates have perceptrons, and a velocity only where the method learns from it.
 */
public final class ConfigurationFit implements Recipe<ConfigurationFitPlan> {

  static final int VERSION = 1;

  private static final String VELOCITY = "velocity";

  private static final int WARMUP = 200;

  /** Gaussian features of a distance, how far they reach in units of the coordinates, and times. */
  private static final int SHELLS = 12;

  private static final double REACH = 6;
  private static final int HARMONICS = 4;
  static final double RATE_FLOOR = 0.01;

  /** Streams of draws; a fit by steps repeats only while they stay. */
  private static final long SPLIT_STREAM = 1;

  private static final long VELOCITY_STREAM = 2;
  private static final long MAP_STREAM = 3;

  /** Rows that no network sees: one in so many, and not more than that of each kind. */
  private static final int HELD_OUT_ONE_IN = 10;

  private static final int MOST_HELD_OUT = 1000;

  /** Held-out rows of each kind that are solved exactly. */
  private static final int MOST_SOLVED = 100;

  private static final int FEWEST_ROWS = 100;

  /** Data rows that a target is averaged over, beside the batch. */
  private static final int CONTEXT_ROWS = 512;

  /** Probes of a divergence that is a target: what one errs by is averaged by the regression. */
  private static final int PROBES = 1;

  /**
   * Weight of the squared error of D/d against that of u, which is a sum over d. A probe is noisy,
   * and a large weight lets D rule the layers it shares with u.
   */
  private static final double DIVERGENCE_WEIGHT_PER_DIMENSION = 0.02;

  private final Configurations rows;
  private final ConfigurationFitOptions options;
  private final Optional<FittedFlow> taught;
  private final ConfigurationDomain domain;
  private final Tensor training;
  private final Tensor selection;
  private final Domain.Points calibration;

  /**
   * A fit that begins or goes on.
   *
   * @param taught a model whose velocity is taken, if any
   */
  ConfigurationFit(
      Configurations rows, ConfigurationFitOptions options, Optional<FittedFlow> taught) {
    if (rows.count() < FEWEST_ROWS) {
      throw new F2d2Exception(
          rows.count() + " rows are too few to fit: " + FEWEST_ROWS + " are needed");
    }
    this.rows = rows;
    this.options = options;
    this.taught = taught;
    taught
        .filter(t -> !like(t, rows, options).equals(options))
        .ifPresent(
            t -> {
              throw new OptionException(
                  "teacher", "is of another seed or network than the fit that goes on");
            });
    int n = rows.count();
    int held = Math.min(MOST_HELD_OUT, n / (2 * HELD_OUT_ONE_IN));
    int[] order = new int[n];
    try (Scope scope = Scope.open()) {
      long[] drawn = new Rng(options.seed()).derive(SPLIT_STREAM).permutation(n).toLongs();
      Arrays.setAll(order, i -> (int) drawn[i]);
    }
    Configurations known = some(order, 2 * held, n);
    this.domain = ConfigurationDomain.of(options.target(), known);
    this.training = tensor(domain.encode(known));
    this.selection = tensor(domain.encode(some(order, 0, held)));
    this.calibration = domain.encode(some(order, held, 2 * held));
  }

  /**
   * Options with the network and the seed of the model whose velocity is taken.
   *
   * @throws OptionException when that model has none, or is of other rows
   */
  static ConfigurationFitOptions like(
      FittedFlow taught, Configurations rows, ConfigurationFitOptions asked) {
    if (!(taught.provenance().options() instanceof ConfigurationFitOptions own)) {
      throw new OptionException(
          "teacher", "must be a model of configurations, not of " + taught.domain().describe());
    }
    if (!taught.provenance().dataHash().equals(hash(rows))
        || !own.target().equals(asked.target())) {
      throw new OptionException("teacher", "is a model of other rows, not of these");
    }
    if (taught.teacher().isEmpty()) {
      throw new OptionException("teacher", "was fitted by a method that keeps no velocity");
    }
    if (!asked.method().distilled() && rows.particles().isEmpty()) {
      throw new OptionException("teacher", "is of no use to " + asked.method().id());
    }
    return asked.withNetwork(own.width(), own.layers()).withSeed(own.seed());
  }

  /** {@inheritDoc} Where the velocity of another model is taken, its stage has ended. */
  @Override
  public void prepare(FitSession session) {
    taught.ifPresent(
        t -> session.finish(VELOCITY, t.teacher().orElseThrow().network().parameters()));
  }

  private Configurations some(int[] order, int from, int to) {
    int d = rows.dimensions();
    double[] values = new double[(to - from) * d];
    for (int i = from; i < to; i++) {
      System.arraycopy(rows.values(), order[i] * d, values, (i - from) * d, d);
    }
    return new Configurations(rows.particles(), d, values);
  }

  private Tensor tensor(Domain.Points points) {
    return Tensor.of(points.values(), DType.FLOAT32, points.count(), domain.moving());
  }

  static String hash(Configurations rows) {
    return DataHash.sha256(rows.table());
  }

  @Override
  public String dataHash() {
    return hash(rows);
  }

  @Override
  public Class<ConfigurationFitPlan> planType() {
    return ConfigurationFitPlan.class;
  }

  private boolean distilled() {
    return options.method().distilled();
  }

  private boolean hasVelocity() {
    return distilled() || rows.particles().isPresent();
  }

  private boolean trainsVelocity() {
    return hasVelocity() && taught.isEmpty();
  }

  private Network network(boolean pooled, boolean twoTimes, long stream) {
    return network(options, domain, pooled, twoTimes, new Rng(options.seed()).derive(12, stream));
  }

  /**
   * A network at its random start.
   *
   * @param pooled whether there is an output for the divergence
   * @param twoTimes whether it depends on a target time
   */
  public static Network network(
      ConfigurationFitOptions options,
      ConfigurationDomain domain,
      boolean pooled,
      boolean twoTimes,
      Rng rng) {
    if (domain.particles().isPresent()) {
      return new ParticleArchitecture(options.width(), options.layers(), SHELLS, REACH, HARMONICS)
          .random(domain.particles().get(), pooled, twoTimes, rng);
    }
    int d = domain.moving();
    return Mlp.random(
        new MlpArchitecture(
            d,
            pooled ? d + 1 : d,
            options.width(),
            options.layers(),
            new TimeEmbedding(HARMONICS),
            new FourierFeatures(0),
            twoTimes,
            0),
        DType.FLOAT32,
        rng);
  }

  private NetworkVelocity freshVelocity() {
    return new NetworkVelocity(network(false, false, VELOCITY_STREAM));
  }

  private NetworkFlowMap freshMap() {
    return new NetworkFlowMap(network(true, true, MAP_STREAM), domain.moving());
  }

  private TrainingRows data() {
    return TrainingRows.of(training);
  }

  private Objective flowMatching(NetworkVelocity teacher) {
    return new FlowMatching(
        teacher,
        data(),
        new FlowMatching.Options(ProbabilityPath.LINEAR, new TimeLaw.Uniform(), CONTEXT_ROWS));
  }

  private Objective objective(NetworkFlowMap map, Optional<NetworkVelocity> teacher) {
    Instantaneous field =
        teacher
            .<Instantaneous>map(t -> new Instantaneous.Teacher(t, PROBES))
            .orElseGet(() -> new Instantaneous.Data(map, PROBES, CONTEXT_ROWS));
    return options
        .method()
        .objective(
            new Setting(
                map,
                field,
                data(),
                new JointError(DIVERGENCE_WEIGHT_PER_DIMENSION * domain.moving())));
  }

  private TrainingRun run(Network network, int steps, long stream) {
    return new TrainingRun(
        network.parameters(),
        new TrainingRun.Options(
            options.batch(),
            new Schedule(options.rate(), Math.min(WARMUP, steps / 5), steps, RATE_FLOOR),
            Optimizer.Options.DEFAULT,
            domain.moving(),
            options.ema()),
        new Rng(options.seed()).derive(13, stream));
  }

  @Override
  public ConfigurationFitPlan plan(FitSession session) {
    if (options.budget() instanceof Budget.Steps steps) {
      return new ConfigurationFitPlan(trainsVelocity() ? steps.steps() : 0, steps.steps());
    }
    if (options.budget() instanceof Budget.Stages stages) {
      return stages.plan(ConfigurationFitPlan.class);
    }
    session.listener().stage("planning", 1);
    double seconds =
        60 * ((Budget.Minutes) options.budget()).minutes() * (1 - ConfigurationFitPlan.EXACT_SHARE)
            - session.spent();
    StepRate rate = StepRate.of(options.budget(), System::nanoTime, session.stopRequest("plan"));
    try (Scope scope = Scope.open()) {
      NetworkVelocity teacher = freshVelocity();
      NetworkFlowMap map = freshMap();
      double share = trainsVelocity() ? ConfigurationFitPlan.VELOCITY_SHARE : 0;
      int velocitySteps =
          trainsVelocity()
              ? steps(
                  seconds * share,
                  seconds(session, rate, run(teacher.network(), 100, 0), flowMatching(teacher)))
              : 0;
      Optional<NetworkVelocity> of = distilled() ? Optional.of(teacher) : Optional.empty();
      return new ConfigurationFitPlan(
          velocitySteps,
          steps(
              seconds * (1 - share),
              seconds(session, rate, run(map.network(), 100, 1), objective(map, of))));
    }
  }

  private static double seconds(
      FitSession session, StepRate rate, TrainingRun run, Objective objective) {
    return rate.seconds(() -> run.advance(objective, session.pool()));
  }

  private static int steps(double seconds, double each) {
    return (int) Math.max(1, Math.min(1e8, seconds / each));
  }

  @Override
  public FittedFlow run(ConfigurationFitPlan plan, FitSession session) {
    session.listener().message("plan in steps: " + plan);
    Optional<NetworkVelocity> velocity =
        hasVelocity() ? Optional.of(velocity(plan, session)) : Optional.empty();
    Optional<NetworkVelocity> teacher = velocity.filter(v -> distilled());
    NetworkFlowMap fresh = freshMap();
    velocity
        .filter(v -> rows.particles().isPresent())
        .ifPresent(v -> fresh.network().parameters().adopt(v.network().parameters()));
    NetworkFlowMap trained =
        fresh.with(
            fresh
                .network()
                .with(
                    train(
                        session,
                        "flow map",
                        fresh.network(),
                        objective(fresh, teacher),
                        () -> run(fresh.network(), plan.studentSteps(), MAP_STREAM))));
    return finished(
        domain,
        teacher,
        trained,
        new HeldOut(first(selection), tensor(calibration), calibration.logAbsDeterminant()),
        new Origin(options, plan, dataHash(), rows.count(), Math.toIntExact(training.size(0))),
        session);
  }

  /**
   * Points that no network saw.
   *
   * @param selected the map is centred on these [n, d]
   * @param judged its answers are judged on these [m, d], of which the first are solved exactly
   * @param logAbsDeterminant of each of these
   */
  record HeldOut(Tensor selected, Tensor judged, double[] logAbsDeterminant) {}

  /**
   * Where a model comes from.
   *
   * @param rows of the data, and how many of them trained
   */
  record Origin(
      ConfigurationFitOptions options,
      ConfigurationFitPlan plan,
      String dataHash,
      int rows,
      int trainingRows) {}

  /** A trained map without its mean error, and what held-out points say of it. */
  static FittedFlow finished(
      ConfigurationDomain domain,
      Optional<NetworkVelocity> teacher,
      NetworkFlowMap trained,
      HeldOut points,
      Origin origin,
      FitSession session) {
    Calibrator calibrator = session.calibrator();
    session.listener().stage("calibration", 1);
    VelocityField field =
        teacher.<VelocityField>map(t -> t).orElseGet(() -> new DiagonalVelocity(trained));
    double[] exactOfSelection = calibrator.exact(field, points.selected()).logDensity();
    double[] exact = calibrator.exact(field, first(points.judged())).logDensity();
    NetworkFlowMap student = centred(trained, calibrator, points.selected(), exactOfSelection);
    return new FittedFlow(
        domain,
        teacher,
        student,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        calibrator.calibrate(
            new Calibrator.Judges(
                points.selected(),
                exactOfSelection,
                points.judged(),
                points.logAbsDeterminant(),
                exact),
            new SolvedField(field),
            Calibrator.SELECTED,
            student,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        session.curves(),
        new FittedFlow.Provenance(
            origin.options(),
            origin.plan(),
            origin.dataHash(),
            origin.rows(),
            origin.trainingRows(),
            "",
            session.skipped(),
            List.of("libtorch presets " + Engine.version(), "java " + Runtime.version()),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            session.seconds(),
            List.of()));
  }

  private NetworkVelocity velocity(ConfigurationFitPlan plan, FitSession session) {
    NetworkVelocity fresh = freshVelocity();
    return new NetworkVelocity(
        fresh
            .network()
            .with(
                train(
                    session,
                    VELOCITY,
                    fresh.network(),
                    flowMatching(fresh),
                    () -> run(fresh.network(), plan.velocitySteps(), VELOCITY_STREAM))));
  }

  /** Trains a stage, or finds it in the checkpoint; the last running average is kept. */
  static Parameters train(
      FitSession session,
      String stage,
      Network network,
      Objective objective,
      Supplier<TrainingRun> run) {
    ToDoubleFunction<Parameters> unjudged = p -> 0;
    return session
        .finished(stage, network.parameters())
        .orElseGet(
            () ->
                session.train(
                    stage,
                    run.get(),
                    objective,
                    new BestParameters(BestParameters.LATE, network.parameters(), unjudged)));
  }

  /** Those that are solved exactly. */
  static Tensor first(Tensor held) {
    return held.rows(0, Math.min(MOST_SOLVED, held.size(0)));
  }

  /** The map without the mean error of its few-step log-densities on some rows. */
  private static NetworkFlowMap centred(
      NetworkFlowMap map, Calibrator calibrator, Tensor rows, double[] exact) {
    double bias = 0;
    for (int k : Calibrator.SELECTED) {
      bias +=
          ErrorStatistics.trimmedBias(calibrator.jumps(map, k, rows), exact)
              / Calibrator.SELECTED.size();
    }
    Parameters shifted = map.network().parameters().copy().outliveScopes();
    Tensor output =
        shifted.entries().stream().anyMatch(e -> e.name().equals("head.output.bias"))
            ? shifted.get("head.output.bias").detach()
            : shifted.get("output.bias").detach().narrow(0, map.coordinates().moving(), 1);
    output.addInPlace(bias / map.divergenceScale());
    return new NetworkFlowMap(map.network().with(shifted), map.divergenceScale());
  }
}
