package org.f2d2.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.FusedAdamW;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Adam with decoupled weight decay (AdamW, Loshchilov and Hutter, arXiv 1711.05101), and its
 * rectified form (RAdam, Liu et al., arXiv 1908.03265), on one flat vector of parameters.
 *
 * <pre>
 *   m = β₁ m + (1-β₁) g,   q = β₂ q + (1-β₂) g²
 *   AdamW   θ = θ (1 - lr·decay) - lr · m̂ / (√q̂ + ε),   m̂ = m/(1-β₁ⁿ), q̂ = q/(1-β₂ⁿ)
 *   RAdam   the same step times the rectification r, and without the division by √q̂ while the
 *           variance of the second moment is not yet known (ρ ≤ 5)
 * </pre>
 */
public final class Optimizer {

  /** Which of the two. */
  public enum Kind {
    /** Adam with decoupled weight decay. */
    ADAMW,
    /** Rectified Adam. */
    RADAM
  }

  /**
   * Options.
   *
   * @param kind which method
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment
   * @param weightDecay share of a parameter taken off per unit of learning rate, at least 0
   */
  public record Options(Kind kind, double beta1, double beta2, double epsilon, double weightDecay) {

    /** Adam as the recipe uses it: β = (0.9, 0.99). */
    public static final Options DEFAULT = new Options(Kind.ADAMW, 0.9, 0.99, 1e-8, 0);

    /** Checks the numbers. */
    public Options {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)
          || !(epsilon > 0)
          || !(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "an optimiser needs betas in [0, 1), epsilon > 0 and weightDecay >= 0: "
                + beta1
                + ", "
                + beta2
                + ", "
                + epsilon
                + ", "
                + weightDecay);
      }
    }
  }

  private final Options options;
  private final Tensor first;
  private final Tensor second;
  private long count;

  /** A fresh optimiser for parameters of the given shape. */
  public Optimizer(Options options, Tensor flat) {
    this.options = options;
    this.first = flat.detach().zerosLike();
    this.second = flat.detach().zerosLike();
  }

  /** Numbers that are worth a thread. */
  private static final int LEAST_SHARE = 1 << 15;

  /** Work on a part of the parameters, right after they have been changed. */
  @FunctionalInterface
  interface Afterwards {
    /** Works on {@code length} numbers from {@code start}. */
    void on(long start, long length);
  }

  /**
   * Changes the parameters by one step.
   *
   * @param flat the parameters
   * @param gradient of the loss with respect to them; overwritten
   * @param scale factor of the gradient
   * @param afterwards more to do on each part of the parameters, by the thread that changed it
   * @param pool shares the work
   */
  void step(
      Tensor flat,
      Tensor gradient,
      double scale,
      double learningRate,
      Afterwards afterwards,
      WorkerPool pool) {
    count++;
    long size = flat.count();
    int workers = (int) Math.max(1, Math.min(pool.size(), size / LEAST_SHARE));
    pool.map(
        workers,
        w -> {
          long start = w * size / workers;
          long length = (w + 1) * size / workers - start;
          try (Scope scope = Scope.open()) {
            Tensor theta = flat.narrow(0, start, length);
            Tensor g = gradient.narrow(0, start, length);
            Tensor m = first.narrow(0, start, length);
            Tensor q = second.narrow(0, start, length);
            switch (options.kind()) {
              case ADAMW -> adamW(learningRate).step(theta, g, scale, m, q, count);
              case RADAM -> rAdam(theta, g.mulInPlace(scale), m, q, learningRate);
            }
            afterwards.on(start, length);
          }
          return w;
        });
  }

  private FusedAdamW adamW(double learningRate) {
    return new FusedAdamW(
        learningRate, options.beta1(), options.beta2(), options.epsilon(), options.weightDecay());
  }

  private void rAdam(Tensor theta, Tensor g, Tensor m, Tensor q, double learningRate) {
    double b2 = options.beta2();
    m.lerpInPlace(g, 1 - options.beta1());
    q.mulInPlace(b2).addProductInPlace(g, g, 1 - b2);
    if (options.weightDecay() > 0) {
      theta.mulInPlace(1 - learningRate * options.weightDecay());
    }
    double correction = 1 - Math.pow(b2, count);
    double rate = learningRate / (1 - Math.pow(options.beta1(), count));
    double rhoEnd = 2 / (1 - b2) - 1;
    double rho = rhoEnd - 2 * count * Math.pow(b2, count) / correction;
    if (rho <= 5) {
      theta.addInPlace(m, -rate);
      return;
    }
    rate *= Math.sqrt((rho - 4) * (rho - 2) * rhoEnd / ((rhoEnd - 4) * (rhoEnd - 2) * rho));
    // The gradient has served; its memory takes the root.
    Tensor root = q.sqrtInto(g).mulInPlace(1 / Math.sqrt(correction));
    theta.addQuotientInPlace(m, root.addInPlace(options.epsilon()), -rate);
  }

  /** Everything a resumed run needs: the two moments, and the step count as a tensor. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("first", first);
    state.put("second", second);
    state.put("count", Tensor.of(new long[] {count}, 1));
    return state;
  }

  /** Puts a saved state back. */
  public void restore(Map<String, Tensor> state) {
    first.copyInPlace(TrainingRun.like(first, require(state, "first")));
    second.copyInPlace(TrainingRun.like(second, require(state, "second")));
    Tensor saved = require(state, "count");
    if (saved.type() != DType.INT64 || saved.count() != 1 || saved.toLongs()[0] < 0) {
      throw new IllegalArgumentException("the saved optimiser has no count but " + saved);
    }
    count = saved.toLongs()[0];
  }

  private static Tensor require(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the saved optimiser lacks " + name);
    }
    return tensor;
  }
}
