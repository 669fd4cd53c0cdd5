package org.f2d2.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.Tensor;

/**
 * Keeps the best running average of a training run, judged on held-out rows at fixed shares of the
 * run, so that a run that overfits or fails near its end loses nothing.
 */
final class BestParameters {

  /** For scores that an untrained network must not win, such as its agreement with itself. */
  static final List<Double> LATE = List.of(0.5, 0.7, 0.85, 1.0);

  /**
   * From the start on: a network that only corrects a base begins as that base, which may be as
   * good as the data allow.
   */
  static final List<Double> THROUGHOUT = List.of(0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0);

  private final List<Double> shares;
  private final ToDoubleFunction<Parameters> score;
  private double best = Double.POSITIVE_INFINITY;
  private Tensor kept;

  /**
   * Nothing kept yet.
   *
   * @param shares when to judge, as shares of the run
   * @param initial parameters to keep if every score is NaN
   * @param score figure of merit on held-out rows, lower is better
   */
  BestParameters(List<Double> shares, Parameters initial, ToDoubleFunction<Parameters> score) {
    this.shares = shares;
    this.kept = initial.flat().copy();
    this.score = score;
  }

  /** Judges the run if it is at one of the shares; of equals the later is kept. */
  void look(TrainingRun run) {
    long steps = run.options().schedule().steps();
    for (double share : shares) {
      if (run.step() == Math.round(share * steps)) {
        double now = score.applyAsDouble(run.average());
        if (now <= best) {
          best = now;
          kept.copyInPlace(run.average().flat());
        }
        return;
      }
    }
  }

  /** The lowest score so far; infinite before the first. */
  double score() {
    return best;
  }

  /** The parameters with that score. */
  Parameters parameters(Parameters shape) {
    return Parameters.over(shape.entries(), kept);
  }

  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("kept", kept);
    state.put("score", Tensor.of(new double[] {Math.min(best, Double.MAX_VALUE)}, 1));
    return state;
  }

  void restore(Map<String, Tensor> state) {
    Tensor stored = state.get("kept");
    Tensor value = state.get("score");
    if (stored != null && value != null) {
      kept.copyInPlace(TrainingRun.like(kept, stored));
      double read = value.item();
      best = read == Double.MAX_VALUE ? Double.POSITIVE_INFINITY : read;
    }
  }
}
