package org.f2d2.objective;

import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.FlowMapIdentities.Linearised;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * D bound to the map that u draws: an extra loss that any method may add.
 *
 * <pre>  | D(x,s,t) - sg( log |det( I + (t-s) ∇u(x,s,t) )| / (t-s) ) |²</pre>
 *
 * The determinant is that of the model's own jump, whatever the field is. It costs d derivatives a
 * row, so a few rows of a batch must do. Ours.
 */
public final class DeterminantLink implements Objective {

  /** Shorter steps are left alone: the quotient would magnify what rounding leaves of them. */
  private static final double SHORTEST = 1e-2;

  private final Setting setting;
  private final IdentityLoss batches;

  /**
   * The loss over a setting, whose field is not used.
   *
   * @throws IllegalArgumentException for a map without a divergence
   */
  public DeterminantLink(Setting setting) {
    if (!setting.model().hasDivergence()) {
      throw new IllegalArgumentException("a flow map without a divergence has nothing to link");
    }
    this.setting = setting;
    this.batches = new IdentityLoss(setting, 0);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    JointFlowMap model = setting.model();
    int d = model.dimensions();
    PathBatch b = batches.draw(rows, rng);
    Tensor t = rng.uniform(b.s().type(), rows, 1);
    Tensor step = t.sub(b.s());
    Tensor tooShort = step.abs().lessThan(SHORTEST);
    Tensor rate = model.rate(b.x(), b.s(), t);
    Tensor error =
        JointFlowMap.divergence(rate, d)
            .sub(Autograd.noGrad(() -> target(model, b, t, step, tooShort)));
    Tensor counted = Tensor.where(tooShort, error.zerosLike(), error);
    return setting
        .error()
        .of(Tensor.cat(1, b.x().zerosLike(), counted), setting.model().coordinates());
  }

  private static Tensor target(
      JointFlowMap model, PathBatch b, Tensor t, Tensor step, Tensor tooShort) {
    Linearised jump = FlowMapIdentities.linearised(model, b.x(), b.s(), t);
    Tensor safe = Tensor.where(tooShort, step.onesLike(), step);
    return jump.logDeterminant().to(b.x().type()).div(safe);
  }
}
