package org.f2d2.flow;

import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A second velocity field in the network of a flow map, told from the first by the sign of time
 * (TwinFlow, arXiv 2512.05150):
 *
 * <pre>  v(x,t) = v_g(x,t) + net_u(x, -1-t, -1-t)</pre>
 *
 * The first field has times in [0, 1], so the two share nothing but weights. The distance of 1
 * between their times is ours: it keeps the beginnings of both apart.
 *
 * @param network of the flow map, outputs [n, d] or more
 */
public record SecondBranch(Network network) implements VelocityField {

  /**
   * The second branch of a map that is a network.
   *
   * @throws IllegalArgumentException for a map in closed form
   */
  public static SecondBranch of(JointFlowMap map) {
    if (map instanceof NetworkFlowMap learned) {
      return new SecondBranch(learned.network());
    }
    throw new IllegalArgumentException("only a network has a second branch");
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
    Tensor turned = t.add(1).neg();
    Tensor learned = network.forward(x, turned, turned);
    Coordinates c = coordinates();
    return c.still(
        JointFlowMap.velocity(learned, c.moving())
            .addProduct(StandardGaussianFlow.velocityFactor(t), c.moving(x)));
  }
}
