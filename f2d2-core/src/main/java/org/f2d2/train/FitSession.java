package org.f2d2.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.Tensor;

/**
 * What all stages of one fit share: the listener, the threads, the checkpoint and the clock.
 *
 * <p>A stage is known by name. One that has ended is found in the checkpoint and not run again; one
 * that was cut off goes on from its last saved step.
 */
public final class FitSession {

  /** Seconds of work that a kill may cost. */
  private static final double SAVE_EVERY = 10;

  /** Points of a stored loss curve. */
  private static final int CURVE_POINTS = 200;

  private final FitListener listener;
  private final WorkerPool pool;
  private final Optional<Checkpoint> checkpoint;
  private final List<Curve> curves = new ArrayList<>();
  private final long start;
  private final double secondsBefore;
  private long lastSave = System.nanoTime();
  private long skipped;

  private static final String PAST = "past";
  private static final String NOW = "now";

  /** The curve of the running stage, and where its running mean stands. */
  private record Now(Curve curve, double mean) {}

  /** What the stages that have ended say about themselves. */
  private record Past(List<Curve> curves, long skipped) {}

  FitSession(FitListener listener, WorkerPool pool, Optional<Checkpoint> checkpoint) {
    this(listener, pool, checkpoint, System.nanoTime());
  }

  /**
   * A session.
   *
   * @param start of the fit, by {@link System#nanoTime}
   */
  FitSession(FitListener listener, WorkerPool pool, Optional<Checkpoint> checkpoint, long start) {
    this.start = start;
    this.listener = listener;
    this.pool = pool;
    this.checkpoint = checkpoint;
    this.secondsBefore = checkpoint.map(Checkpoint::seconds).orElse(0.0);
    checkpoint
        .filter(c -> c.hasNote(PAST))
        .map(c -> c.record(PAST, Past.class))
        .ifPresent(
            past -> {
              curves.addAll(past.curves());
              skipped = past.skipped();
            });
  }

  /** Hears how the fit goes. */
  public FitListener listener() {
    return listener;
  }

  /** The threads of the fit. */
  public WorkerPool pool() {
    return pool;
  }

  Optional<Checkpoint> checkpoint() {
    return checkpoint;
  }

  List<Curve> curves() {
    return List.copyOf(curves);
  }

  long skipped() {
    return skipped;
  }

  /** The question for the middle of a stage. */
  StopRequest stopRequest(String stage) {
    return new StopRequest(() -> yieldToUser(stage));
  }

  /** Log-densities, which end when the user wants the fit to end. */
  Calibrator calibrator() {
    return Calibrator.ofFit(pool, stopRequest("held-out rows"));
  }

  /** Wall time of the fit so far, resumed parts included. */
  double seconds() {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }

  /** {@link #seconds}, and what came before the fit and counts as its budget. */
  double spent() {
    return listener.secondsBefore() + seconds();
  }

  /** Notes how long the stages are from now on. */
  void planned(Record plan) {
    checkpoint.ifPresent(c -> c.header(c.record(Checkpoint.HEADER, Fit.Header.class).with(plan)));
    save();
  }

  /** Writes what has been put into the checkpoint. */
  synchronized void save() {
    checkpoint.ifPresent(c -> c.write(seconds()));
    lastSave = System.nanoTime();
  }

  /** Ends the fit, after a save, if the user asked for it. */
  void yieldToUser(String stage) {
    if (listener.stopRequested()) {
      save();
      throw interrupted(stage);
    }
  }

  private FitInterrupted interrupted(String stage) {
    String where = "interrupted while working on the " + stage;
    return new FitInterrupted(
        checkpoint.isPresent() ? where + "; a fit that resumes goes on from here" : where);
  }

  /**
   * Trains to the end of a schedule, from wherever the checkpoint stands.
   *
   * @param stage name; also the key in the checkpoint
   * @param best keeps the best parameters on the way
   * @return the best parameters, which a resumed fit finds with {@link #finished}
   */
  Parameters train(String stage, TrainingRun run, Objective objective, BestParameters best) {
    long steps = run.options().schedule().steps();
    checkpoint.ifPresent(
        c -> {
          if (!c.part(stage).isEmpty()) {
            c.restored(
                stage,
                () -> {
                  run.restore(c.part(stage));
                  best.restore(c.part(stage + ".best"));
                  return run;
                });
          }
        });
    listener.stage(stage, steps);
    if (run.step() == 0) {
      best.look(run);
    }
    Optional<Now> before =
        checkpoint
            .filter(c -> run.step() > 0 && c.hasNote(NOW))
            .map(c -> c.record(NOW, Now.class))
            .filter(n -> n.curve().stage().equals(stage));
    double mean = before.map(Now::mean).orElse(Double.NaN);
    List<Long> at = new ArrayList<>(before.map(n -> n.curve().steps()).orElse(List.of()));
    List<Double> losses = new ArrayList<>(before.map(n -> n.curve().losses()).orElse(List.of()));
    long every = Math.max(1, steps / CURVE_POINTS);
    while (run.step() < steps) {
      double loss = advance(stage, run, objective);
      if (Double.isFinite(loss)) {
        mean = Double.isNaN(mean) ? loss : 0.99 * mean + 0.01 * loss;
      }
      if (run.step() % every == 0) {
        at.add(run.step());
        losses.add(mean);
      }
      best.look(run);
      listener.step(run.step(), mean);
      // Asked once: a request between two questions would end the fit without saving its step.
      boolean stop = listener.stopRequested();
      boolean due = (System.nanoTime() - lastSave) / 1e9 > SAVE_EVERY;
      if (checkpoint.isPresent() && (due || stop)) {
        checkpoint.get().part(stage, run.state());
        checkpoint.get().part(stage + ".best", best.state());
        checkpoint.get().record(NOW, new Now(new Curve(stage, at, losses), mean));
        save();
      }
      if (stop) {
        throw interrupted(stage);
      }
    }
    if (run.skipped() == steps && steps > 0) {
      throw TrainingFailed.at(stage, steps, steps, new TrainingRun.NotFinite(steps));
    }
    skipped += run.skipped();
    if (run.skipped() > 0) {
      listener.message(run.skipped() + " steps of the " + stage + " were skipped: not finite");
    }
    if (!at.isEmpty()) {
      curves.add(new Curve(stage, at, losses));
    }
    Parameters kept = best.parameters(run.parameters());
    checkpoint.ifPresent(
        c -> {
          c.part(stage, Map.of());
          c.part(stage + ".best", Map.of());
          c.part(done(stage), Map.of("kept", kept.flat()));
          c.record(PAST, new Past(curves, skipped));
        });
    save();
    return kept;
  }

  private double advance(String stage, TrainingRun run, Objective objective) {
    try {
      return run.advance(objective, pool);
    } catch (TrainingRun.NotFinite e) {
      throw TrainingFailed.at(stage, run.step() + 1, run.options().schedule().steps(), e);
    }
  }

  /** Where the checkpoint keeps what a stage that has ended has left. */
  static String done(String stage) {
    return stage + ".done";
  }

  /** Ends a stage that has not ended with what another fit has left of it. */
  void finish(String stage, Parameters left) {
    checkpoint
        .filter(c -> c.part(done(stage)).isEmpty())
        .ifPresent(c -> c.part(done(stage), Map.of("kept", left.flat().detach())));
  }

  /** Whether a stage ended before the fit was cut off. */
  boolean hasFinished(String stage) {
    return checkpoint.filter(c -> c.part(done(stage)).containsKey("kept")).isPresent();
  }

  /** What a stage that ended before the fit was cut off has left. */
  Optional<Parameters> finished(String stage, Parameters shape) {
    return checkpoint
        .filter(c -> c.part(done(stage)).containsKey("kept"))
        .map(c -> c.restored(stage, () -> kept(c.part(done(stage)), shape)));
  }

  private static Parameters kept(Map<String, Tensor> part, Parameters shape) {
    Tensor kept = part.get("kept");
    if (kept == null || kept.type() != shape.flat().type()) {
      throw new IllegalArgumentException("its numbers are of another type");
    }
    return Parameters.over(shape.entries(), kept);
  }
}
