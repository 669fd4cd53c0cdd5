package org.f2d2.objective;

import java.util.List;
import org.f2d2.flow.Coordinates;
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
 * where the posterior is the row itself, w is used. Rows with a condition are averaged over rows of
 * the same condition, rows without over all. Conditions are the same in noise and data, so they do
 * not move along the path.
 *
 * @param x points x_s [n, d]
 * @param s their times [n, 1]
 * @param w expected velocities [n, d]
 */
public record PathBatch(Tensor x, Tensor s, Tensor w) {

  /** Below this share of noise the pair's own velocity is the target. */
  private static final double SMALLEST_NOISE = 0.03;

  /** Beyond any difference of logits. */
  private static final double ELSEWHERE = 1e6;

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
    int d = Math.toIntExact(x1.size(1)) - data.conditions();
    Coordinates c = new Coordinates(d, data.conditions());
    return between(
        path, c.noise(x1, rng), x1, s, c, contextRows == 0 ? List.of() : List.of(context));
  }

  /**
   * Points between given noise and data.
   *
   * @param z noise [n, d], with the conditions of the data
   * @param x1 data [n, d]
   * @param context rows that w is averaged over, of which the first n are x1; nothing for the
   *     pairs' own velocities
   */
  static PathBatch between(
      ProbabilityPath path, Tensor z, Tensor x1, Tensor s, Coordinates c, List<Tensor> context) {
    Tensor x = c.withConditions(path.point(c.moving(z), c.moving(x1), s), x1);
    Tensor w = path.velocity(c.moving(z), c.moving(x1), s);
    for (Tensor rows : context) {
      w = averaged(path, x, s, w, rows, c);
    }
    return new PathBatch(x, s, c.still(w));
  }

  private static Tensor averaged(
      ProbabilityPath path, Tensor all, Tensor s, Tensor w, Tensor context, Coordinates c) {
    Tensor x = c.moving(all);
    Tensor sigma = path.sigma(s);
    Tensor noisy = sigma.lessThan(SMALLEST_NOISE);
    Tensor safe = sigma.clamp(SMALLEST_NOISE, 1);
    Tensor expected = expectedData(all, context, path.alpha(s), safe, c);
    Tensor noise = x.sub(path.alpha(s).mul(expected)).div(safe);
    Tensor averaged = path.alphaRate(s).mul(expected).addProduct(path.sigmaRate(s), noise);
    return Tensor.where(noisy, w, averaged);
  }

  // -|x - α c|²/(2σ²) = (α x·c - α²|c|²/2)/σ² up to a term without j, which the softmax drops.
  private static Tensor expectedData(
      Tensor points, Tensor rows, Tensor alpha, Tensor sigma, Coordinates c) {
    Tensor x = c.moving(points);
    Tensor context = c.moving(rows);
    Tensor precision = sigma.square().reciprocal();
    Tensor cross = x.mul(alpha.mul(precision)).matmul(context.transpose());
    Tensor squares = context.square().sum(1).unsqueeze(0);
    Tensor logits = cross.addProduct(alpha.square().mul(precision).mul(-0.5), squares);
    if (c.conditions() > 0) {
      logits = logits.sub(elsewhere(c.conditions(points), c.conditions(rows)));
    }
    return logits.softmax(1).matmul(context);
  }

  /** Large where a point with a condition meets a row of another one, [n, m]. */
  private static Tensor elsewhere(Tensor own, Tensor others) {
    Tensor squares = own.square().sumKeep(1);
    Tensor distance =
        own.matmul(others.transpose())
            .mul(-2)
            .add(squares)
            .add(others.square().sum(1).unsqueeze(0));
    return distance.mul(squares).mul(ELSEWHERE);
  }
}
