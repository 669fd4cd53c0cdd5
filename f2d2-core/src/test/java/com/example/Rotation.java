package com.example;

import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Tensor;

/**
 * A plane that turns about the origin.
 *
 * @param rate radians per unit of time
 */
public record Rotation(double rate) implements VelocityField {

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return Tensor.cat(1, x.column(1).mul(-rate), x.column(0).mul(rate));
  }
}
