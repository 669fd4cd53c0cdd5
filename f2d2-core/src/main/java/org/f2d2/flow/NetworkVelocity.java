package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A velocity field whose difference from a flow in closed form is a network:
 *
 * <pre>  v(x,t) = v_base(x,t) + net(x,t)</pre>
 *
 * @param network outputs [n, d]; its target time is ignored
 * @param base what the network need not learn: {@link StandardGaussianFlow}, or a mixture that was
 *     fitted to the data
 */
public record NetworkVelocity(Network network, ClosedFormFlow base) implements VelocityField {

  /** Over {@link StandardGaussianFlow}. */
  public NetworkVelocity(Network network) {
    this(network, new StandardGaussianFlow(network.dimensions()));
  }

  /** Checks the number of outputs and coordinates. */
  public NetworkVelocity {
    if (network.outputs() != network.dimensions()) {
      throw new IllegalArgumentException(
          "a velocity in "
              + network.dimensions()
              + " dimensions cannot have "
              + network.outputs()
              + " outputs");
    }
    ClosedFormFlow.requireDimensions(base, network.dimensions());
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return network.forward(x, t, t).add(base.velocity(x, t));
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return network.forwardWithTrace(x, t, t).add(base.joint(x, t));
  }
}
