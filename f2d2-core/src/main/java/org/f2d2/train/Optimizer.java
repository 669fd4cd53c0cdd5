package org.f2d2.train;

import java.util.LinkedHashMap;
import java.util.Map;
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

  /**
   * What one step does to each parameter.
   *
   * @param scale factor of the gradient
   * @param rate factor of the quotient of the moments, or of the first moment alone
   * @param keep factor of the parameter, for weight decay
   * @param root factor of the root of the second moment; 0 where it is not divided by
   */
  private record Move(double scale, double rate, double keep, double root) {}

  /** Numbers that are worked on at a time: all that belongs to them stays in the cache. */
  private static final int BLOCK = 1 << 15;

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
   * @param afterwards more to do on each part of the parameters while it is in the cache
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
    Move move = move(scale, learningRate);
    long size = flat.count();
    int workers = (int) Math.max(1, Math.min(pool.size(), size / BLOCK));
    pool.map(
        workers,
        w -> {
          long end = (w + 1) * size / workers;
          for (long at = w * size / workers; at < end; at += BLOCK) {
            long length = Math.min(BLOCK, end - at);
            try (Scope scope = Scope.open()) {
              apply(move, flat.narrow(0, at, length), gradient.narrow(0, at, length), at);
              afterwards.on(at, length);
            }
          }
          return w;
        });
  }

  private Move move(double scale, double learningRate) {
    double correction1 = 1 - Math.pow(options.beta1(), count);
    double correction2 = 1 - Math.pow(options.beta2(), count);
    double keep = 1 - learningRate * options.weightDecay();
    double rate = -learningRate / correction1;
    double root = 1 / Math.sqrt(correction2);
    if (options.kind() == Kind.RADAM) {
      double b2 = options.beta2();
      double rhoEnd = 2 / (1 - b2) - 1;
      double rho = rhoEnd - 2 * count * Math.pow(b2, count) / correction2;
      if (rho <= 5) {
        return new Move(scale, rate, keep, 0);
      }
      rate *= Math.sqrt((rho - 4) * (rho - 2) * rhoEnd / ((rhoEnd - 4) * (rhoEnd - 2) * rho));
    }
    return new Move(scale, rate, keep, root);
  }

  private void apply(Move move, Tensor flat, Tensor gradient, long at) {
    Tensor m = first.narrow(0, at, flat.count());
    Tensor q = second.narrow(0, at, flat.count());
    gradient.mulInPlace(move.scale());
    m.lerpInPlace(gradient, 1 - options.beta1());
    q.mulInPlace(options.beta2()).addProductInPlace(gradient, gradient, 1 - options.beta2());
    if (move.keep() != 1) {
      flat.mulInPlace(move.keep());
    }
    if (move.root() == 0) {
      flat.addInPlace(m, move.rate());
    } else {
      // The gradient has served, and its memory is in the cache.
      Tensor root = q.sqrtInto(gradient).mulInPlace(move.root()).addInPlace(options.epsilon());
      flat.addQuotientInPlace(m, root, move.rate());
    }
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
    first.copyInPlace(require(state, "first"));
    second.copyInPlace(require(state, "second"));
    count = require(state, "count").toLongs()[0];
  }

  private static Tensor require(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the saved optimiser lacks " + name);
    }
    return tensor;
  }
}
