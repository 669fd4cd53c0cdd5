package org.f2d2.objective;

import java.util.List;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * LSD-F2D2: Lagrangian self-distillation (Boffi et al., arXiv 2505.18825) of the joint rate, as
 * "Joint Distillation for Fast Likelihood Evaluation and Sampling in Flow-based Models" (arXiv
 * 2512.02636) adds the divergence to it.
 *
 * <pre>
 *   diagonal      | f(x_t,t,t) - sg g(x_t,t) |²
 *   off-diagonal  | u + (t-s) ∂ₜu - sg v(X,t) |² + | D + (t-s) sg ∂ₜD - sg div v(X,t) |²,
 *                 X = sg X_{s,t}(x_s),  s and t independent and uniform
 * </pre>
 *
 * Half of the rows are diagonal. The paper's divergence is the negative of ours. Taking the exact
 * trace where the paper takes one Gaussian probe is ours.
 */
public final class LsdF2d2 implements Objective {

  private final JointFlowMap model;
  private final Instantaneous field;
  private final TrainingRows data;
  private final JointError error;
  private final ProbabilityPath path = new ProbabilityPath.Linear();
  private final TimeLaw uniform = new TimeLaw.Uniform();

  /** Trains {@code model} on the path of {@code data} with the field's targets. */
  public LsdF2d2(JointFlowMap model, Instantaneous field, TrainingRows data, JointError error) {
    this.model = model;
    this.field = field;
    this.data = data;
    this.error = error;
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    int half = (rows + 1) / 2;
    PathBatch b = PathBatch.draw(data, path, uniform.draw(half, data.type(), rng), rng);
    Instantaneous.Source source = field.source(model, b.x(), b.s(), b.w(), rng);
    Query diagonal = new Query(b.x(), b.s(), b.s(), source.probe(), Query.Gradients.VALUE);
    if (half == rows) {
      return diagonal(source, model.answer(List.of(diagonal)).get(0));
    }
    PathBatch o = PathBatch.draw(data, path, uniform.draw(rows - half, data.type(), rng), rng);
    Tensor t = rng.uniform(data.type(), rows - half, 1);
    Query off = Query.along(o.x(), o.s(), t, Direction.ofTarget(t.onesLike()));
    List<Query.Answer> answers = model.answer(List.of(diagonal, off));
    return diagonal(source, answers.get(0)).add(offDiagonal(o, t, answers.get(1)));
  }

  private Tensor diagonal(Instantaneous.Source source, Query.Answer own) {
    return error.of(own.value(), source.joint(own), model.dimensions());
  }

  private Tensor offDiagonal(PathBatch b, Tensor t, Query.Answer inTime) {
    int d = model.dimensions();
    FlowMapIdentities.Lagrangian left = FlowMapIdentities.lagrangianLeft(inTime, b.s(), t);
    Tensor end = JointFlowMap.jump(b.x(), b.s(), t, left.rate().detach());
    Tensor right = Autograd.noGrad(() -> field.anywhere(end, t));
    Tensor u = JointFlowMap.velocity(left.left(), d);
    if (!model.hasDivergence()) {
      return error.of(u, right, d);
    }
    Tensor rateOfChange = JointFlowMap.divergence(left.timeDerivative(), d).detach();
    Tensor divergence =
        JointFlowMap.divergence(left.rate(), d).addProduct(t.sub(b.s()), rateOfChange);
    return error.of(Tensor.cat(1, u, divergence), right, d);
  }
}
