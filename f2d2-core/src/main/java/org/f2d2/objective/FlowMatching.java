package org.f2d2.objective;

import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Flow matching (Lipman et al., arXiv 2210.02747): regression of the velocity on the velocity of
 * random pairs of noise and data,
 *
 * <pre>  L = E | v(x_t, t) - w |²,     x_t = α x₁ + σ z,   w = α' x₁ + σ' z</pre>
 *
 * with a target of lower variance in place of w: given x_t and a set of data rows of which one,
 * each equally likely beforehand, made x_t, the expected data row is
 *
 * <pre>  E[x₁] = Σ_j a_j x₁ⱼ,    a = softmax_j( -| x_t - α x₁ⱼ |² / (2σ²) )</pre>
 *
 * and w becomes α' E[x₁] + σ' (x_t - α E[x₁])/σ. This is the conditional expectation of w given x_t
 * and the set, so the minimiser is the same and only noise is taken away. Close to t = 1, where the
 * posterior is the row itself, w is used.
 */
public final class FlowMatching implements Objective {

  /**
   * Options.
   *
   * @param path how noise and data are mixed
   * @param times law of the training times
   * @param contextRows data rows beside the batch in the set that the target averages over; 0 gives
   *     plain flow matching
   */
  public record Options(ProbabilityPath path, TimeLaw times, int contextRows) {
    /** Checks the number of context rows. */
    public Options {
      if (contextRows < 0) {
        throw new IllegalArgumentException("contextRows must be at least 0, got " + contextRows);
      }
    }
  }

  /** Below this share of noise the pair's own velocity is the target. */
  private static final double SMALLEST_NOISE = 0.03;

  private final VelocityField model;
  private final TrainingRows data;
  private final Options options;

  /**
   * Flow matching of a velocity field on rows of data.
   *
   * @param model the field to train
   * @param data where rows come from
   * @param options see {@link Options}
   */
  public FlowMatching(VelocityField model, TrainingRows data, Options options) {
    this.model = model;
    this.data = data;
    this.options = options;
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    Pair pair = Autograd.noGrad(() -> draw(rows, rng));
    return model.velocity(pair.x(), pair.t()).sub(pair.target()).square().sum(1).mean();
  }

  /**
   * Points on the path, their times and the regression targets.
   *
   * @param x [n, d]
   * @param t [n, 1]
   * @param target [n, d]
   */
  public record Pair(Tensor x, Tensor t, Tensor target) {}

  /** Draws training pairs. */
  public Pair draw(int rows, Rng rng) {
    Tensor context = data.draw(rows + options.contextRows(), rng);
    Tensor x1 = context.rows(0, rows);
    Tensor z = rng.normal(x1.type(), x1.shape());
    Tensor t = options.times().draw(rows, x1.type(), rng);
    ProbabilityPath path = options.path();
    Tensor x = path.point(z, x1, t);
    Tensor w = path.velocity(z, x1, t);
    if (options.contextRows() == 0) {
      return new Pair(x, t, w);
    }
    Tensor sigma = path.sigma(t);
    Tensor noisy = sigma.lessThan(SMALLEST_NOISE);
    Tensor safe = sigma.clamp(SMALLEST_NOISE, 1);
    Tensor expected = expectedData(x, context, path.alpha(t), safe);
    Tensor noise = x.sub(path.alpha(t).mul(expected)).div(safe);
    Tensor averaged = path.alphaRate(t).mul(expected).addProduct(path.sigmaRate(t), noise);
    return new Pair(x, t, Tensor.where(noisy, w, averaged));
  }

  // -|x - α c|²/(2σ²) = (α x·c - α²|c|²/2)/σ² up to a term without j, which the softmax drops.
  private static Tensor expectedData(Tensor x, Tensor context, Tensor alpha, Tensor sigma) {
    Tensor precision = sigma.square().reciprocal();
    Tensor cross = x.mul(alpha.mul(precision)).matmul(context.transpose());
    Tensor squares = context.square().sum(1).unsqueeze(0);
    Tensor logits = cross.addProduct(alpha.square().mul(precision).mul(-0.5), squares);
    return logits.softmax(1).matmul(context);
  }
}
