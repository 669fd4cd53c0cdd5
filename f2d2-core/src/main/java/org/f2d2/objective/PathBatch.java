package org.f2d2.objective;

import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Points on the probability path and what their velocity is expected to be.
 *
 * <p>The pair of noise z and data x₁ that makes a point x_s = α x₁ + σ z has the velocity w = α' x₁
 * + σ' z, whose mean given x_s is the marginal velocity. A target of lower variance takes the place
 * of w where more data rows are at hand: given x_s and a set of rows of which one, each equally
 * likely beforehand, made x_s, the expected data row is
 *
 * <pre>
 *   E[x₁] = Σ_j a_j x₁ⱼ,    a = softmax_j( -| x_s - α x₁ⱼ |² / (2σ²) )</pre>
 *
 * and w becomes α' E[x₁] + σ' (x_s - α E[x₁])/σ. This is the conditional expectation of w given x_s
 * and the set, so the mean given x_s is the same and only noise is taken away. Close to s = 1,
 * where the posterior is the row itself, w is used.
 *
 * @param x points x_s [n, d]
 * @param s their times [n, 1]
 * @param w expected velocities [n, d]
 */
public record PathBatch(Tensor x, Tensor s, Tensor w) {

  /** Below this share of noise the pair's own velocity is the target. */
  private static final double SMALLEST_NOISE = 0.03;

  /**
   * Draws points.
   *
   * @param s times [n, 1]
   * @param contextRows data rows beside the batch in the set that w is averaged over; 0 for the
   *     pairs' own velocities
   */
  public static PathBatch draw(
      TrainingRows data, ProbabilityPath path, Tensor s, int contextRows, Rng rng) {
    int rows = Math.toIntExact(s.size(0));
    Tensor context = data.draw(rows + contextRows, rng);
    Tensor x1 = context.rows(0, rows);
    Tensor z = rng.normal(x1.type(), x1.shape());
    Tensor x = path.point(z, x1, s);
    Tensor w = path.velocity(z, x1, s);
    return new PathBatch(x, s, contextRows == 0 ? w : averaged(path, x, s, w, context));
  }

  private static Tensor averaged(
      ProbabilityPath path, Tensor x, Tensor s, Tensor w, Tensor context) {
    Tensor sigma = path.sigma(s);
    Tensor noisy = sigma.lessThan(SMALLEST_NOISE);
    Tensor safe = sigma.clamp(SMALLEST_NOISE, 1);
    Tensor expected = expectedData(x, context, path.alpha(s), safe);
    Tensor noise = x.sub(path.alpha(s).mul(expected)).div(safe);
    Tensor averaged = path.alphaRate(s).mul(expected).addProduct(path.sigmaRate(s), noise);
    return Tensor.where(noisy, w, averaged);
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
