package org.f2d2.sampling;

import java.util.Optional;
import org.f2d2.flow.Calls;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * One jump of a flow map, which draws nothing:
 *
 * <pre>
 *   (u, D) = f(x,s,t),   x' = x + (t-s) u,   ∫ div v = (t-s) D
 * </pre>
 *
 * @param map with or without a divergence
 */
public record JumpKernel(JointFlowMap map) implements TransitionKernel {

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public int conditions() {
    return map.conditions();
  }

  @Override
  public boolean hasDivergence() {
    return map.hasDivergence();
  }

  @Override
  public Step step(Tensor x, double from, double to, Rng rng) {
    Tensor rate = map.rate(x, from, to);
    Tensor landed = x.addScaled(JointFlowMap.velocity(rate, dimensions()), to - from);
    Optional<Tensor> divergence =
        map.hasDivergence()
            ? Optional.of(
                JointFlowMap.divergence(rate, dimensions()).to(DType.FLOAT64).mul(to - from))
            : Optional.empty();
    return new Step(landed, new Info(divergence, new Calls(1, 0)));
  }
}
