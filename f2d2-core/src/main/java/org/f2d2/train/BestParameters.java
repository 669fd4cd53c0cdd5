package org.f2d2.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.Tensor;

/**
 * Keeps the best running average of a training run, judged on held-out rows at fixed shares of the
 * run, so that a run that overfits or fails near its end loses nothing.
 */
final class BestParameters {

  private static final double[] LOOK_AT = {0.5, 0.7, 0.85, 1};

  private final ToDoubleFunction<Parameters> score;
  private double best = Double.POSITIVE_INFINITY;
  private Tensor kept;

  /**
   * Nothing kept yet.
   *
   * @param initial parameters to keep if every score is NaN
   * @param score figure of merit on held-out rows, lower is better
   */
  BestParameters(Parameters initial, ToDoubleFunction<Parameters> score) {
    this.kept = initial.flat().copy();
    this.score = score;
  }

  /** Judges the run if it is at one of the shares; of equals the later is kept. */
  void look(TrainingRun run) {
    long steps = run.options().schedule().steps();
    for (double share : LOOK_AT) {
      if (run.step() == Math.max(1, Math.round(share * steps))) {
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
      kept.copyInPlace(stored);
      double read = value.item();
      best = read == Double.MAX_VALUE ? Double.POSITIVE_INFINITY : read;
    }
  }
}
