package org.f2d2.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.net.Mlp;
import org.f2d2.net.Parameters;
import org.f2d2.objective.FlowMatching;
import org.f2d2.objective.TimeLaw;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/**
 * Trains the velocity field that everything else is distilled from.
 *
 * <p>Short pilot runs, one per worker at the same time, decide between plain coordinates and
 * Fourier features by the negative log-likelihood of the selection rows; the winner is trained anew
 * for the full length.
 */
final class TeacherFit {

  static final String STAGE = "teacher";
  private static final String WEAK = "weak teacher";

  /** Streams of draws; a fit by steps repeats only while they stay. */
  private static final long STREAM = -1_439_577_118;

  private static final long WEAK_STREAM = -2_137_780_422;
  private static final int WEAKER = 8;
  private static final long ALONE = 4;
  private static final double BETA2 = 0.99;
  private static final int WARMUP = 200;
  private static final double CLIP = 10;
  private static final double RATE_FLOOR = 0.01;
  private static final int TIME_HARMONICS = 4;

  /** Closest training time to the data where fine structure is to be learned. */
  private static final double CLOSEST = 0.005;

  /** Below this number of rows a network of the usual size overfits without weight decay. */
  private static final int FEW_ROWS = 20_000;

  private static final double DECAY_FOR_FEW_ROWS = 0.05;

  /** Below this number a smaller network with more decay learns as much, and more smoothly. */
  private static final int VERY_FEW_ROWS = 2000;

  private static final double DECAY_FOR_VERY_FEW_ROWS = 0.5;

  /**
   * One choice of a pilot.
   *
   * @param mixture whether the network corrects a mixture of Gaussians instead of one Gaussian
   * @param fourier frequencies per coordinate
   * @param towardData whether late times are drawn more often
   * @param blurred whether training rows have noise, see {@link FitData#blur}
   */
  record Features(boolean mixture, int fourier, boolean towardData, boolean blurred) {
    static final Features PLAIN = new Features(false, 0, false, false);
    static final Features FOURIER = new Features(false, 8, true, false);

    Features overMixture() {
      return new Features(true, fourier, towardData, blurred);
    }

    Features ofBlurredRows() {
      return new Features(mixture, fourier, towardData, true);
    }

    TimeLaw times() {
      return towardData ? new TimeLaw.TowardData(CLOSEST) : new TimeLaw.Uniform();
    }

    @Override
    public String toString() {
      return (fourier == 0 ? "plain coordinates" : fourier + " Fourier frequencies per column")
          + (mixture ? " over a mixture of Gaussians" : "")
          + (blurred ? ", training rows blurred" : "");
    }

    String encode() {
      return mixture + " " + fourier + " " + towardData + " " + blurred;
    }

    static Features decode(String note) {
      String[] parts = note.split(" ", 4);
      return new Features(
          Boolean.parseBoolean(parts[0]),
          Integer.parseInt(parts[1]),
          Boolean.parseBoolean(parts[2]),
          Boolean.parseBoolean(parts[3]));
    }
  }

  private final FitData data;
  private final FitOptions options;
  private final FitSession session;
  private final Optional<ClosedFormFlow> mixture;
  private final TeacherJudge judge;

  /**
   * A teacher's training.
   *
   * @param mixture what a network may correct in place of one Gaussian
   */
  TeacherFit(
      FitData data, FitOptions options, FitSession session, Optional<ClosedFormFlow> mixture) {
    this.data = data;
    this.options = options;
    this.session = session;
    this.mixture = mixture;
    this.judge = new TeacherJudge(data, session);
  }

  /** The trained teacher and what the pilot chose. */
  record Result(NetworkVelocity velocity, Features features) {}

  Result train(FitPlan plan) {
    Optional<Checkpoint> checkpoint = session.checkpoint();
    Features features =
        checkpoint
            .filter(c -> c.hasNote("features"))
            .map(c -> c.note("features", Features::decode))
            .orElseGet(() -> pilot(plan));
    Mlp network = network(features, STREAM);
    Optional<Parameters> finished = session.finished(STAGE, network.parameters());
    if (finished.isPresent()) {
      return new Result(velocity(network.with(finished.get()), features), features);
    }
    TrainingRun run = run(network, plan.teacherSteps(features), new Rng(options.seed()).derive(10));
    BestParameters best =
        new BestParameters(
            BestParameters.THROUGHOUT,
            network.parameters(),
            p ->
                judge.negativeLogLikelihood(
                    velocity(network.with(p), features), judgedRows(plan), session.pool()));
    Parameters kept = session.train(STAGE, run, objective(network, features), best);
    session
        .listener()
        .message(
            String.format(
                Locale.ROOT,
                "teacher: held-out log-likelihood %.4f nats per row in model space",
                -best.score()));
    return notWorseThanTheMixture(
        new Result(velocity(network.with(kept), features), features),
        best.score(),
        judgedRows(plan));
  }

  /**
   * The result, or the mixture itself where it describes the held-out rows better: a pilot is
   * short, and what it preferred to the mixture may have come to less.
   */
  private Result notWorseThanTheMixture(Result result, double score, long judged) {
    if (mixture.isEmpty() || result.features().mixture()) {
      return result;
    }
    Features plain = Features.PLAIN.overMixture();
    NetworkVelocity alone = velocity(network(plain, ALONE), plain);
    double reached = judge.negativeLogLikelihood(alone, judged, session.pool());
    if (!(reached < score)) {
      return result;
    }
    session
        .listener()
        .message(
            String.format(
                Locale.ROOT, "teacher: the mixture alone is better, %.4f nats per row", -reached));
    session
        .checkpoint()
        .ifPresent(
            c -> {
              c.note("features", plain.encode());
              c.part(FitSession.done(STAGE), Map.of("kept", alone.network().parameters().flat()));
            });
    session.save();
    return new Result(alone, plain);
  }

  /**
   * A weaker teacher of the same features: half the units, an eighth of the steps.
   *
   * @return the field that autoguidance moves away from
   */
  NetworkVelocity weak(FitPlan plan, Features features) {
    Mlp network = network(features, WEAK_STREAM, 2);
    Optional<Parameters> finished = session.finished(WEAK, network.parameters());
    if (finished.isPresent()) {
      return velocity(network.with(finished.get()), features);
    }
    int steps = Math.max(1, plan.teacherSteps(features) / WEAKER);
    TrainingRun run = run(network, steps, new Rng(options.seed()).derive(11));
    BestParameters best = new BestParameters(BestParameters.LATE, network.parameters(), p -> 0);
    return velocity(
        network.with(session.train(WEAK, run, objective(network, features), best)), features);
  }

  /** What a pilot chooses from, in the order of what it may cost. */
  List<Features> candidates() {
    int wanted = options.teacher().fourier();
    List<Features> candidates = new ArrayList<>();
    for (Features features :
        wanted >= 0
            ? List.of(new Features(false, wanted, wanted > 0, false))
            : List.of(Features.PLAIN, Features.FOURIER)) {
      if (data.blur() > 0) {
        candidates.add(features.ofBlurredRows());
      }
      // Fourier features of few rows learn them by heart if nothing keeps them from it.
      if (data.blur() == 0 || features.fourier() == 0) {
        candidates.add(features);
      }
    }
    if (mixture.isPresent()) {
      List<Features> overMixture = candidates.stream().map(Features::overMixture).toList();
      if (mixture.get() instanceof KernelDensityFlow) {
        // Held-out rows prefer the kernels to mixture and Gaussian already, and pilots over kernels
        // take longer.
        return overMixture;
      }
      // The closer the base, the less is left to be learned by heart from few rows.
      candidates.addAll(data.blur() > 0 ? 0 : candidates.size(), overMixture);
    }
    return candidates;
  }

  /** The field that a network with the chosen features stands for. */
  NetworkVelocity velocity(Mlp network, Features features) {
    return features.mixture()
        ? new NetworkVelocity(network, mixture.orElseThrow())
        : new NetworkVelocity(network);
  }

  private Features pilot(FitPlan plan) {
    List<Features> candidates = candidates();
    Features winner = candidates.get(0);
    if (candidates.size() > 1) {
      session.listener().stage("pilot", plan.pilotSteps());
      List<double[]> densities = new ArrayList<>();
      // As many at once as there are workers; each candidate is one part of the work.
      for (int from = 0; from < candidates.size(); from += session.pool().size()) {
        int begin = from;
        int parts = Math.min(session.pool().size(), candidates.size() - from);
        densities.addAll(session.pool().map(parts, p -> pilot(candidates.get(begin + p), plan)));
      }
      for (int i = 0; i < densities.size(); i++) {
        session
            .listener()
            .message(
                String.format(
                    Locale.ROOT,
                    "pilot: %s, held-out log-likelihood %.4f",
                    candidates.get(i),
                    TeacherJudge.mean(densities.get(i))));
      }
      winner = candidates.get(winner(candidates, densities));
    }
    Features chosen = winner;
    session.checkpoint().ifPresent(c -> c.note("features", chosen.encode()));
    session.save();
    session.yieldToUser("pilot");
    return chosen;
  }

  /**
   * The first candidate that no later one beats beyond doubt: candidates come in the order of what
   * they may cost. Fourier features overfit in many dimensions, and where rows abound the
   * components of a mixture leave ripples that a network does not mend.
   */
  static int winner(List<Features> candidates, List<double[]> densities) {
    int best = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (TeacherJudge.clearlyBetter(densities.get(i), densities.get(best))) {
        best = i;
      }
    }
    return best;
  }

  private double[] pilot(Features features, FitPlan plan) {
    Mlp network = network(features, features.fourier());
    Rng rng =
        new Rng(options.seed())
            .derive(
                11,
                features.fourier(),
                (features.mixture() ? 1 : 0) + (features.blurred() ? 2 : 0));
    TrainingRun run = run(network, plan.pilotSteps(), rng);
    FlowMatching objective = objective(network, features);
    try (WorkerPool one = new WorkerPool(1)) {
      while (run.step() < plan.pilotSteps()) {
        // A pilot that was cut off has decided nothing: it is run again by the resumed fit.
        session.yieldToUser("pilot");
        run.advance(objective, one);
      }
      return judge.logDensities(
          velocity(network.with(run.average()), features),
          plan.judgedRows() == 0 ? Long.MAX_VALUE : plan.judgedRows(),
          one);
    }
  }

  FlowMatching objective(Mlp network, Features features) {
    return new FlowMatching(
        velocity(network, features),
        data.rows(features.blurred()),
        new FlowMatching.Options(
            ProbabilityPath.LINEAR, features.times(), options.teacher().contextRows()));
  }

  TrainingRun run(Mlp network, int steps, Rng rng) {
    TeacherOptions o = options.teacher();
    double decay = o.weightDecay();
    if (decay < 0) {
      int rows = data.trainingRows();
      decay =
          rows < VERY_FEW_ROWS ? DECAY_FOR_VERY_FEW_ROWS : rows < FEW_ROWS ? DECAY_FOR_FEW_ROWS : 0;
    }
    return new TrainingRun(
        network.parameters(),
        new TrainingRun.Options(
            o.batch(),
            new Schedule(o.learningRate(), Math.min(WARMUP, steps / 5), steps, RATE_FLOOR),
            new Optimizer.Options(Optimizer.Kind.ADAMW, 0.9, BETA2, 1e-8, decay),
            CLIP,
            o.ema()),
        rng);
  }

  Mlp network(Features features, long stream) {
    return network(features, stream, 1);
  }

  /** A network with a part of the usual units. */
  private Mlp network(Features features, long stream, int part) {
    int d = data.dimensions();
    TeacherOptions o = options.teacher();
    int width =
        Math.max(1, (o.width() > 0 ? o.width() : defaultWidth(d, data.trainingRows())) / part);
    return Mlp.random(
        new MlpArchitecture(
            d,
            d,
            width,
            o.depth(),
            new TimeEmbedding(TIME_HARMONICS),
            new FourierFeatures(features.fourier()),
            false,
            data.columns().conditions()),
        DType.FLOAT32,
        new Rng(options.seed()).derive(12, stream));
  }

  /** Units per layer; wider pays above a dozen dimensions only, and where rows are not very few. */
  private static int defaultWidth(int dimensions, int rows) {
    return rows < VERY_FEW_ROWS ? 64 : dimensions <= 12 ? 128 : 256;
  }

  /** How many rows one look at the teacher has, where the plan says nothing about it. */
  long judgedRows() {
    return judge.rows();
  }

  private static long judgedRows(FitPlan plan) {
    return plan.judgedRows() == 0 ? TeacherJudge.MOST_ROWS : plan.judgedRows();
  }

  /**
   * Takes a look at a field.
   *
   * @return how many rows it had
   */
  long judge(NetworkVelocity velocity, long most) {
    return judge.logDensities(velocity, most, session.pool()).length;
  }
}
