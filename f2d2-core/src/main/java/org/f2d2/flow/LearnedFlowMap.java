package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map that is trained: a network corrects a flow in closed form.
 *
 * <pre>
 *   u(x,s,t) = u_base(x,s,t) + net_u(x,s,t)
 *   D(x,s,t) = D_base(x,s,t) + scale · net_D(x,s,t)
 * </pre>
 *
 * <p>Conditions of a point, if the network has any, stand still.
 */
public interface LearnedFlowMap extends JointFlowMap {

  /** The correction: outputs [n, d + 1] with a divergence head, [n, d] without. */
  Network network();

  /** The unit of net_D, in nats per unit of time; stored with the model. */
  double divergenceScale();

  /** The same map with another network of the same columns and outputs. */
  LearnedFlowMap with(Network network);

  /** The same map over other numbers. */
  default LearnedFlowMap with(Parameters parameters) {
    return with(network().with(parameters));
  }

  /** The same map over {@link Network#frozen}. */
  default LearnedFlowMap frozen() {
    return with(network().frozen());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The parameters of this one are others to the gradient, and the same numbers: what is trained
   * there changes here.
   */
  @Override
  default LearnedFlowMap apart() {
    Parameters own = network().parameters();
    return with(Parameters.over(own.entries(), own.flat()));
  }

  @Override
  default VelocityField secondBranch() {
    return new SecondBranch(this);
  }

  /**
   * The velocity of the base and a correction of it, v_base(x,t) + correction.
   *
   * @param x points, [n, d] and conditions
   * @param t times [n, 1]
   * @param correction [n, d]
   * @return [n, d] and zeros for the conditions
   */
  Tensor correctedVelocity(Tensor x, Tensor t, Tensor correction);

  @Override
  default int dimensions() {
    return network().dimensions();
  }

  @Override
  default int conditions() {
    return network().conditions();
  }

  @Override
  default boolean hasDivergence() {
    return network().outputs() > network().dimensions() - network().conditions();
  }

  /**
   * Checks that a network can be the correction of a map.
   *
   * @throws IllegalArgumentException when its outputs or the scale are not those of a joint map
   */
  static void requireFits(Network network, double divergenceScale) {
    int d = network.dimensions() - network.conditions();
    int extra = network.outputs() - d;
    if (extra != 0 && extra != 1) {
      throw new IllegalArgumentException(
          "a flow map in " + d + " dimensions cannot have " + network.outputs() + " outputs");
    }
    ClosedFormFlow.requireScale("the scale of the divergence", divergenceScale);
  }
}
