package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A velocity field whose difference from {@link StandardGaussianFlow} is a network:
 *
 * <pre>  v(x,t) = (2t-1)/c(t)² x + net(x,t)</pre>
 *
 * @param network outputs [n, d]; its target time is ignored
 */
public record NetworkVelocity(Network network) implements VelocityField {

  /** Checks the number of outputs. */
  public NetworkVelocity {
    if (network.outputs() != network.dimensions()) {
      throw new IllegalArgumentException(
          "a velocity in "
              + network.dimensions()
              + " dimensions cannot have "
              + network.outputs()
              + " outputs");
    }
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return network.forward(x, t, t).addProduct(StandardGaussianFlow.velocityFactor(t), x);
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor factor = StandardGaussianFlow.velocityFactor(t);
    Tensor gaussian = Tensor.cat(1, factor.mul(x), factor.mul(dimensions()));
    return network.forwardWithTrace(x, t, t).add(gaussian);
  }
}
