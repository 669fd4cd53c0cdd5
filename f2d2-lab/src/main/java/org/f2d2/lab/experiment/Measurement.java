package org.f2d2.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Makes the field of a run and measures it. */
final class Measurement {

  /** Looks at a sample that is learned by heart: after 1/64, 1/32, ... of the steps. */
  private static final int HALVINGS = 6;

  private final Run run;
  private final Settings settings;
  private final ClosedFormFlow exact;
  private final LongConsumer done;

  private Measurement(Run run, Settings settings, LongConsumer done) {
    this.run = run;
    this.settings = settings;
    this.exact = run.target().flow();
    this.done = done;
  }

  /**
   * Does all of it on the calling thread.
   *
   * @param done hears the training steps so far; may throw to end the run
   */
  static RunResult of(Run run, Settings settings, LongConsumer done) {
    try (Scope scope = Scope.open()) {
      return new Measurement(run, settings, done).result();
    }
  }

  private RunResult result() {
    long start = System.nanoTime();
    PathPoints points =
        PathPoints.fresh(
            exact, settings.errorPoints(), settings.lastTime(), run.rng(Run.Stream.ERRORS));
    Training training = new Training(run, settings, exact);
    List<RunResult.Moment> course = new ArrayList<>();
    MeasuredField field;
    if (run.source() instanceof Source.ExactField) {
      field = new MeasuredField(exact, DType.FLOAT64);
    } else {
      field =
          new MeasuredField(
              training.train(
                  looks(),
                  (step, velocity) ->
                      course.add(
                          moment(
                              step, new MeasuredField(velocity, DType.FLOAT32), points, training)),
                  done),
              DType.FLOAT32);
    }
    FieldErrors errors = FieldErrors.of(field, exact, points, settings.divergencePoints());
    double integral =
        LipschitzConstant.integral(field, exact, settings, run.rng(Run.Stream.LIPSCHITZ));
    Transport transport = new Transport(exact, settings);
    Rng rng = run.rng(Run.Stream.TRANSPORT);
    boolean known = run.source() instanceof Source.ExactField;
    Losses losses = losses(field, training);
    return new RunResult(
        run.key(),
        errors.velocity(),
        errors.divergence(),
        integral,
        transport.distance(field, rng),
        known ? transport.floor(rng) : Double.NaN,
        losses.train(),
        losses.test(),
        losses.exactTrain(),
        losses.exactTest(),
        course,
        (System.nanoTime() - start) / 1e9);
  }

  private List<Long> looks() {
    List<Long> looks = new ArrayList<>();
    if (run.source() instanceof Source.WholeSample) {
      for (int i = HALVINGS; i >= 0; i--) {
        long step = run.steps() >> i;
        if (step > 0) {
          looks.add(step);
        }
      }
    }
    return looks;
  }

  private RunResult.Moment moment(
      long step, MeasuredField field, PathPoints points, Training training) {
    try (Scope scope = Scope.open()) {
      FieldErrors errors = FieldErrors.of(field, exact, points, 1);
      Losses losses = losses(field, training);
      return new RunResult.Moment(step, errors.velocity(), losses.train(), losses.exactTrain());
    }
  }

  private Losses losses(MeasuredField field, Training training) {
    int n = settings.errorPoints();
    Rng rng = run.rng(Run.Stream.LOSSES);
    Tensor fresh = exact.sample(n, rng.derive(0));
    Tensor rows =
        training.table().stream()
            .findFirst()
            .map(table -> table.to(DType.FLOAT64).rows(rng.derive(1).integers(table.size(0), n)))
            .orElseGet(() -> exact.sample(n, rng.derive(1)));
    return Autograd.noGrad(
        () -> Losses.of(field, exact, rows, fresh, settings.lastTime(), rng.derive(2)));
  }
}
