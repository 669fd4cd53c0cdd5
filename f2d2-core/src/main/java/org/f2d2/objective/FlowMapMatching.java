package org.f2d2.objective;

import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * FMM: direct flow map matching ("Flow map matching with stochastic interpolants", arXiv
 * 2406.07507), for the joint rate. With y = X_{t,s}(x_t), for s and t over the whole square,
 *
 * <pre>
 *   | u(ȳ,s,t) + (t-s) ∂ₜu - w |² + | X_{s,t}(y) - x_t |²
 *   | D(ȳ,s,t) + (t-s) ∂ₜD - T(x_t,t) |² + | (t-s)( D(ȳ,s,t) - D(x_t,t,s) ) |²,     ȳ = sg y
 * </pre>
 *
 * No teacher and no fixed point: x_t is a point of the path, so w and T may be unbiased estimates.
 * The line of D is ours.
 */
public final class FlowMapMatching implements Objective {

  /** There is nothing to choose. */
  public record Options() {}

  /** From the data. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "fmm",
              "arXiv 2406.07507",
              "direct flow map matching: transport along the path and invertibility, from the data"
                  + " alone",
              "the divergence",
              MethodInfo.Source.DATA),
          new Options(),
          (setting, options) -> new FlowMapMatching(setting),
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.at(0));

  private final Setting setting;
  private final IdentityLoss batches;

  /** The loss over a setting. */
  public FlowMapMatching(Setting setting) {
    this.setting = setting;
    this.batches = new IdentityLoss(setting, 0);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    JointFlowMap model = setting.model();
    PathBatch b = batches.draw(rows, rng);
    Tensor t = b.s();
    Tensor s = rng.uniform(t.type(), t.size(0), 1);
    Tensor target = Autograd.noGrad(() -> setting.field().onPath(b.x(), t, b.w(), rng));
    CycleConsistency.Jump back = CycleConsistency.Jump.of(model, b.x(), t, s);
    FlowMapIdentities.Lagrangian forth =
        FlowMapIdentities.lagrangianLeft(model, back.end().detach(), s, t);
    Tensor transport = setting.error().of(forth.left(), target, model.coordinates());
    return transport.add(CycleConsistency.error(setting, back, back.returned(model), forth.rate()));
  }
}
