package org.f2d2.train;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.f2d2.error.OptionException;
import org.f2d2.flow.Autoguidance;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Mlp;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Trajectories;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;

/** Turns minutes into a plan of steps from rates measured on this machine, data and options. */
final class FitPlanner {

  /** Seconds of a fit that no step is planned for: start, exact values, calibration. */
  private static final double OVERHEAD_SHARE = 0.05;

  private static final double MOST_STEPS = 1e9;

  /** Trajectories that are solved before any are timed. */
  private static final int WARM_UP = 15;

  /** Students overfit fewer trajectories and gain nothing from more. */
  private static final int FEWEST_TRAJECTORIES = 2_000;

  /** Trajectories that their rate is taken from. */
  private static final int SAMPLED_TRAJECTORIES = 100;

  private static final int MOST_TRAJECTORIES = 60_000;

  /** Share of the asked time that a plan has, whatever was spent before. */
  private static final double LEAST_SHARE = 0.5;

  private static final int LOOKS = BestParameters.THROUGHOUT.size();

  /** Rows that the time of a look is taken from. */
  private static final int SAMPLED_LOOKS = 16;

  private static final int FEWEST_JUDGED = 20;

  /** What the calibration takes, in units of the time of the exact values. */
  private static final double CALIBRATION_SHARE = 0.6;

  /** The same for another strength of the correction. */
  private static final double CORRECTION_SHARE = 0.7;

  /** Share of the time that a pilot or a teacher trains, however long it is judged. */
  private static final double LEAST_TRAINED = 0.4;

  /** Share of the time that the students get at least. */
  private static final double LEAST_STUDENT_SHARE = 0.1;

  private final FitData data;
  private final FitOptions options;
  private final WorkerPool pool;
  private final Optional<ClosedFormFlow> mixture;

  private final LongSupplier clock;
  private final StepRate rate;

  FitPlanner(FitData data, Optional<ClosedFormFlow> mixture, FitOptions options, WorkerPool pool) {
    this(data, mixture, options, pool, System::nanoTime, FitListener.SILENT);
  }

  /**
   * A planner that measures by a clock of the caller's.
   *
   * @param clock nanoseconds, of the thread that asks if other work on the machine shall not count
   * @param listener asked whether the fit should end
   */
  FitPlanner(
      FitData data,
      Optional<ClosedFormFlow> mixture,
      FitOptions options,
      WorkerPool pool,
      LongSupplier clock,
      FitListener listener) {
    this.clock = clock;
    this.rate =
        StepRate.of(
            options.budget(), clock, new StopRequest(() -> Fit.yieldToUser(listener, "plan")));
    this.data = data;
    this.mixture = mixture;
    this.options = options;
    this.pool = pool;
  }

  /**
   * The plan.
   *
   * @param spent seconds of the budget that are gone
   */
  FitPlan plan(double spent) {
    return steps(spent).withEffort(data.exactRows(), BaseFit.work(options.budget()));
  }

  private FitPlan steps(double spent) {
    if (options.budget() instanceof Budget.Steps steps) {
      FitPlan plan = FitPlan.ofSteps(steps.steps());
      return options.method().distilled()
          ? plan
          : new FitPlan(0, 0, 0, 0, 0, 0, plan.teacherSteps() + plan.studentSteps());
    }
    if (options.budget() instanceof Budget.Stages stages) {
      return requireStages(stages.plan(FitPlan.class));
    }
    double seconds = 60 * ((Budget.Minutes) options.budget()).minutes();
    return begun(Math.max(seconds * (1 - OVERHEAD_SHARE) - spent, LEAST_SHARE * seconds));
  }

  /** A user's plan, if each stage that the method has is at least one step long. */
  private FitPlan requireStages(FitPlan plan) {
    require("studentSteps", plan.studentSteps());
    if (options.method().distilled()) {
      require("pilotSteps", plan.pilotSteps());
      require("teacherSteps", plan.teacherSteps());
      require("fourierTeacherSteps", plan.fourierTeacherSteps());
      if (mixture.isPresent()) {
        require("mixtureTeacherSteps", plan.mixtureTeacherSteps());
      }
    }
    if (options.method().fromTrajectories()) {
      require("trajectories", plan.trajectories());
      if (options.student().logDensityHead()) {
        require("logDensitySteps", plan.logDensitySteps());
      }
    }
    return plan;
  }

  private static void require(String stage, int steps) {
    if (steps < 1) {
      throw new OptionException("steps", "of " + stage + " must be at least 1 for this method");
    }
  }

  private FitPlan begun(double seconds) {
    if (!options.method().distilled()) {
      return students(seconds, FitPlan.NONE, Optional.empty(), 0);
    }
    return teacher(seconds);
  }

  /**
   * The plan with the steps of the students, which have what their teacher has left of the time.
   *
   * @param spent seconds of the budget that are gone
   */
  FitPlan withStudents(FitPlan plan, double spent, TableFit.Teacher teacher) {
    double seconds = 60 * ((Budget.Minutes) options.budget()).minutes();
    double reserve = CALIBRATION_SHARE * teacher.exactSeconds();
    if (data.trainingRows() < FitData.ENOUGH_ROWS) {
      reserve += CORRECTION_SHARE * teacher.exactSeconds();
    }
    double left = seconds * (1 - OVERHEAD_SHARE) - spent - reserve;
    return studentsAlone(
        plan,
        Math.max(left, LEAST_STUDENT_SHARE * seconds),
        Optional.of(teacher.field()),
        teacher.features().fourier());
  }

  private FitSession silent() {
    return new FitSession(FitListener.SILENT, pool, Optional.empty());
  }

  private TeacherFit teacherFit(FitSession session) {
    return new TeacherFit(data, options, session, mixture);
  }

  /**
   * The steps of the teacher and its pilots.
   *
   * @param seconds of a whole fit, of which they have their shares
   */
  FitPlan teacher(double seconds) {
    TeacherFit teacherFit = teacherFit(silent());
    int fourier = Math.max(options.teacher().fourier(), 8);
    TeacherFit.Features features = new TeacherFit.Features(false, fourier, true, false);
    try (Scope scope = Scope.open()) {
      double perFourierStep = teacherRate(teacherFit, teacherFit.network(features, 0), features);
      TeacherFit.Features plain = TeacherFit.Features.PLAIN;
      double perPlainStep = teacherRate(teacherFit, teacherFit.network(plain, 0), plain);
      double perMixtureStep =
          mixture.isEmpty()
              ? perPlainStep
              : teacherRate(teacherFit, teacherFit.network(plain, 0), plain.overMixture());
      List<TeacherFit.Features> candidates = teacherFit.candidates();
      // Those who look at a teacher are not few beside its steps.
      double row = look(teacherFit, candidates);
      int judged = judged(teacherFit.judgedRows(), row, seconds, candidates.size());
      double look = judged * row;
      double perPilotStep = perFourierStep;
      double pilots = shares().pilot() * seconds;
      if (data.trainingRows() < FitData.ENOUGH_ROWS) {
        perPilotStep = 0;
        for (TeacherFit.Features candidate : candidates) {
          perPilotStep += candidate.fourier() > 0 ? perFourierStep : perPlainStep;
          perPilotStep += candidate.mixture() ? perMixtureStep - perPlainStep : 0;
        }
        pilots = trained(pilots, candidates.size() * look);
      } else if (mixture.isPresent()) {
        // Twice as many candidates, of which half cost more. With rows in plenty a choice between
        // them needs pilots of some length, so what their looks take is not taken from their steps.
        perPilotStep += perFourierStep + perMixtureStep - perPlainStep;
      }
      double whole = trained(shares().teacher() * seconds, LOOKS * look);
      return new FitPlan(
          atLeastOne(pilots / perPilotStep),
          atLeastOne(whole / perPlainStep),
          atLeastOne(whole / perFourierStep),
          atLeastOne(whole / perMixtureStep),
          0,
          0,
          0,
          0,
          0,
          judged);
    }
  }

  /** Rows that a teacher and its pilots can be judged on in the rest of their time. */
  private int judged(long most, double row, double seconds, int candidates) {
    double ofPilots = (1 - LEAST_TRAINED) * shares().pilot() * seconds / candidates;
    double ofTeacher = (1 - LEAST_TRAINED) * shares().teacher() * seconds / LOOKS;
    double affordable = Math.min(ofPilots, ofTeacher) / row;
    return (int) Math.min(most, Math.max(FEWEST_JUDGED, affordable));
  }

  /** Seconds that one look at the costliest teacher takes for a row. */
  private double look(TeacherFit teacherFit, List<TeacherFit.Features> candidates) {
    double most = 0;
    for (TeacherFit.Features features :
        List.of(candidates.get(0), candidates.get(candidates.size() - 1))) {
      NetworkVelocity velocity = teacherFit.velocity(teacherFit.network(features, 0), features);
      long before = clock.getAsLong();
      long rows = teacherFit.judge(velocity, SAMPLED_LOOKS);
      double taken = (clock.getAsLong() - before) / 1e9;
      // So few are one part of the work, which one worker does.
      most = Math.max(most, taken / Math.max(1, rows) / pool.size());
    }
    return most;
  }

  /** The same where teacher and pilots have a number of seconds for themselves. */
  FitPlan teacherAlone(double seconds) {
    return teacher(seconds / shares().before());
  }

  private static double trained(double seconds, double judged) {
    return Math.max(seconds - judged, LEAST_TRAINED * seconds);
  }

  /**
   * A plan whose students have a number of seconds for themselves.
   *
   * @param plan whose steps of the teacher stand
   * @param field trained, where the method has a teacher
   * @param fourier frequencies per coordinate of the students
   */
  FitPlan studentsAlone(FitPlan plan, double seconds, Optional<VelocityField> field, int fourier) {
    double share =
        options.method().fromTrajectories()
            ? shares().students()
            : options.method().distilled() ? 1 - shares().before() : 1;
    return students(seconds / share, plan, field, fourier);
  }

  /**
   * A plan with the steps of the students in it.
   *
   * @param seconds of a whole fit, of which they have their shares
   * @param plan whose steps of the teacher stand
   */
  private FitPlan students(
      double seconds, FitPlan plan, Optional<VelocityField> field, int fourier) {
    StudentFit studentFit = new StudentFit(data, options, silent());
    try (Scope scope = Scope.open()) {
      NetworkFlowMap map = studentFit.freshMap(fourier);
      if (!options.method().fromTrajectories()) {
        Objective objective =
            extras(TableFit.published(options, map, field.map(this::lesson), data), map);
        double rest = field.isEmpty() ? 1 : 1 - shares().before();
        return plan.withStudents(
            0, 0, steps(rest * seconds, studentFit.run(map.network(), objective)));
      }
      VelocityField teacher = field.orElseThrow();
      studentFit.trajectories(teacher, WARM_UP);
      long before = clock.getAsLong();
      Trajectories trajectories = studentFit.trajectories(teacher, SAMPLED_TRAJECTORIES);
      // So few are one part of the work, which one worker does.
      double perTrajectory =
          (clock.getAsLong() - before) / 1e9 / SAMPLED_TRAJECTORIES / pool.size();
      double share = shares().trajectories() * seconds / perTrajectory;
      double fewest = Math.min(FEWEST_TRAJECTORIES, 2 * share);
      int count =
          (int)
              Math.max(Math.max(SAMPLED_TRAJECTORIES, fewest), Math.min(MOST_TRAJECTORIES, share));
      double left = seconds * shares().students() - count * perTrajectory;
      double logDensityShare =
          options.student().logDensityHead() && !Distillation.closedForm(teacher)
              ? shares().logDensityHead() / (shares().logDensityHead() + shares().student())
              : 0;
      left = Math.max(left, LEAST_STUDENT_SHARE * seconds);
      ClosedFormFlow base =
          mixture.isPresent() ? mixture.get() : new StandardGaussianFlow(data.dimensions());
      NetworkLogDensityHead logDensityHead = studentFit.freshLogDensityHead(fourier, base);
      return plan.withStudents(
          count,
          steps(
              logDensityShare * left,
              studentFit.run(
                  logDensityHead.network(),
                  studentFit.logDensityRegression(logDensityHead, trajectories))),
          steps(
              (1 - logDensityShare) * left,
              studentFit.run(
                  map.network(), extras(studentFit.trajectoryRegression(map, trajectories), map))));
    }
  }

  /** A field in the place of what the students will learn from, which costs as much. */
  private VelocityField lesson(VelocityField field) {
    return options.student().autoguidance() ? new Autoguidance(field, field) : field;
  }

  private Objective extras(Objective main, NetworkFlowMap map) {
    return TableFit.withExtras(main, map, data, options.student());
  }

  private FitPlan.Shares shares() {
    if (mixture.isPresent() && mixture.get() instanceof KernelDensityFlow) {
      return FitPlan.Shares.KERNELS;
    }
    return data.dimensions() <= StudentFit.FEW_DIMENSIONS
        ? FitPlan.Shares.USUAL
        : FitPlan.Shares.MANY_DIMENSIONS;
  }

  private double teacherRate(TeacherFit fit, Mlp network, TeacherFit.Features features) {
    return rate(fit.run(network, 1000, new Rng(0)), fit.objective(network, features));
  }

  private double rate(TrainingRun run, Objective objective) {
    return rate.seconds(() -> run.advance(objective, pool));
  }

  private int steps(double seconds, StudentFit.Prepared prepared) {
    return atLeastOne(seconds / rate(prepared.run(), prepared.objective()));
  }

  private static int atLeastOne(double steps) {
    return (int) Math.max(1, Math.min(MOST_STEPS, steps));
  }
}
