package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * The velocity field on the diagonal of a flow map, v(x,t) = u(x,t,t): the exact flow of a model
 * that was trained without a teacher.
 *
 * @param map any flow map
 */
public record DiagonalVelocity(JointFlowMap map) implements VelocityField {

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public int conditions() {
    return map.conditions();
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return map instanceof NetworkFlowMap network
        ? network.diagonal(x, t)
        : VelocityField.super.joint(x, t);
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return JointFlowMap.velocity(map.rate(x, t, t), dimensions());
  }
}
