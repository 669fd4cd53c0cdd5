package org.f2d2.objective;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A jump and the jump back: an extra loss that any method may add.
 *
 * <pre>  | x - X_{t,s}(X_{s,t}(x)) |² + (t-s)² | D(x,s,t) - D(X̄,t,s) |²,     X̄ = sg X_{s,t}(x)
 * </pre>
 *
 * Gradients of the first part pass through both jumps. It is the invertibility term of FALCON; the
 * second part is ours.
 */
public final class CycleConsistency implements Objective {

  private final Setting setting;
  private final IdentityLoss batches;

  /** The loss over a setting, whose field is not used. */
  public CycleConsistency(Setting setting) {
    this.setting = setting;
    this.batches = new IdentityLoss(setting, 0);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    JointFlowMap model = setting.model();
    PathBatch b = batches.draw(rows, rng);
    Jump there = Jump.of(model, b.x(), b.s(), rng.uniform(b.s().type(), b.s().size(0), 1));
    Tensor fixed =
        model.hasDivergence()
            ? model.rate(there.end().detach(), there.t(), there.s())
            : there.rate();
    return error(setting, there, there.returned(model), fixed);
  }

  /**
   * A jump of the model, with its gradients.
   *
   * @param x where it starts [n, d]
   * @param s its time [n, 1]
   * @param t when it ends [n, 1]
   * @param rate f(x,s,t)
   * @param end X_{s,t}(x)
   */
  record Jump(Tensor x, Tensor s, Tensor t, Tensor rate, Tensor end) {
    static Jump of(JointFlowMap model, Tensor x, Tensor s, Tensor t) {
      Tensor rate = model.rate(x, s, t);
      return new Jump(x, s, t, rate, JointFlowMap.jump(x, s, t, rate));
    }

    /** X_{t,s} at the end, with gradients through both jumps. */
    Tensor returned(JointFlowMap model) {
      return JointFlowMap.jump(end, t, s, model.rate(end, t, s));
    }
  }

  /**
   * The loss of a jump and its return.
   *
   * @param returned where the jump back ends
   * @param back f(X̄,t,s) of the point without gradients
   */
  static Tensor error(Setting setting, Jump there, Tensor returned, Tensor back) {
    int d = setting.model().dimensions();
    Tensor miss = returned.sub(there.x());
    if (!setting.model().hasDivergence()) {
      return setting.error().of(miss, setting.model().coordinates());
    }
    Tensor change = JointFlowMap.divergence(back, d).sub(JointFlowMap.divergence(there.rate(), d));
    Tensor step = there.t().sub(there.s());
    return setting.error().of(Tensor.cat(1, miss, change.mul(step)), setting.model().coordinates());
  }
}
