package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * A second velocity field in the network of a flow map, told from the first by the sign of time
 * (TwinFlow, arXiv 2512.05150):
 *
 * <pre>  v(x,t) = v_base(x,t) + net_u(x, -1-t, -1-t)</pre>
 *
 * The first field has times in [0, 1], so the two share nothing but weights and base. The distance
 * of 1 between their times is ours: it keeps the beginnings of both apart.
 *
 * @param map whose network it is in
 */
public record SecondBranch(LearnedFlowMap map) implements VelocityField {

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public int conditions() {
    return map.conditions();
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    Tensor turned = t.add(1).neg();
    Tensor learned = map.network().forward(x, turned, turned);
    return map.correctedVelocity(x, t, JointFlowMap.velocity(learned, coordinates().moving()));
  }
}
