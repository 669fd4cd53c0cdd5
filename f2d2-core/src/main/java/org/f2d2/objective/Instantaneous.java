package org.f2d2.objective;

import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Direction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
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
   * @param rng for random probes of the divergence, where there are any
   * @return [n, d + 1]
   */
  Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng);

  /**
   * The field at any point.
   *
   * @return [n, d + 1]
   */
  Tensor anywhere(Tensor x, Tensor t);

  /**
   * A regression on the diagonal.
   *
   * @param rate the model's own f(x,t,t), with gradients
   * @param target what it should be
   */
  record Diagonal(Tensor rate, Tensor target) {}

  /** The model's rate on the diagonal, and {@link #onPath}; a source may share evaluations. */
  default Diagonal diagonal(JointFlowMap model, Tensor x, Tensor t, Tensor w, Rng rng) {
    Tensor target = Autograd.noGrad(() -> onPath(x, t, w, rng));
    return new Diagonal(model.rate(x, t, t), target);
  }

  /**
   * A frozen field whose velocity and exact divergence are the targets.
   *
   * @param teacher a trained field, or a closed form in tests
   */
  record Teacher(VelocityField teacher) implements Instantaneous {
    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      return teacher.joint(x, t);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t) {
      return teacher.joint(x, t);
    }
  }

  /**
   * No teacher: the velocity is learned from the pairs, the divergence from the trace of the
   * model's own diagonal, and away from the path the model's diagonal stands for the field.
   *
   * @param student the map under training
   * @param probes Gaussian probes ε of the trace, the mean of ε·Jε (Hutchinson); 0 for the exact
   *     trace
   */
  record Data(JointFlowMap student, int probes) implements Instantaneous {

    /** With the exact trace. */
    public Data(JointFlowMap student) {
      this(student, 0);
    }

    /** Checks the number of probes. */
    public Data {
      if (probes < 0) {
        throw new IllegalArgumentException("probes must be at least 0, got " + probes);
      }
    }

    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      int d = student.dimensions();
      if (probes == 0) {
        Tensor own = new DiagonalVelocity(student).joint(x, t);
        return Tensor.cat(1, w, JointFlowMap.divergence(own, d));
      }
      Tensor trace = probe(along(x, t, rng));
      for (int i = 1; i < probes; i++) {
        trace = trace.add(probe(along(x, t, rng)));
      }
      return Tensor.cat(1, w, trace.div(probes));
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t) {
      return student.rate(x, t, t);
    }

    // One evaluation gives the rate and the derivative that the probe asks for.
    @Override
    public Diagonal diagonal(JointFlowMap model, Tensor x, Tensor t, Tensor w, Rng rng) {
      if (probes != 1 || model != student) {
        return Instantaneous.super.diagonal(model, x, t, w, rng);
      }
      Probed probed = along(x, t, rng);
      return new Diagonal(probed.along().value(), Tensor.cat(1, w, probe(probed)));
    }

    private record Probed(Tensor direction, Autograd.Jvp along) {}

    private Probed along(Tensor x, Tensor t, Rng rng) {
      Tensor direction = rng.normal(x.type(), x.shape());
      return new Probed(direction, student.rateAlong(x, t, t, Direction.ofPoint(direction)));
    }

    /** ε·Jε, without gradients. */
    private Tensor probe(Probed probed) {
      Tensor tangent =
          JointFlowMap.velocity(probed.along().tangent(), student.dimensions()).detach();
      return tangent.mul(probed.direction()).sumKeep(1);
    }
  }
}
