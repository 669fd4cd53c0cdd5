package org.f2d2.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.Table;
import org.f2d2.flow.Autoguidance;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.VelocityField;
import org.f2d2.flow.WideComponent;
import org.f2d2.objective.CycleConsistency;
import org.f2d2.objective.DeterminantLink;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.JointError;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TrainingRows;
import org.f2d2.objective.WeightedSum;
import org.jspecify.annotations.Nullable;

/** What a table is fitted by: closed forms, a teacher, then the students and calibration. */
public final class TableFit implements Recipe<FitPlan> {

  static final int VERSION = 2;

  /** Data rows that a map without a teacher averages its targets over, beside the batch. */
  private static final int CONTEXT_ROWS = 512;

  /** Rows of the extra losses for each row of a method's own. */
  private static final double CYCLE_SHARE = 0.25;

  private static final double DETERMINANT_SHARE = 0.125;

  /** Greatest strength of autoguidance that a student learns; published. */
  public static final double MOST_AUTOGUIDANCE = 3;

  private final Table table;
  private final FitOptions options;
  private final FitData data;
  private Optional<ClosedFormFlow> near = Optional.empty();
  private Optional<ClosedFormFlow> mixture = Optional.empty();
  private @Nullable FitPlanner planner;

  TableFit(Table table, FitOptions options) {
    this.table = table;
    this.options = options;
    this.data = FitData.of(table, options);
  }

  @Override
  public String dataHash() {
    return data.hash();
  }

  @Override
  public Class<FitPlan> planType() {
    return FitPlan.class;
  }

  @Override
  public void prepare(FitSession session) {
    FitListener listener = session.listener();
    data.warnings().forEach(listener::message);
    near = new BaseFit(data, options, session.pool(), listener).fit(session.checkpoint());
    mixture = near.map(WideComponent::beside);
    near.ifPresent(
        m ->
            listener.message(
                BaseFit.named(m) + " fitted, and a wide Gaussian for rows far from the data"));
    planner = new FitPlanner(data, mixture, options, session.pool(), System::nanoTime, listener);
  }

  private FitPlanner planner() {
    if (planner == null) {
      throw new IllegalStateException("a fit is prepared before it is planned");
    }
    return planner;
  }

  @Override
  public FitPlan plan(FitSession session) {
    return planner().plan(session.spent());
  }

  @Override
  public FittedFlow run(FitPlan first, FitSession session) {
    Optional<Teacher> teacher =
        options.method().distilled()
            ? Optional.of(Teacher.train(data, mixture, options, first, session))
            : Optional.empty();
    FitPlan plan = first;
    if (teacher.isPresent() && options.budget() instanceof Budget.Minutes && !first.hasStudents()) {
      plan = planner().withStudents(first, session.spent(), teacher.get());
      session.planned(plan);
    }
    session.listener().message("plan in steps: " + plan);
    return new Distillation(table, data, near, teacher, false, options, plan, session).run();
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
          result.velocity(),
          guidance,
          weak,
          result.features(),
          heldOut,
          (System.nanoTime() - start) / 1e9);
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
  private static TrainingRows rows(StudentOptions options, FitData data) {
    return options.autoguidance()
        ? TrainingRows.withStrengths(data.rows(), 1, MOST_AUTOGUIDANCE)
        : data.rows();
  }

  private static Instantaneous fromData(ConditionOptions options, NetworkFlowMap map) {
    Instantaneous.Data data = new Instantaneous.Data(map, 0, CONTEXT_ROWS);
    return options.guided()
        ? new Instantaneous.Guided(data, options.guidance(), options.guidanceMix())
        : data;
  }

  /** An objective with the extra losses that the options ask for. */
  static Objective withExtras(
      Objective main, NetworkFlowMap map, FitData data, StudentOptions options) {
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
