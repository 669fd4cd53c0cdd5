package org.f2d2.objective;

import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Tensor;

/**
 * Where an objective learns the instantaneous joint field g = (v, div v) from. Nothing that it
 * returns carries a gradient into the model; callers evaluate it without recording.
 */
public sealed interface Instantaneous {

  /**
   * The regression target at a point of the probability path.
   *
   * @param x points on the path [n, d]
   * @param t times [n, 1]
   * @param w velocities of the pairs that made the points [n, d]
   * @return [n, d + 1]
   */
  Tensor onPath(Tensor x, Tensor t, Tensor w);

  /**
   * The field at any point.
   *
   * @return [n, d + 1]
   */
  Tensor anywhere(Tensor x, Tensor t);

  /**
   * A frozen field whose velocity and exact divergence are the targets.
   *
   * @param teacher a trained field, or a closed form in tests
   */
  record Teacher(VelocityField teacher) implements Instantaneous {
    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w) {
      return teacher.joint(x, t);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t) {
      return teacher.joint(x, t);
    }
  }

  /**
   * No teacher: the velocity is learned from the pairs, the divergence from the exact trace of the
   * model's own diagonal, and away from the path the model's diagonal stands for the field.
   *
   * @param student the map under training
   */
  record Data(JointFlowMap student) implements Instantaneous {
    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w) {
      int d = student.dimensions();
      Tensor own = new DiagonalVelocity(student).joint(x, t);
      return Tensor.cat(1, w, JointFlowMap.divergence(own, d));
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t) {
      return student.rate(x, t, t);
    }
  }
}
