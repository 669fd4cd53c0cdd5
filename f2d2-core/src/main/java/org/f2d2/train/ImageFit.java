package org.f2d2.train;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Trajectories;
import org.f2d2.score.Calibration;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Engine;
import org.f2d2.tensor.Tensor;

/**
 * What images are fitted by: teacher, trajectories, flow map of the velocity, joint flow map,
 * log-density head, calibration; each starts from the network before it.
 */
public final class ImageFit implements Recipe<ImageFitPlan> {

  static final int VERSION = 1;

  private static final String TEACHER = "teacher";

  private final ImageSet images;
  private final ImageFitOptions options;
  private final ImageData data;
  private final Path directory;
  private final Optional<FittedFlow> taught;

  private ImageFit(
      ImageSet images,
      ImageFitOptions options,
      Path directory,
      Optional<FittedFlow> taught,
      FitListener listener) {
    this.images = images;
    this.options = options;
    this.directory = directory;
    this.taught = taught;
    listener.stage("mean and covariance", 1);
    this.data = ImageData.of(images, options.heldOut(), options.seed(), options.conditional());
  }

  /**
   * Fits with a checkpoint in a directory.
   *
   * @param resume whether to go on from the directory's checkpoint, whose options and plan then
   *     hold; without a checkpoint the fit starts anew
   * @throws F2d2Exception when there are too few images, or the checkpoint is of others
   * @throws FitInterrupted when the listener asked for it
   */
  public static FittedFlow run(
      ImageSet images,
      ImageFitOptions asked,
      Path directory,
      boolean resume,
      FitListener listener) {
    return run(images, asked, directory, resume, Optional.empty(), listener);
  }

  /**
   * {@link #run(ImageSet, ImageFitOptions, Path, boolean, FitListener)} from the teacher of another
   * model, so that methods differ in nothing but how they learn from it.
   *
   * @param taught a model of the same images; its seed, network and number of held-out images are
   *     taken over, and all of the time is for the other stages
   * @throws F2d2Exception when that model is of other images, or one of the two knows classes
   */
  public static FittedFlow run(
      ImageSet images,
      ImageFitOptions wanted,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener) {
    taught
        .filter(t -> !(t.provenance().options() instanceof ImageFitOptions))
        .ifPresent(
            t -> {
              throw new OptionException(
                  "teacher", "must be a model of images, not of " + t.domain().describe());
            });
    taught
        .filter(t -> !imageOptions(t).conditional() || images.labelled())
        .filter(t -> !isOf(t, images))
        .ifPresent(
            t -> {
              throw new OptionException("teacher", "is a model of other images, not of these");
            });
    taught
        .filter(t -> imageOptions(t).conditional() != wanted.conditional())
        .ifPresent(
            t -> {
              throw imageOptions(t).conditional()
                  ? new OptionException(
                      "teacher", "is of images given their class: give their {labels} too")
                  : new OptionException(
                      "teacher", "knows no classes: leave {labels} out, or take another");
            });
    return Fit.run(
        taught.map(t -> wanted.like(imageOptions(t))).orElse(wanted),
        ImageFitOptions.class,
        VERSION,
        options -> new ImageFit(images, options, directory, taught, listener),
        Optional.of(directory),
        resume,
        listener);
  }

  @Override
  public String dataHash() {
    return dataHash(images, options);
  }

  @Override
  public Class<ImageFitPlan> planType() {
    return ImageFitPlan.class;
  }

  /** {@inheritDoc} Where the teacher of another model is taken, its stage has ended. */
  @Override
  public void prepare(FitSession session) {
    taught.ifPresent(
        t -> session.finish(TEACHER, t.teacher().orElseThrow().network().parameters()));
  }

  @Override
  public ImageFitPlan plan(FitSession session) {
    return stages(session).plan(taught, session.listener());
  }

  private ImageStages stages(FitSession session) {
    return new ImageStages(data, options, session.pool());
  }

  /** What tells images from others: their classes count where the model is conditional. */
  static String dataHash(ImageSet images, ImageFitOptions options) {
    return (options.conditional() ? images : images.withLabels(new int[0])).sha256();
  }

  /** Whether a model was fitted to these images. */
  public static boolean isOf(FittedFlow model, ImageSet images) {
    return model.provenance().dataHash().equals(dataHash(images, imageOptions(model)));
  }

  /** The options of a model of images. */
  private static ImageFitOptions imageOptions(FittedFlow model) {
    if (model.provenance().options() instanceof ImageFitOptions own) {
      return own;
    }
    throw new F2d2Exception("the model is none of images");
  }

  @Override
  public FittedFlow run(ImageFitPlan plan, FitSession session) {
    session.listener().message("plan in steps: " + plan);
    ImageStages stages = stages(session);
    NetworkVelocity fresh = stages.freshTeacher();
    NetworkVelocity teacher =
        new NetworkVelocity(
            fresh
                .network()
                .with(
                    train(
                        session,
                        TEACHER,
                        fresh.network().parameters(),
                        stages.flowMatching(fresh),
                        stages.run(fresh.network(), plan.teacherSteps(), true, 11),
                        UNJUDGED)),
            data.base());
    Optional<Trajectories> trajectories =
        plan.trajectories() == 0
            ? Optional.empty()
            : Optional.of(
                new TrajectoryFiles(directory, session)
                    .solve(plan.trajectories(), (c, n) -> stages.trajectories(teacher, c, n)));
    LearnedFlowMap startOfVelocity = stages.freshMap(false, teacher.network().parameters());
    LearnedFlowMap velocity =
        startOfVelocity.with(
            train(
                session,
                "velocity",
                startOfVelocity.network().parameters(),
                stages.distillation(startOfVelocity, teacher, trajectories),
                stages.run(startOfVelocity.network(), plan.velocitySteps(), false, 12),
                UNJUDGED));

    Calibrator densities = new Calibrator(session.pool());
    FramedField field =
        new FramedField(new FramedVelocity(teacher.network(), new GaussianFrame(data.base())));
    SolvedImages selection = solved(session, "selection", data.selection(), densities, field);
    LearnedFlowMap startOfJoint = stages.freshMap(true, velocity.network().parameters());
    LearnedFlowMap joint =
        startOfJoint.with(
            train(
                session,
                "joint",
                startOfJoint.network().parameters(),
                stages.distillation(startOfJoint, teacher, trajectories),
                stages.run(startOfJoint.network(), plan.jointSteps(), false, 13),
                p ->
                    error(
                        densities.jumps(startOfJoint.with(p), 1, selection.rows()),
                        selection.exact())));
    Optional<NetworkLogDensityHead> logDensityHead =
        trajectories.map(
            t -> {
              NetworkLogDensityHead start =
                  stages.freshLogDensityHead(teacher.network().parameters());
              return start.with(
                  train(
                      session,
                      "log-density",
                      start.network().parameters(),
                      stages.logDensityRegression(start, t),
                      stages.run(start.network(), plan.logDensitySteps(), false, 14),
                      p ->
                          error(
                              densities.logDensityHead(start.with(p), selection.rows()),
                              selection.exact())));
            });
    SolvedImages judged = solved(session, "calibration", data.calibration(), densities, field);
    session.listener().stage("calibration", 1);
    LearnedFlowMap student = ImageStages.centred(joint, densities, selection);
    Optional<NetworkLogDensityHead> centred =
        logDensityHead.map(p -> ImageStages.centred(p, densities, selection));
    Calibration calibration =
        densities.calibrate(
            new Calibrator.Judges(
                selection.rows(),
                selection.exact(),
                judged.rows(),
                judged.logDerivatives(),
                judged.exact()),
            field,
            CALIBRATED,
            student,
            centred,
            Optional.empty(),
            Optional.empty());
    return new FittedFlow(
        data.domain(),
        Optional.of(teacher),
        student,
        Map.of(FittedFlow.VELOCITY, velocity),
        centred,
        Optional.empty(),
        calibration,
        session.curves(),
        new FittedFlow.Provenance(
            stages.options(),
            plan,
            dataHash(images, stages.options()),
            images.count(),
            data.trainingImages(),
            "",
            session.skipped(),
            List.of("libtorch presets " + Engine.version(), "java " + Runtime.version()),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            session.seconds(),
            List.of()));
  }

  /** For stages whose last running average is kept. */
  private static final ToDoubleFunction<Parameters> UNJUDGED = p -> 0;

  /**
   * Trains a stage, or finds it in the checkpoint.
   *
   * @param score figure of merit on the selection images, lower is better; of equals the last
   */
  private static Parameters train(
      FitSession session,
      String stage,
      Parameters shape,
      Objective objective,
      TrainingRun run,
      ToDoubleFunction<Parameters> score) {
    return session
        .finished(stage, shape)
        .orElseGet(
            () ->
                session.train(
                    stage, run, objective, new BestParameters(BestParameters.LATE, shape, score)));
  }

  /** Held-out images with their exact log-densities. */
  private static SolvedImages solved(
      FitSession session,
      String name,
      ImageData.Held images,
      Calibrator densities,
      FramedField field) {
    double[] exact =
        kept(session, name, images.rows().size(0), () -> exact(densities, field, images.rows()));
    SolvedImages solved = SolvedImages.of(images, exact);
    int failed = exact.length - solved.exact().length;
    if (failed > 0) {
      session
          .listener()
          .message(failed + " of " + exact.length + " images for " + name + " have no exact value");
    }
    return solved;
  }

  /** Log-densities that take minutes, worked out once. */
  private static double[] kept(
      FitSession session, String name, long rows, Supplier<LogDensity.Estimate> estimate) {
    Checkpoint checkpoint = session.checkpoint().orElseThrow();
    Tensor stored = checkpoint.part(EXACT).get(name);
    if (stored != null) {
      if (stored.type() != DType.FLOAT64 || stored.count() != rows) {
        throw new F2d2Exception("the checkpoint's exact densities are of other images");
      }
      return stored.toDoubles();
    }
    session.listener().stage("exact densities for " + name, 1);
    double[] values = estimate.get().logDensity();
    Map<String, Tensor> all = new LinkedHashMap<>(checkpoint.part(EXACT));
    all.put(name, Tensor.of(values, values.length));
    checkpoint.part(EXACT, all);
    session.save();
    session.yieldToUser("exact densities");
    return values;
  }

  private static final String EXACT = "exact";

  /** Numbers of evaluations that have a stated error bound. */
  static final List<Integer> CALIBRATED = List.of(1, 2, 4, 8);

  /** What a held-out image has exactly, as far as a fit needs it. */
  static LogDensity.Estimate exact(Calibrator densities, FramedField field, Tensor rows) {
    return field.logDensity(densities, rows, FramedField.TOLERANCE, FramedField.PROBES_OF_A_FIT);
  }

  private static double error(double[] estimate, double[] exact) {
    return ErrorStatistics.of(estimate, exact).meanAbsoluteError();
  }
}
