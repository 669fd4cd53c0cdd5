package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A potential whose difference from the Gaussian one is a network, exact at t = 0:
 *
 * <pre>  φ(x,t) = log N(x; 0, c(t)² I) + t net(x,t)</pre>
 *
 * @param network one output; its target time is ignored
 */
public record NetworkPotential(Network network) implements Potential {

  /** Checks the number of outputs. */
  public NetworkPotential {
    if (network.outputs() != 1) {
      throw new IllegalArgumentException("a potential has one output, not " + network.outputs());
    }
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Tensor variance = StandardGaussianFlow.scale(t).square();
    Tensor gaussian =
        x.square()
            .sumKeep(1)
            .div(variance)
            .addScaled(variance.mul(2 * Math.PI).log(), dimensions())
            .mul(-0.5);
    return gaussian.addProduct(t, network.forward(x, t, t));
  }
}
