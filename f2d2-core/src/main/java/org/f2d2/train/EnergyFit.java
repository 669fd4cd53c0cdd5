package org.f2d2.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.EulerMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.JointError;
import org.f2d2.objective.NeuralFlowSampler;
import org.f2d2.objective.Objective;
import org.f2d2.objective.ReplayBuffer;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TrainingRows;
import org.f2d2.sampling.DeterminantKernel;
import org.f2d2.sampling.SequentialMonteCarlo;
import org.f2d2.sampling.TransitionKernel;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * What a target is fitted by of which there are no rows: rounds of {@link SequentialMonteCarlo} and
 * of {@link NeuralFlowSampler} on the particles of the last few. Those of the first round stand
 * still between their chains, those of later ones are carried by the velocity that the round before
 * has learned.
 *
 * <p>Each round ends with its network in the checkpoint, from which the particles of the next are
 * drawn again where a fit was cut off.
 */
final class EnergyFit implements Recipe<ConfigurationFitPlan> {

  private static final int ROUNDS = 12;

  /**
   * In so many the velocity is trained alone: jumps are taught by each other, and run away where
   * they begin from a velocity that is still far off.
   */
  private static final int ROUNDS_OF_VELOCITY = 6;

  private static final NeuralFlowSampler.Options VELOCITY_ALONE =
      new NeuralFlowSampler.Options(32, 1, 30, 0);

  /** Rounds whose particles are trained on. */
  private static final int REPLAYED = 3;

  private static final int PARTICLES = 1024;
  private static final int TRANSITIONS = 32;
  private static final int MOVES = 2;
  private static final int LEAPFROG = 3;
  private static final double THRESHOLD = 0.5;
  private static final int WARMUP = 50;
  private static final long MAP_STREAM = 3;
  private static final long PARTICLE_STREAM = 4;

  /** Transitions that a plan tries. */
  private static final int TRIED = 2;

  private final EnergyAlone target;
  private final ConfigurationFitOptions options;
  private final ConfigurationDomain domain;
  private final GeometricPath path;

  EnergyFit(EnergyAlone target, ConfigurationFitOptions options) {
    if (options.method().distilled()) {
      throw new F2d2Exception(
          "without rows there is no teacher: "
              + options.method().id()
              + " needs one; shortcut-f2d2 and lsd do not");
    }
    this.target = target;
    this.options = options;
    this.domain = target.domain();
    this.path = target.path();
  }

  static String hash(EnergyAlone target) {
    return "energy " + target.energy().name() + " at " + target.scale();
  }

  @Override
  public String dataHash() {
    return hash(target);
  }

  @Override
  public Class<ConfigurationFitPlan> planType() {
    return ConfigurationFitPlan.class;
  }

  private NetworkFlowMap freshMap() {
    return new NetworkFlowMap(
        ConfigurationFit.network(
            options, domain, true, true, new Rng(options.seed()).derive(12, MAP_STREAM)),
        domain.moving());
  }

  /** The particles of a round, at all times; the first round's stand still. */
  private List<SequentialMonteCarlo.Particles> particles(
      Optional<NetworkFlowMap> map, int round, FitSession session) {
    List<SequentialMonteCarlo.Particles> all = new ArrayList<>();
    SequentialMonteCarlo.Run run = sampler(map, round, TRANSITIONS, session).run(all::add);
    session
        .listener()
        .message(
            String.format(
                Locale.ROOT,
                "round %d: log Z %.3f, effective share of a step %.3f at worst",
                round + 1,
                run.logNormaliser(),
                run.steps().stream()
                    .mapToDouble(SequentialMonteCarlo.Step::effectiveShare)
                    .min()
                    .orElseThrow()));
    return all;
  }

  private SequentialMonteCarlo sampler(
      Optional<NetworkFlowMap> map, int round, int transitions, FitSession session) {
    Runnable look = session.stopRequest("particles");
    Optional<TransitionKernel> kernel =
        map.map(m -> new DeterminantKernel(new EulerMap(m.frozen())));
    return new SequentialMonteCarlo(
        path,
        kernel,
        new SequentialMonteCarlo.Options(
            PARTICLES,
            transitions,
            THRESHOLD,
            Resampling.SYSTEMATIC,
            MOVES,
            LEAPFROG,
            Arrays.hashCode(new long[] {options.seed(), PARTICLE_STREAM, round})),
        new SequentialMonteCarlo.Parts() {
          @Override
          public <T> List<T> map(int parts, IntFunction<T> work) {
            look.run();
            return session.pool().map(parts, work);
          }
        });
  }

  /** The trace that D learns is exact here: it may weigh as much as the velocities do. */
  private Objective objective(NetworkFlowMap map, ReplayBuffer buffer, Tensor data, int round) {
    Setting setting =
        new Setting(
            map,
            new Instantaneous.Annealed(map, buffer),
            TrainingRows.of(data),
            new JointError(domain.moving()));
    return new NeuralFlowSampler(
        map,
        buffer,
        options.method().objective(setting),
        round < ROUNDS_OF_VELOCITY ? VELOCITY_ALONE : NeuralFlowSampler.Options.DEFAULT);
  }

  private TrainingRun run(NetworkFlowMap map, int steps, int round) {
    double peak = options.rate() * share(round);
    return new TrainingRun(
        map.network().parameters(),
        new TrainingRun.Options(
            options.batch(),
            new Schedule(peak, Math.min(WARMUP, steps / 5), steps, share(round + 1) / share(round)),
            Optimizer.Options.DEFAULT,
            domain.moving(),
            options.ema()),
        new Rng(options.seed()).derive(13, MAP_STREAM, round));
  }

  /** One cosine over all rounds. */
  private static double share(int round) {
    double floor = ConfigurationFit.RATE_FLOOR;
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * round / ROUNDS));
  }

  /** Steps of a round, of which the first ones have the one more that may be left over. */
  private static int steps(ConfigurationFitPlan plan, int round) {
    return Math.max(
        1, plan.studentSteps() / ROUNDS + (round < plan.studentSteps() % ROUNDS ? 1 : 0));
  }

  @Override
  public ConfigurationFitPlan plan(FitSession session) {
    if (options.budget() instanceof Budget.Steps steps) {
      return new ConfigurationFitPlan(0, Math.max(ROUNDS, steps.steps()));
    }
    if (options.budget() instanceof Budget.Stages stages) {
      return stages.plan(ConfigurationFitPlan.class);
    }
    session.listener().stage("planning", 1);
    StepRate rate = StepRate.of(options.budget(), System::nanoTime, session.stopRequest("plan"));
    try (Scope scope = Scope.open()) {
      NetworkFlowMap map = freshMap();
      List<SequentialMonteCarlo.Particles> particles = particles(Optional.empty(), 0, session);
      Objective objective = objective(map, buffer(List.of(particles)), last(particles), 0);
      TrainingRun run = run(map, 100, 0);
      double each = rate.seconds(() -> run.advance(objective, session.pool()));
      // A few transitions of particles that are carried say how long those of all rounds take.
      long start = System.nanoTime();
      sampler(Optional.of(map), 0, TRIED, session).run();
      double particleSeconds = (System.nanoTime() - start) / 1e9 * TRANSITIONS / TRIED;
      double seconds =
          60
                  * ((Budget.Minutes) options.budget()).minutes()
                  * (1 - ConfigurationFitPlan.EXACT_SHARE)
              - ROUNDS * particleSeconds
              - session.spent();
      return new ConfigurationFitPlan(0, (int) Math.max(ROUNDS, Math.min(1e8, seconds / each)));
    }
  }

  private ReplayBuffer buffer(Iterable<List<SequentialMonteCarlo.Particles>> rounds) {
    ReplayBuffer.Builder builder = new ReplayBuffer.Builder(path, TRANSITIONS);
    rounds.forEach(r -> r.forEach(p -> builder.add(p.points())));
    return builder.build();
  }

  private Tensor last(List<SequentialMonteCarlo.Particles> particles) {
    return tensor(particles.get(particles.size() - 1).points());
  }

  private Tensor tensor(double[] points) {
    int d = domain.moving();
    return Tensor.of(points, DType.FLOAT32, points.length / d, d);
  }

  @Override
  public FittedFlow run(ConfigurationFitPlan plan, FitSession session) {
    session.listener().message("plan in steps: " + plan);
    Deque<List<SequentialMonteCarlo.Particles>> replayed = new ArrayDeque<>();
    NetworkFlowMap map = freshMap();
    for (int round = 0; round < ROUNDS; round++) {
      String stage = "round " + (round + 1);
      Optional<Parameters> finished = session.finished(stage, map.network().parameters());
      // Particles of rounds whose training has ended, and which nothing will look at, are not
      // drawn.
      boolean needed =
          finished.isEmpty()
              || IntStream.rangeClosed(round + 1, Math.min(ROUNDS - 1, round + REPLAYED - 1))
                  .mapToObj(r -> "round " + (r + 1))
                  .anyMatch(s -> !session.hasFinished(s));
      if (needed) {
        replayed.addLast(
            particles(round == 0 ? Optional.empty() : Optional.of(map), round, session));
        if (replayed.size() > REPLAYED) {
          replayed.removeFirst();
        }
      }
      map =
          map.with(
              map.network()
                  .with(
                      finished.isPresent()
                          ? finished.get()
                          : trained(map, plan, round, replayed, session)));
    }
    double[] points =
        sampler(Optional.of(map), ROUNDS, TRANSITIONS, session)
            .run()
            .particles()
            .drawn(new SplittableRandom(options.seed()));
    int d = domain.moving();
    int half = points.length / d / 2;
    double[] volumes = new double[half];
    Arrays.fill(volumes, domain.scale().stream().mapToDouble(c -> -Math.log(c)).sum());
    Tensor held = tensor(points);
    return ConfigurationFit.finished(
        domain,
        Optional.empty(),
        map,
        new ConfigurationFit.HeldOut(
            ConfigurationFit.first(held.rows(0, half)), held.rows(half, 2L * half), volumes),
        new ConfigurationFit.Origin(options, plan, dataHash(), 0, 0),
        session);
  }

  private Parameters trained(
      NetworkFlowMap map,
      ConfigurationFitPlan plan,
      int round,
      Deque<List<SequentialMonteCarlo.Particles>> replayed,
      FitSession session) {
    try (Scope scope = Scope.open()) {
      ReplayBuffer buffer = buffer(replayed);
      Parameters own = map.network().parameters().copy().outliveScopes();
      NetworkFlowMap training = map.with(map.network().with(own));
      return ConfigurationFit.train(
              session,
              "round " + (round + 1),
              training.network(),
              objective(training, buffer, last(replayed.getLast()), round),
              () -> run(training, steps(plan, round), round))
          .outliveScopes();
    }
  }
}
