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
 * with w of {@link PathBatch}, which may be averaged over more rows than the pair's own.
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
    PathBatch b = Autograd.noGrad(() -> draw(rows, rng));
    return model.velocity(b.x(), b.s()).sub(b.w()).square().sum(1).mean();
  }

  /** Draws points and the velocities to regress on. */
  public PathBatch draw(int rows, Rng rng) {
    Tensor t = options.times().draw(rows, data.type(), rng);
    return PathBatch.draw(data, options.path(), t, options.contextRows(), rng);
  }
}
