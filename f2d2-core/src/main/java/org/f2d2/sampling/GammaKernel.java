package org.f2d2.sampling;

import java.util.Optional;
import org.f2d2.flow.Calls;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A transition of γ-sampling (Consistency Trajectory Models, arXiv 2310.02279) towards the data: a
 * jump goes further than its time, and fresh noise brings the point back to it. With σ_t = (1-t)/t,
 *
 * <pre>
 *   t' = 1/(1 + √(1-γ²) σ_t),   x' = t ( X_{s,t'}(x)/t' + γ σ_t ε )
 * </pre>
 *
 * γ = 0 is {@link JumpKernel}; γ = 1 starts anew from the data, as consistency models sample. The
 * true map keeps the law of x at every time, whatever γ is.
 *
 * @param map with or without a divergence
 * @param gamma γ in [0, 1]
 */
public record GammaKernel(JointFlowMap map, double gamma) implements TransitionKernel {

  /** Checks γ. */
  public GammaKernel {
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new IllegalArgumentException("γ must lie in [0, 1], got " + gamma);
    }
  }

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
    return false;
  }

  @Override
  public Step step(Tensor x, double from, double to, Rng rng) {
    if (!(to > from)) {
      throw new IllegalArgumentException("γ-sampling goes towards the data: " + from + ", " + to);
    }
    return new Step(moved(x, from, to, rng), new Info(Optional.empty(), new Calls(1, 0)));
  }

  private Tensor moved(Tensor x, double from, double to, Rng rng) {
    double sigma = (1 - to) / to;
    double beyond = 1 / (1 + Math.sqrt(1 - gamma * gamma) * sigma);
    Tensor u = JointFlowMap.velocity(map.rate(x, from, beyond), dimensions());
    Tensor landed = x.addScaled(u, beyond - from);
    if (gamma == 0 || sigma == 0) {
      return landed;
    }
    Coordinates c = map.coordinates();
    Tensor fresh = rng.normalRows(x.type(), x.size(0), x.size(1));
    Tensor noisy = landed.mul(to / beyond).addScaled(fresh, to * gamma * sigma);
    return c.withConditions(c.moving(noisy), x);
  }
}
