package org.f2d2.objective;

import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * MeanFlow-F2D2: the MeanFlow identity (Geng et al., arXiv 2505.13447) for the joint rate (arXiv
 * 2512.02636).
 *
 * <pre>  | f(x_s,s,t) - sg( g(x_s,s) + (t-s) JVP[f](v, 1, 0) ) |²,     v the velocity part of g
 * </pre>
 *
 * A share of the rows has t = s, where this is plain regression on g; in the others s and t come in
 * either order, so that jumps from data to noise are trained too. The source enters linearly, so a
 * noisy but unbiased g leaves the target unbiased. The published adaptive weight is left out: it
 * would weigh down the rows of rare modes.
 */
public final class MeanFlowF2d2 implements Objective {

  private final JointFlowMap model;
  private final Instantaneous field;
  private final TrainingRows data;
  private final JointError error;
  private final double diagonalShare;
  private final ProbabilityPath path = new ProbabilityPath.Linear();
  private final TimeLaw uniform = new TimeLaw.Uniform();

  /**
   * Trains {@code model} on the path of {@code data}.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   */
  public MeanFlowF2d2(
      JointFlowMap model,
      Instantaneous field,
      TrainingRows data,
      JointError error,
      double diagonalShare) {
    if (!(diagonalShare >= 0 && diagonalShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of diagonal rows must lie in [0, 1], got " + diagonalShare);
    }
    this.model = model;
    this.field = field;
    this.data = data;
    this.error = error;
    this.diagonalShare = diagonalShare;
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    PathBatch b = PathBatch.draw(data, path, uniform.draw(rows, data.type(), rng), rng);
    Tensor other = rng.uniform(data.type(), rows, 1);
    Tensor diagonal = rng.uniform(data.type(), rows, 1).lessThan(diagonalShare);
    Tensor t = Tensor.where(diagonal, b.s(), other);
    Tensor source = Autograd.noGrad(() -> field.onPath(b.x(), b.s(), b.w(), rng));
    FlowMapIdentities.Sides sides = FlowMapIdentities.eulerian(model, source, b.x(), b.s(), t);
    return error.of(sides.left(), sides.right().detach(), model.dimensions());
  }
}
