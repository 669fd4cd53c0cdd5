package org.f2d2.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.WideComponent;

/**
 * One teacher for the fits of several methods to one table, so that they can be compared: what they
 * differ in is then their own doing.
 *
 * <p>Several threads may distil at the same time.
 */
public final class SharedTeacher {

  private final Table table;
  private final FitData data;
  private final FitOptions options;
  private final Optional<ClosedFormFlow> near;
  private final Optional<ClosedFormFlow> mixture;
  private final TableFit.Teacher teacher;
  private final double seconds;

  private SharedTeacher(
      Table table,
      FitData data,
      FitOptions options,
      Optional<ClosedFormFlow> near,
      Optional<ClosedFormFlow> mixture,
      TableFit.Teacher teacher,
      double seconds) {
    this.table = table;
    this.data = data;
    this.options = options;
    this.near = near;
    this.mixture = mixture;
    this.teacher = teacher;
    this.seconds = seconds;
  }

  /**
   * Trains a teacher, or finds it in a directory where it was trained before.
   *
   * @param options whose budget is all for the teacher; the method does not matter
   * @param directory where its checkpoint lies or will lie
   * @throws F2d2Exception when the table cannot be modelled, or the directory holds a teacher of
   *     other data or options
   * @throws FitInterrupted when the listener asked for it
   */
  public static SharedTeacher fit(
      Table table, FitOptions options, Path directory, FitListener listener) {
    FitData data = FitData.of(table, options);
    Optional<Checkpoint> stored =
        Checkpoint.exists(directory) ? Optional.of(Checkpoint.read(directory)) : Optional.empty();
    stored.ifPresent(
        c -> {
          Fit.Header h = Fit.Header.of(c, TableFit.VERSION, options.one());
          if (!h.dataHash().equals(data.hash())
              || !h.options(c, FitOptions.class).equals(options)) {
            throw new F2d2Exception(directory + ": holds a teacher of other data or options");
          }
        });
    try (WorkerPool pool = new WorkerPool(options.workers())) {
      long start = System.nanoTime();
      Optional<ClosedFormFlow> near = new BaseFit(data, options, pool, listener).fit(stored);
      Optional<ClosedFormFlow> mixture = near.map(WideComponent::beside);
      double spent = (System.nanoTime() - start) / 1e9;
      Checkpoint checkpoint =
          stored.orElseGet(
              () ->
                  Checkpoint.create(
                      directory,
                      Fit.Header.of(
                          TableFit.VERSION,
                          options,
                          plan(new FitPlanner(data, mixture, options, pool), options, spent),
                          data.hash())));
      FitSession session = new FitSession(listener, pool, Optional.of(checkpoint));
      session.save();
      FitPlan plan =
          Fit.Header.of(checkpoint, TableFit.VERSION, options.one())
              .plan(checkpoint, FitPlan.class)
              .orElseThrow();
      TableFit.Teacher teacher = TableFit.Teacher.train(data, mixture, options, plan, session);
      return new SharedTeacher(table, data, options, near, mixture, teacher, session.seconds());
    }
  }

  private static FitPlan plan(FitPlanner planner, FitOptions options, double spent) {
    if (options.budget() instanceof Budget.Steps steps) {
      return FitPlan.ofSteps(steps.steps()).withStudents(0, 0, 0);
    }
    if (options.budget() instanceof Budget.Stages stages) {
      return stages.plan(FitPlan.class).withStudents(0, 0, 0);
    }
    double seconds = 60 * ((Budget.Minutes) options.budget()).minutes() - spent;
    return planner.teacherAlone(seconds);
  }

  /** Wall time of the teacher, its pilots included, over all runs that it took. */
  public double seconds() {
    return seconds;
  }

  /**
   * Fits the students of a method. A method without a teacher learns from the same rows.
   *
   * @param student method, budget of the students alone, workers and the students' options; what
   *     concerns the teacher and the data is that of the teacher
   * @param clock nanoseconds by which the budget is meant, of the calling thread if other work on
   *     the machine shall not count
   * @throws FitInterrupted when the listener asked for it
   */
  public FittedFlow distil(FitOptions student, FitListener listener, LongSupplier clock) {
    FitOptions own =
        options
            .with(student.method())
            .with(student.budget())
            .with(student.student())
            .withWorkers(student.workers());
    if (own.student().autoguidance()) {
      throw new F2d2Exception("a shared teacher has no weaker one beside it for autoguidance");
    }
    Optional<TableFit.Teacher> field =
        own.method().distilled() ? Optional.of(teacher) : Optional.empty();
    try (WorkerPool pool = new WorkerPool(own.workers())) {
      FitPlan plan = studentsPlan(own, pool, field, listener, clock);
      FitSession session = new FitSession(listener, pool, Optional.empty());
      return new Distillation(
              table,
              data,
              own.method().distilled() ? near : Optional.empty(),
              field,
              true,
              own,
              plan,
              session)
          .run();
    }
  }

  private FitPlan studentsPlan(
      FitOptions own,
      WorkerPool pool,
      Optional<TableFit.Teacher> field,
      FitListener listener,
      LongSupplier clock) {
    if (own.budget() instanceof Budget.Minutes minutes) {
      return new FitPlanner(data, mixture, own, pool, clock, listener)
          .studentsAlone(
              FitPlan.NONE,
              60 * minutes.minutes(),
              field.map(TableFit.Teacher::field),
              field.map(t -> t.features().fourier()).orElse(0));
    }
    return own.budget() instanceof Budget.Stages stages
        ? stages.plan(FitPlan.class)
        : FitPlan.ofSteps(((Budget.Steps) own.budget()).steps());
  }
}
