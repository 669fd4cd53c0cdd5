package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.error.F2d2Exception;
import org.f2d2.net.Parameters;
import org.f2d2.net.Tape;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * One network under training: parameters, optimiser, running average and step count.
 *
 * <p>A step whose loss or gradient is not finite changes nothing and is counted; too many in a row
 * end the run with an error.
 */
public final class TrainingRun {

  /**
   * Options.
   *
   * @param batch rows per step over all workers
   * @param schedule learning rates
   * @param optimizer see {@link Optimizer.Options}
   * @param clip largest norm of the gradient; larger ones are scaled down to it
   * @param ema decay of the running average of the parameters, in [0, 1)
   */
  public record Options(
      int batch, Schedule schedule, Optimizer.Options optimizer, double clip, double ema) {
    /** Checks the numbers. */
    public Options {
      if (batch < 1 || !(clip > 0) || !(ema >= 0 && ema < 1)) {
        throw new IllegalArgumentException(
            "a run needs batch >= 1, clip > 0 and ema in [0, 1): "
                + batch
                + ", "
                + clip
                + ", "
                + ema);
      }
    }
  }

  private static final int MOST_SKIPPED_IN_A_ROW = 20;

  /**
   * About how many rows go through a network at a time: what a layer of them leaves behind stays in
   * the processor's cache until the way back has read it.
   */
  private static final int CACHED_ROWS = 256;

  /** Numbers that are worth a thread. */
  private static final int LEAST_SHARE = 1 << 15;

  private final Options options;
  private final Parameters parameters;
  private final Parameters average;
  private final Optimizer optimizer;
  private final Rng rng;
  private long step;
  private long skipped;
  private int skippedInARow;

  /**
   * A run at step 0.
   *
   * @param parameters what is trained; changed in place
   * @param options see {@link Options}
   * @param rng source of all steps; each step derives its own
   */
  public TrainingRun(Parameters parameters, Options options, Rng rng) {
    this.parameters = parameters;
    this.options = options;
    this.average = parameters.copy();
    this.optimizer = new Optimizer(options.optimizer(), parameters.flat());
    this.rng = rng;
  }

  /** Steps done, skipped ones included. */
  public long step() {
    return step;
  }

  /** Steps whose loss or gradient was not finite. */
  public long skipped() {
    return skipped;
  }

  /** The parameters under training. */
  public Parameters parameters() {
    return parameters;
  }

  /** The running average of the parameters. */
  public Parameters average() {
    return average;
  }

  /** Learning rates and the other options. */
  public Options options() {
    return options;
  }

  /** Too many steps in a row changed nothing. */
  static final class NotFinite extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    NotFinite(long steps) {
      super("the loss was not finite in " + steps + (steps == 1 ? " step" : " steps in a row"));
    }
  }

  private record Part(double loss, Parameters gradient) {}

  /** One sum of gradients for each worker, used again in each step. */
  private final List<Parameters> gradients = new ArrayList<>();

  /**
   * Does one step.
   *
   * @return the loss of the step; NaN or infinite if the step was skipped
   */
  public double advance(Objective objective, WorkerPool pool) {
    int workers = Math.min(pool.size(), options.batch());
    while (gradients.size() < workers) {
      gradients.add(parameters.zerosLike().outliveScopes());
    }
    Objective now = objective.at(Math.min(1, (double) step / options.schedule().steps()));
    List<Part> parts = pool.map(workers, w -> gradient(now, w, workers));
    double loss = 0;
    for (Part p : parts) {
      loss += p.loss() / workers;
    }
    try (Scope scope = Scope.open()) {
      Tensor gradient = parts.get(0).gradient().flat();
      double norm = Math.sqrt(addUp(gradient, parts.subList(1, workers), pool)) / workers;
      if (Double.isFinite(loss) && Double.isFinite(norm)) {
        double factor = Math.min(1, options.clip() / Math.max(norm, 1e-12)) / workers;
        // Early on the average follows closely, so that it forgets the random start.
        double decay = Math.min(options.ema(), (1 + step) / (10.0 + step));
        optimizer.step(
            parameters.flat(),
            gradient,
            factor,
            options.schedule().rate(step),
            (at, length) ->
                average
                    .flat()
                    .narrow(0, at, length)
                    .lerpInPlace(parameters.flat().narrow(0, at, length), 1 - decay),
            pool);
        skippedInARow = 0;
      } else {
        skipped++;
        if (++skippedInARow >= MOST_SKIPPED_IN_A_ROW) {
          throw new NotFinite(MOST_SKIPPED_IN_A_ROW);
        }
      }
    }
    step++;
    return loss;
  }

  /** Adds the other gradients to the first and returns the sum of its squares. */
  private static double addUp(Tensor gradient, List<Part> others, WorkerPool pool) {
    long size = gradient.count();
    int workers = (int) Math.max(1, Math.min(pool.size(), size / LEAST_SHARE));
    return pool
        .map(
            workers,
            w -> {
              long start = w * size / workers;
              long length = (w + 1) * size / workers - start;
              try (Scope scope = Scope.open()) {
                Tensor own = gradient.narrow(0, start, length);
                for (Part p : others) {
                  own.addInPlace(p.gradient().flat().narrow(0, start, length), 1);
                }
                return own.dot(own);
              }
            })
        .stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private Part gradient(Objective objective, int worker, int workers) {
    int rows = options.batch() / workers + (worker < options.batch() % workers ? 1 : 0);
    int chunks = Math.max(1, (int) Math.round((double) rows / CACHED_ROWS));
    try (Scope scope = Scope.open()) {
      Rng own = rng.derive(step, worker);
      double loss = 0;
      Parameters sum = gradients.get(worker);
      sum.flat().zeroInPlace();
      for (int c = 0; c < chunks; c++) {
        int part = rows / chunks + (c < rows % chunks ? 1 : 0);
        try (Scope inner = Scope.open();
            Tape tape = Tape.open(parameters)) {
          Tensor partLoss = objective.loss(part, chunks == 1 ? own : own.derive(c));
          double share = (double) part / rows;
          loss += share * partLoss.item();
          tape.addGradient(partLoss.mul(share), sum);
        }
      }
      return new Part(loss, sum);
    }
  }

  /** Everything that a resumed run needs, as named tensors. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("parameters", parameters.flat());
    state.put("average", average.flat());
    optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
    state.put("step", Tensor.of(new long[] {step, skipped, skippedInARow}, 3));
    return state;
  }

  /** Puts a saved state back. */
  public void restore(Map<String, Tensor> state) {
    parameters.flat().copyInPlace(like(parameters.flat(), saved(state, "parameters")));
    average.flat().copyInPlace(like(average.flat(), saved(state, "average")));
    Map<String, Tensor> moments = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith("optimizer.")) {
            moments.put(name.substring("optimizer.".length()), tensor);
          }
        });
    optimizer.restore(moments);
    Tensor step = saved(state, "step");
    if (step.type() != DType.INT64 || step.count() != 3) {
      throw new F2d2Exception("the saved training state has no step but " + step);
    }
    long[] counts = step.toLongs();
    if (counts[0] < 0 || counts[1] < 0 || counts[2] < 0) {
      throw new F2d2Exception("the saved training state is at a step below 0");
    }
    this.step = counts[0];
    skipped = counts[1];
    skippedInARow = (int) counts[2];
  }

  /** A saved tensor that takes the place of another: copying would widen or convert others. */
  static Tensor like(Tensor present, Tensor saved) {
    if (saved.type() != present.type() || !Arrays.equals(saved.shape(), present.shape())) {
      throw new F2d2Exception("the saved training state has " + saved + " for " + present);
    }
    return saved;
  }

  private static Tensor saved(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new F2d2Exception("the saved training state has no '" + name + "'");
    }
    return tensor;
  }
}
