package org.f2d2.flow;

import org.f2d2.net.Direction;
import org.f2d2.net.Network;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A velocity field whose difference from a flow in closed form is a network:
 *
 * <pre>  v(x,t) = v_base(x,t) + net(x,t)</pre>
 *
 * @param network one output for each column that moves; its target time is ignored
 * @param base what the network need not learn: {@link StandardGaussianFlow}, or a mixture that was
 *     fitted to the data
 */
public record NetworkVelocity(Network network, ClosedFormFlow base) implements VelocityField {

  /** Over {@link StandardGaussianFlow}. */
  public NetworkVelocity(Network network) {
    this(network, new StandardGaussianFlow(network.dimensions() - network.conditions()));
  }

  /** Checks the number of outputs and coordinates. */
  public NetworkVelocity {
    int d = network.dimensions() - network.conditions();
    if (network.outputs() != d) {
      throw new IllegalArgumentException(
          "a velocity in " + d + " dimensions cannot have " + network.outputs() + " outputs");
    }
    ClosedFormFlow.requireDimensions(base, d);
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public int conditions() {
    return network.conditions();
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    Coordinates c = coordinates();
    return c.still(network.forward(x, t, t).add(base.velocity(c.moving(x), t)));
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Coordinates c = coordinates();
    return c.still(network.forwardWithTrace(x, t, t).add(base.joint(c.moving(x), t)));
  }

  @Override
  public Tensor probed(Tensor x, Tensor t, Tensor probe) {
    Coordinates c = coordinates();
    Autograd.Jvp learned = network.forwardAlong(x, t, t, Direction.ofPoint(probe));
    Tensor trace = learned.tangent().mul(c.moving(probe)).sumKeep(1);
    Tensor joint = Tensor.cat(1, learned.value(), trace);
    return c.still(joint.add(base.joint(c.moving(x), t)));
  }
}
