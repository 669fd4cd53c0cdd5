package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map whose difference from {@link StandardGaussianFlow} is a network:
 *
 * <pre>
 *   u(x,s,t) = u_g(x,s,t) + net_u(x,s,t)
 *   D(x,s,t) = D_g(s,t)   + scale · net_D(x,s,t)
 * </pre>
 *
 * @param network outputs [n, d + 1] with a divergence head, [n, d] without
 * @param divergenceScale the unit of net_D, in nats per unit of time; stored with the model
 */
public record NetworkFlowMap(Network network, double divergenceScale) implements JointFlowMap {

  /** Checks the number of outputs and the scale. */
  public NetworkFlowMap {
    int extra = network.outputs() - network.dimensions();
    if (extra != 0 && extra != 1) {
      throw new IllegalArgumentException(
          "a flow map in "
              + network.dimensions()
              + " dimensions cannot have "
              + network.outputs()
              + " outputs");
    }
    if (!(divergenceScale > 0) || Double.isInfinite(divergenceScale)) {
      throw new IllegalArgumentException(
          "the scale of the divergence must be positive and finite, got " + divergenceScale);
    }
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public boolean hasDivergence() {
    return network.outputs() > network.dimensions();
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    int d = dimensions();
    Tensor learned = network.forward(x, s, t);
    Tensor u = learned.narrow(1, 0, d).addProduct(StandardGaussianFlow.velocityFactor(s, t), x);
    if (!hasDivergence()) {
      return u;
    }
    Tensor divergence =
        StandardGaussianFlow.divergencePerDimension(s, t)
            .mul(d)
            .addScaled(learned.narrow(1, d, 1), divergenceScale);
    return Tensor.cat(1, u, divergence);
  }
}
