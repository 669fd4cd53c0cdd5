package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.plain.LogDensityHeadAt;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Tensor;

/**
 * A log-density head whose difference from that of a flow in closed form is a network, exact at t =
 * 0:
 *
 * <pre>  φ(x,t) = log p_base(x,t) + t · scale · net(x,t)</pre>
 *
 * @param network one output; its target time is ignored
 * @param base what the network need not learn: {@link StandardGaussianFlow}, or a mixture that was
 *     fitted to the data
 * @param scale the unit of the network's output in nats; stored with the model
 */
public record NetworkLogDensityHead(Network network, ClosedFormFlow base, double scale)
    implements LogDensityHead {

  /** In nats. */
  public NetworkLogDensityHead(Network network, ClosedFormFlow base) {
    this(network, base, 1);
  }

  /** Over {@link StandardGaussianFlow}. */
  public NetworkLogDensityHead(Network network) {
    this(network, new StandardGaussianFlow(network.dimensions() - network.conditions()));
  }

  /** Checks the number of outputs and coordinates. */
  public NetworkLogDensityHead {
    if (network.outputs() != 1) {
      throw new IllegalArgumentException(
          "a log-density head has one output, not " + network.outputs());
    }
    ClosedFormFlow.requireDimensions(base, network.dimensions() - network.conditions());
    ClosedFormFlow.requireScale("the scale of a log-density head", scale);
  }

  /** The same log-density head over other numbers. */
  public NetworkLogDensityHead with(Parameters parameters) {
    return new NetworkLogDensityHead(network.with(parameters), base, scale);
  }

  /** The same log-density head over {@link Network#frozen}. */
  public NetworkLogDensityHead frozen() {
    return new NetworkLogDensityHead(network.frozen(), base, scale);
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return base.logDensity(moving(x), t).addProduct(t.mul(scale), network.forward(x, t, t));
  }

  @Override
  public Tensor logDensity(Tensor x, double t) {
    return base.logDensity(moving(x), t).addScaled(network.forward(x, t, t), t * scale);
  }

  private Tensor moving(Tensor x) {
    return network.conditions() == 0 ? x : x.narrow(1, 0, base.dimensions());
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    return new LogDensityHeadAt(
        base.logDensityAtPoint(t), network.atPoint(t, t), base.dimensions(), t * scale);
  }
}
