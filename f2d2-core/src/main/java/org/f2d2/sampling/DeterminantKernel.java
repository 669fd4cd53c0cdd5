package org.f2d2.sampling;

import java.util.Optional;
import org.f2d2.flow.Calls;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * One jump of a flow map whose density is worked out from the jump itself, as FALCON does (arXiv
 * 2512.09914):
 *
 * <pre>  x' = x + (t-s) u(x,s,t),   ∫ div v = log |det( I + (t-s) ∇ₓu(x,s,t) )|</pre>
 *
 * <p>Where the jump is one to one, the density of the points that it makes is exact, however badly
 * the map was trained; {@link org.f2d2.likelihood.Injectivity} looks whether it is. Costs d
 * directional derivatives in one pass, and an LU decomposition for each row.
 *
 * @param map with or without a divergence, which is not asked
 */
public record DeterminantKernel(JointFlowMap map) implements TransitionKernel {

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
    return true;
  }

  @Override
  public Step step(Tensor x, double from, double to, Rng rng) {
    FlowMapIdentities.Linearised jump =
        FlowMapIdentities.linearised(map, x, TimeGrid.column(x, from), TimeGrid.column(x, to));
    Tensor landed = x.addScaled(JointFlowMap.velocity(jump.rate(), dimensions()), to - from);
    return new Step(
        landed,
        new Info(Optional.of(jump.logDeterminant()), new Calls(map.coordinates().moving(), 0)));
  }
}
