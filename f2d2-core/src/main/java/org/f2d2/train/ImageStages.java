package org.f2d2.train;

import java.util.Optional;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.CorrectedFlowMap;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.TimeGrid;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.objective.FlowMatching;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.JointError;
import org.f2d2.objective.LogDensityRegression;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TimeLaw;
import org.f2d2.objective.TrainingRows;
import org.f2d2.objective.Trajectories;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Networks and losses of the stages of a fit of images, and how long each may be. */
final class ImageStages {

  private static final int WARMUP = 200;
  private static final double RATE_FLOOR = 0.01;

  /**
   * Weight of the squared error of D/d against that of u, which is a sum over d. The head alone
   * learns D at any weight; a large one lets D rule the layers it shares with u, and samples
   * suffer.
   */
  private static final double DIVERGENCE_WEIGHT_PER_DIMENSION = 0.02;

  /** Share of the pairs of equal jumps that run from data to noise, where nobody sets it. */
  private static final double BACKWARD_SHARE = 0.5;

  /** Error of a log-density, in nats per dimension, from which on it counts by its size alone. */
  private static final double LOG_DENSITY_SCALE_PER_DIMENSION = 0.05;

  /** Share of the rows of the log-density head at t = 1, the only time that scoring asks for. */
  private static final double DATA_SHARE = 0.6;

  /**
   * One solver step between the times of 8 equal jumps, in the frame of the base. Next to the data
   * a trained teacher needs shorter ones: without halvings the log-densities of Fashion-MNIST are
   * .02 bits per dimension off, with two .0015.
   */
  private static final Trajectories.Options TRAJECTORIES =
      new Trajectories.Options(
          8, 1, TrajectoryFiles.PART, 0.3, 0.1, Trajectories.Options.Divergence.ONE_PROBE, 2);

  private final ImageData data;
  private final ImageFitOptions options;
  private final WorkerPool pool;
  private final Rng rng;

  ImageStages(ImageData data, ImageFitOptions options, WorkerPool pool) {
    this.data = data;
    this.options = options;
    this.pool = pool;
    this.rng = new Rng(options.seed());
  }

  ImageFitOptions options() {
    return options;
  }

  private int dimensions() {
    return data.base().dimensions();
  }

  private Network network(boolean field, boolean pooled, boolean twoTimes, long stream) {
    return options
        .network()
        .random(
            data.format(),
            new ImageArchitecture.Task(field, pooled, twoTimes),
            data.classShares().size(),
            rng.derive(12, stream));
  }

  /** A teacher at its random start. */
  NetworkVelocity freshTeacher() {
    return new NetworkVelocity(network(true, false, false, 0), data.base());
  }

  /** A flow map that starts as what another network knows. */
  LearnedFlowMap freshMap(boolean divergence, Parameters start) {
    Network network = network(true, divergence, true, divergence ? 2 : 1);
    network.parameters().adopt(start);
    return new CorrectedFlowMap(data.base(), network, dimensions());
  }

  /** A log-density head that starts with the features of another network. */
  NetworkLogDensityHead freshLogDensityHead(Parameters start) {
    Network network = network(false, true, false, 3);
    network.parameters().adopt(start);
    return new NetworkLogDensityHead(network, data.base(), dimensions());
  }

  Objective flowMatching(NetworkVelocity teacher) {
    return new FlowMatching(
        teacher,
        data.rows(),
        new FlowMatching.Options(ProbabilityPath.LINEAR, new TimeLaw.Uniform(), 0));
  }

  /** What a flow map is distilled by. */
  Objective distillation(
      LearnedFlowMap map, NetworkVelocity teacher, Optional<Trajectories> trajectories) {
    double weight = DIVERGENCE_WEIGHT_PER_DIMENSION * dimensions();
    if (trajectories.isPresent()) {
      GaussianFrame frame = new GaussianFrame(data.base());
      Coordinates c = map.coordinates();
      return new TrajectoryRegression(
          map,
          trajectories.get(),
          TrajectoryRegression.Options.of(options.method()).orElse(weight, BACKWARD_SHARE),
          Optional.of((move, t) -> frame.curvature(c.moving(move), t)));
    }
    return options
        .method()
        .objective(
            new Setting(
                map, new Instantaneous.Teacher(teacher, 1), data.rows(), new JointError(weight)));
  }

  Objective logDensityRegression(NetworkLogDensityHead logDensityHead, Trajectories trajectories) {
    return new LogDensityRegression(
        logDensityHead,
        trajectories,
        new LogDensityRegression.Options(
            DATA_SHARE, LOG_DENSITY_SCALE_PER_DIMENSION * dimensions()));
  }

  TrainingRun run(Network network, int steps, boolean teacher, long stream) {
    return new TrainingRun(
        network.parameters(),
        new TrainingRun.Options(
            options.batch(),
            new Schedule(
                teacher ? options.teacherRate() : options.studentRate(),
                Math.min(WARMUP, steps / 5),
                steps,
                RATE_FLOOR),
            Optimizer.Options.DEFAULT,
            dimensions(),
            options.ema()),
        rng.derive(13, stream));
  }

  /** Part {@code index} of the trajectories, in x. */
  Trajectories trajectories(NetworkVelocity teacher, int index, int count) {
    GaussianFrame frame = new GaussianFrame(data.base());
    TrainingRows rows = data.rows();
    Coordinates c = teacher.coordinates();
    TrainingRows framed =
        new TrainingRows() {
          @Override
          public Tensor draw(int n, Rng from) {
            Tensor x = rows.draw(n, from);
            return c.withConditions(frame.in(c.moving(x), TimeGrid.column(x, 1)), x);
          }

          @Override
          public DType type() {
            return rows.type();
          }

          @Override
          public int conditions() {
            return rows.conditions();
          }
        };
    return Trajectories.solve(
            new FramedVelocity(teacher.network(), frame),
            framed,
            count,
            DType.FLOAT32,
            TRAJECTORIES,
            rng.derive(20, index),
            (parts, work) -> java.util.stream.IntStream.range(0, parts).mapToObj(work).toList())
        .out(frame);
  }

  /** The log-density head without its mean error on some images. */
  static NetworkLogDensityHead centred(
      NetworkLogDensityHead logDensityHead, Calibrator densities, SolvedImages images) {
    double[] estimate = densities.logDensityHead(logDensityHead, images.rows());
    double bias = ErrorStatistics.trimmedBias(estimate, images.exact());
    return logDensityHead.with(
        shifted(logDensityHead.network().parameters(), -bias / logDensityHead.scale()));
  }

  /** The flow map whose log-densities by few jumps have no mean error on some images. */
  static LearnedFlowMap centred(LearnedFlowMap map, Calibrator densities, SolvedImages images) {
    double bias = 0;
    for (int k : ImageFit.CALIBRATED) {
      double[] estimate = densities.jumps(map, k, images.rows());
      bias += ErrorStatistics.trimmedBias(estimate, images.exact()) / ImageFit.CALIBRATED.size();
    }
    // Backwards over a unit of time, D is taken from the log-density.
    return map.with(shifted(map.network().parameters(), bias / map.divergenceScale()));
  }

  private static Parameters shifted(Parameters parameters, double by) {
    Parameters shifted = parameters.copy();
    shifted.get("head.output.bias").detach().addInPlace(by);
    return shifted;
  }

  /**
   * Turns minutes into steps from rates measured on this machine.
   *
   * @param taught whose teacher there is already, if any
   */
  ImageFitPlan plan(Optional<FittedFlow> taught, FitListener listener) {
    boolean trajectories = options.method().fromTrajectories();
    if (options.budget() instanceof Budget.Steps steps) {
      return ImageFitPlan.ofSteps(steps.steps(), trajectories);
    }
    if (options.budget() instanceof Budget.Stages stages) {
      return stages.plan(ImageFitPlan.class);
    }
    listener.stage("planning", 1);
    StopRequest stop = new StopRequest(() -> Fit.yieldToUser(listener, "plan"));
    double seconds = 60 * ((Budget.Minutes) options.budget()).minutes();
    try (Scope scope = Scope.open()) {
      NetworkVelocity teacher = freshTeacher();
      Parameters start = teacher.network().parameters();
      LearnedFlowMap velocity = freshMap(false, start);
      LearnedFlowMap joint = freshMap(true, start);
      NetworkLogDensityHead logDensityHead = freshLogDensityHead(start);
      int parts = pool.size();
      double[] solve = new double[1];
      Optional<Trajectories> some = Optional.empty();
      if (trajectories) {
        long from = System.nanoTime();
        some =
            Optional.of(
                Trajectories.join(
                    pool.map(
                        parts,
                        p -> {
                          try (Scope inner = Scope.open()) {
                            return kept(inner, trajectories(teacher, p, TrajectoryFiles.PART / 4));
                          }
                        })));
        solve[0] = (System.nanoTime() - from) / 1e9 / (parts * (TrajectoryFiles.PART / 4));
      }
      Optional<Trajectories> known = some;
      StepRate rate = StepRate.of(options.budget(), System::nanoTime, stop);
      double teacherStep =
          seconds(rate, run(teacher.network(), 100, true, 0), flowMatching(teacher));
      double velocityStep =
          seconds(
              rate, run(velocity.network(), 100, false, 0), distillation(velocity, teacher, known));
      double jointStep =
          seconds(rate, run(joint.network(), 100, false, 0), distillation(joint, teacher, known));
      double logDensityStep =
          known
              .map(
                  t ->
                      seconds(
                          rate,
                          run(logDensityHead.network(), 100, false, 0),
                          logDensityRegression(logDensityHead, t)))
              .orElse(Double.NaN);
      // What one stage does not need the others share.
      double idle =
          (trajectories ? 0 : ImageFitPlan.TRAJECTORY_SHARE + ImageFitPlan.LOG_DENSITY_SHARE)
              + (taught.isPresent() ? ImageFitPlan.TEACHER_SHARE : 0);
      double whole = seconds / (1 - idle);
      return new ImageFitPlan(
          taught
              .map(t -> ((ImageFitPlan) t.provenance().plan()).teacherSteps())
              .orElseGet(() -> steps(whole * ImageFitPlan.TEACHER_SHARE / teacherStep)),
          trajectories ? Math.max(16, steps(whole * ImageFitPlan.TRAJECTORY_SHARE / solve[0])) : 0,
          steps(whole * ImageFitPlan.VELOCITY_SHARE / velocityStep),
          steps(whole * ImageFitPlan.JOINT_SHARE / jointStep),
          trajectories ? steps(whole * ImageFitPlan.LOG_DENSITY_SHARE / logDensityStep) : 0);
    }
  }

  private double seconds(StepRate rate, TrainingRun run, Objective objective) {
    return rate.seconds(() -> run.advance(objective, pool));
  }

  private static Trajectories kept(Scope scope, Trajectories t) {
    scope.keep(t.times());
    scope.keep(t.points());
    scope.keep(t.divergences());
    scope.keep(t.velocities());
    return t;
  }

  private static int steps(double steps) {
    return (int) Math.max(1, Math.min(1e8, steps));
  }
}
