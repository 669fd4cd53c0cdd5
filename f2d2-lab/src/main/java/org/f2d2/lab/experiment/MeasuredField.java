package org.f2d2.lab.experiment;

import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * A velocity field and the element type that it is asked in.
 *
 * @param field v̂
 * @param type of points and times
 */
record MeasuredField(VelocityField field, DType type) {

  /** Velocities at points of any type, in 64 bits. */
  Tensor velocity(Tensor x, Tensor t) {
    return field.velocity(x.to(type), t.to(type)).to(DType.FLOAT64);
  }

  /** {@link #velocity(Tensor, Tensor)} at one time, which a network answers sooner. */
  Tensor velocity(Tensor x, double t) {
    Tensor points = x.to(type);
    Tensor velocity =
        field instanceof NetworkVelocity n
            ? n.network()
                .forward(points, t, t)
                .add(n.base().velocity(points, TimeGrid.column(points, t)))
            : field.velocity(points, TimeGrid.column(points, t));
    return velocity.to(DType.FLOAT64);
  }

  /** Velocities and divergences at points of any type, in 64 bits. */
  Tensor joint(Tensor x, Tensor t) {
    return field.joint(x.to(type), t.to(type)).to(DType.FLOAT64);
  }
}
