package org.f2d2.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.Autoguidance;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.VelocityField;
import org.f2d2.objective.CycleConsistency;
import org.f2d2.objective.DeterminantLink;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.JointError;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TrainingRows;
import org.f2d2.objective.WeightedSum;
import org.f2d2.store.DirectoryLock;
import org.f2d2.tensor.Scope;

/**
 * A whole fit: teacher, then the students, then calibration.
 *
 * <p>Every stage is a deterministic function of the table, the options and the plan, so that a fit
 * that was cut off and resumed ends in the same weights, bit for bit, as one that was not.
 */
public final class Fit {

  /** Data rows that a map without a teacher averages its targets over, beside the batch. */
  private static final int CONTEXT_ROWS = 512;

  /** Rows of the extra losses for each row of a method's own. */
  private static final double CYCLE_SHARE = 0.25;

  private static final double DETERMINANT_SHARE = 0.125;

  /** Greatest strength of autoguidance that a student learns; published. */
  public static final double MOST_AUTOGUIDANCE = 3;

  private Fit() {}

  /**
   * What a resumed fit must agree with.
   *
   * @param version of this record's meaning
   * @param options of the fit
   * @param plan decided at the start; {@link FitPlan#NONE} until then
   * @param dataHash of the table
   */
  record Header(int version, FitOptions options, FitPlan plan, String dataHash) {
    static final int VERSION = 2;

    /** Of a fit that has no plan yet. */
    Header(FitOptions options, FitData data) {
      this(VERSION, options, FitPlan.NONE, data.hash());
    }

    static Header of(Checkpoint checkpoint) {
      return checkpoint.header(Header.class, VERSION);
    }
  }

  /**
   * Fits without a checkpoint.
   *
   * @throws F2d2Exception when the table cannot be modelled
   * @throws FitInterrupted when the listener asked for it
   */
  public static FittedFlow run(Table table, FitOptions options, FitListener listener) {
    return run(table, options, Optional.empty(), false, listener);
  }

  /**
   * Fits with a checkpoint in a directory.
   *
   * @param resume whether to go on from the directory's checkpoint, whose options and plan then
   *     hold; without a checkpoint the fit starts anew
   */
  public static FittedFlow run(
      Table table, FitOptions options, Path directory, boolean resume, FitListener listener) {
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      return run(table, options, Optional.of(directory), resume, listener);
    }
  }

  /**
   * The options of the unfinished fit in a directory.
   *
   * @throws F2d2Exception when its checkpoint cannot be read
   */
  public static FitOptions begun(Path directory) {
    try (Scope scope = Scope.open()) {
      return Header.of(Checkpoint.read(directory)).options();
    }
  }

  /** Whether a directory holds the checkpoint of an unfinished fit. */
  public static boolean unfinished(Path directory) {
    return Checkpoint.exists(directory);
  }

  /** Removes the checkpoint and the trajectories of a fit that has been saved as a model. */
  public static void forget(Path directory) {
    Checkpoint.delete(directory);
    TrajectoryFiles.delete(directory);
  }

  private static FittedFlow run(
      Table table,
      FitOptions asked,
      Optional<Path> directory,
      boolean resume,
      FitListener listener) {
    Optional<Checkpoint> stored =
        directory.filter(d -> resume && Checkpoint.exists(d)).map(Checkpoint::read);
    Optional<Header> header = stored.map(Header::of);
    FitOptions options = header.map(Header::options).orElse(asked);
    long start = System.nanoTime();
    double before = listener.secondsBefore() + stored.map(Checkpoint::seconds).orElse(0.0);
    FitData data = FitData.of(table, options);
    header.ifPresent(
        h -> {
          if (!h.dataHash().equals(data.hash())) {
            throw new F2d2Exception(
                directory.orElseThrow() + ": the checkpoint belongs to other data");
          }
        });
    data.warnings().forEach(listener::message);
    // The mixture and the plan take their time: a fit killed there has left what it was asked for.
    Optional<Checkpoint> checkpoint =
        stored.or(() -> directory.map(d -> begun(d, new Header(options, data))));
    try (WorkerPool pool = new WorkerPool(options.workers())) {
      Optional<ClosedFormFlow> near = new BaseFit(data, options, pool, listener).fit(checkpoint);
      Optional<ClosedFormFlow> mixture = near.map(ExpectationMaximization::withBackground);
      near.ifPresent(
          m ->
              listener.message(
                  BaseFit.named(m) + " fitted, and a wide Gaussian for rows far from the data"));
      FitPlanner planner = new FitPlanner(data, mixture, options, pool, System::nanoTime, listener);
      FitPlan first =
          header
              .map(Header::plan)
              .filter(p -> !p.equals(FitPlan.NONE))
              .orElseGet(() -> planner.plan(before + seconds(start)));
      FitSession session = new FitSession(listener, pool, checkpoint);
      planned(first, options, data, session);
      Optional<Teacher> teacher =
          options.method().distilled()
              ? Optional.of(Teacher.train(data, mixture, options, first, session))
              : Optional.empty();
      FitPlan plan = first;
      if (teacher.isPresent()
          && options.budget() instanceof FitOptions.Minutes
          && !first.hasStudents()) {
        plan = planner.withStudents(first, before + seconds(start), teacher.get());
        planned(plan, options, data, session);
      }
      listener.message("plan in steps: " + plan);
      return new Distillation(table, data, near, teacher, false, options, plan, session).run();
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void planned(FitPlan plan, FitOptions options, FitData data, FitSession session) {
    session
        .checkpoint()
        .ifPresent(c -> c.header(new Header(Header.VERSION, options, plan, data.hash())));
    session.save();
  }

  private static Checkpoint begun(Path directory, Header header) {
    Checkpoint checkpoint = Checkpoint.create(directory, header);
    checkpoint.write(0);
    return checkpoint;
  }

  /** Ends a fit that has nothing to save yet, if the user asked for it. */
  static void yieldToUser(FitListener listener, String stage) {
    if (listener.stopRequested()) {
      throw new FitInterrupted("interrupted while working on the " + stage);
    }
  }

  /**
   * A trained teacher.
   *
   * @param velocity its network
   * @param guidance of what is distilled; 1 for none
   * @param weak what autoguidance moves away from, where it is asked for
   * @param features what the pilot chose
   * @param heldOut its exact log-densities of held-out rows
   * @param exactSeconds that these took
   */
  record Teacher(
      NetworkVelocity velocity,
      double guidance,
      Optional<NetworkVelocity> weak,
      TeacherFit.Features features,
      Calibrator.HeldOut heldOut,
      double exactSeconds) {

    /** This teacher with another correction. */
    Teacher with(NetworkVelocity other, Calibrator.HeldOut held) {
      return new Teacher(other, guidance, weak, features, held, exactSeconds);
    }

    /** The field that is distilled. */
    VelocityField field() {
      return FittedFlow.guided(velocity, guidance);
    }

    /** What students learn from: {@link #field}, or all strengths of its autoguidance. */
    VelocityField lesson() {
      return weak.<VelocityField>map(w -> new Autoguidance(field(), FittedFlow.guided(w, guidance)))
          .orElseGet(this::field);
    }

    /** Trains it, or finds it in the checkpoint. */
    static Teacher train(
        FitData data,
        Optional<ClosedFormFlow> mixture,
        FitOptions options,
        FitPlan plan,
        FitSession session) {
      TeacherFit fit = new TeacherFit(data, options, session, mixture);
      TeacherFit.Result result = fit.train(plan);
      Optional<NetworkVelocity> weak =
          options.student().autoguidance()
              ? Optional.of(fit.weak(plan, result.features()))
              : Optional.empty();
      Calibrator calibrator = session.calibrator();
      double guidance = options.condition().guidance();
      VelocityField field = FittedFlow.guided(result.velocity(), guidance);
      long start = System.nanoTime();
      Calibrator.HeldOut heldOut = calibrator.heldOut(data, field);
      return new Teacher(
          result.velocity(), guidance, weak, result.features(), heldOut, seconds(start));
    }
  }

  /** The objective of a published method. */
  static Objective published(
      FitOptions options, NetworkFlowMap map, Optional<VelocityField> teacher, FitData data) {
    Instantaneous field =
        teacher
            .<Instantaneous>map(Instantaneous.Teacher::new)
            .orElseGet(() -> fromData(options.condition(), map));
    return options
        .method()
        .objective(new Setting(map, field, rows(options.student(), data), JointError.ROBUST));
  }

  /** Rows for a student: with autoguidance each has a strength of it. */
  private static TrainingRows rows(FitOptions.StudentOptions options, FitData data) {
    return options.autoguidance()
        ? TrainingRows.withStrengths(data.rows(), 1, MOST_AUTOGUIDANCE)
        : data.rows();
  }

  private static Instantaneous fromData(FitOptions.ConditionOptions options, NetworkFlowMap map) {
    Instantaneous.Data data = new Instantaneous.Data(map, 0, CONTEXT_ROWS);
    return options.guided()
        ? new Instantaneous.Guided(data, options.guidance(), options.guidanceMix())
        : data;
  }

  /** An objective with the extra losses that the options ask for. */
  static Objective withExtras(
      Objective main, NetworkFlowMap map, FitData data, FitOptions.StudentOptions options) {
    // The extra losses look at the map alone, so any field does.
    Setting setting = new Setting(map, new Instantaneous.Data(map), rows(options, data));
    List<WeightedSum.Extra> extras = new ArrayList<>();
    if (options.cycleWeight() > 0) {
      extras.add(
          new WeightedSum.Extra(new CycleConsistency(setting), options.cycleWeight(), CYCLE_SHARE));
    }
    if (options.determinantWeight() > 0) {
      extras.add(
          new WeightedSum.Extra(
              new DeterminantLink(setting), options.determinantWeight(), DETERMINANT_SHARE));
    }
    return extras.isEmpty() ? main : new WeightedSum(main, extras);
  }
}
