package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Where an objective learns the instantaneous joint field g = (v, div v) from. Nothing that it
 * returns carries a gradient into the model; callers evaluate it without recording.
 */
public interface Instantaneous {

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
   * @param rng for random probes of the divergence, where there are any
   * @return [n, d + 1]
   */
  Tensor anywhere(Tensor x, Tensor t, Rng rng);

  /**
   * The target of {@link #onPath}, of which the divergence may still want one derivative of the
   * model's own diagonal: callers ask for that beside what they ask anyway.
   *
   * @param velocity the velocity part [n, d]
   * @param probe direction in which the model's velocity at (x,t,t) is to be differentiated, if any
   * @param target from that derivative, [n, d] or more columns, to the joint target [n, d + 1]
   */
  record Source(
      Tensor velocity, Optional<Direction> probe, Function<Optional<Tensor>, Tensor> target) {

    /** The target, given the answer to a query with the probe for a direction. */
    Tensor joint(Query.Answer diagonal) {
      return target.apply(diagonal.tangent());
    }

    /** The same divergence beside another velocity [n, d]. */
    Source withVelocity(Tensor other) {
      int d = Math.toIntExact(other.size(1));
      return new Source(
          other,
          probe,
          tangent -> {
            Tensor joint = target.apply(tangent);
            return Tensor.cat(1, other, joint.narrow(1, d, joint.size(1) - d));
          });
    }
  }

  /**
   * The points where a map is trained, given points of the path. A source that has an answer away
   * from the path may move the first ones away from it: a map that never saw such points gives rows
   * far from the data any density at all, also a large one.
   */
  default PathBatch trained(PathBatch b, JointFlowMap model, Rng rng) {
    return b;
  }

  /** The same source for an identity that holds anywhere, which may be trained off the path. */
  default Instantaneous offPath() {
    return this;
  }

  /** Data rows that the velocities of the path should be averaged over, beside the batch. */
  default int contextRows() {
    return 0;
  }

  /** {@link #onPath} for a model that is about to be evaluated; a source may share that. */
  default Source source(JointFlowMap model, PathBatch b, Rng rng) {
    Tensor joint = Autograd.noGrad(() -> onPath(b.x(), b.s(), b.w(), rng));
    return new Source(joint.narrow(1, 0, model.dimensions()), Optional.empty(), nothing -> joint);
  }

  /**
   * A frozen field whose velocity and exact divergence are the targets.
   *
   * <p>It can be asked anywhere, so a share of the points is moved off the path by noise of
   * log-uniform size.
   *
   * @param teacher a trained field, or a closed form in tests
   * @param probes random sign vectors that each divergence is estimated from, see {@link
   *     VelocityField#probed}; 0 for the exact one
   */
  record Teacher(VelocityField teacher, int probes) implements Instantaneous {

    /** With the exact divergence. */
    public Teacher(VelocityField teacher) {
      this(teacher, 0);
    }

    /** Checks the number of probes. */
    public Teacher {
      if (probes < 0) {
        throw new IllegalArgumentException("probes must be at least 0, got " + probes);
      }
    }

    @Override
    public PathBatch trained(PathBatch b, JointFlowMap model, Rng rng) {
      int n = Math.toIntExact(b.x().size(0));
      int m = OffPathNoise.count(n, rng);
      Tensor moved = OffPathNoise.moved(b.x().rows(0, m), model.coordinates(), rng);
      return new PathBatch(Tensor.cat(0, moved, b.x().rows(m, n)), b.s(), b.w());
    }

    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      return anywhere(x, t, rng);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t, Rng rng) {
      if (probes == 0) {
        return teacher.joint(x, t);
      }
      List<Tensor> directions = new ArrayList<>();
      for (int i = 0; i < probes; i++) {
        Tensor signs = rng.rademacher(x.type(), x.shape());
        directions.add(teacher.coordinates().along(signs));
      }
      Tensor probed = teacher.probed(x, t, directions);
      int d = teacher.dimensions();
      return Tensor.cat(1, probed.narrow(1, 0, d), probed.narrow(1, d, probes).meanKeep(1));
    }
  }

  /**
   * Classifier-free guidance inside training without a teacher (MeanFlow, arXiv 2505.13447): the
   * velocity to learn at a row of a class c is
   *
   * <pre>  ω w + (1-ω-κ) u(x,t,t|0) + κ u(x,t,t|c)</pre>
   *
   * and w at a row without one. What the model's diagonal settles on is guided by ω/(1-κ). The
   * divergence is learned, as without guidance, from the trace of the diagonal, which is the guided
   * field's own.
   *
   * @param data what is learned without guidance
   * @param scale ω, at least 0
   * @param mix κ, in [0, 1)
   */
  record Guided(Data data, double scale, double mix) implements Instantaneous {

    /** Checks the numbers. */
    public Guided {
      if (data.student().conditions() == 0 || !(scale >= 0) || !(mix >= 0 && mix < 1)) {
        throw new IllegalArgumentException(
            "guidance needs conditions, a scale of at least 0 and a mix in [0, 1): "
                + scale
                + ", "
                + mix);
      }
    }

    @Override
    public int contextRows() {
      return data.contextRows();
    }

    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      JointFlowMap student = data.student();
      Coordinates columns = student.coordinates();
      int d = student.dimensions();
      Tensor all = JointFlowMap.velocity(student.rate(columns.along(x), t, t), d);
      Tensor own = JointFlowMap.velocity(student.rate(x, t, t), d);
      Tensor guided = w.mul(scale).addScaled(all, 1 - scale - mix).addScaled(own, mix);
      Tensor classless = columns.conditions(x).abs().sumKeep(1).lessThan(0.5);
      return data.onPath(x, t, Tensor.where(classless, w, guided), rng);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t, Rng rng) {
      return data.anywhere(x, t, rng);
    }
  }

  /**
   * No teacher: the velocity is learned from the pairs, the divergence from the trace of the
   * model's own diagonal, and away from the path the model's diagonal stands for the field.
   *
   * <p>{@link #offPath} lets a share of the points leave the path, with the model's own velocity
   * there in place of a pair's: the diagonal stays what it is, and the jumps learn to agree with it
   * where the data do not reach. Nothing but the model holds it there. PSD stayed bounded with it
   * on a real table, where Shortcut ran away.
   *
   * @param student the map under training
   * @param probes Gaussian probes ε of the trace, the mean of ε·Jε (Hutchinson); 0 for the exact
   *     trace
   * @param contextRows see {@link PathBatch#draw}
   * @param moves whether a share of the points leaves the path
   */
  record Data(JointFlowMap student, int probes, int contextRows, boolean moves)
      implements Instantaneous {

    /** On the path alone. */
    public Data(JointFlowMap student, int probes, int contextRows) {
      this(student, probes, contextRows, false);
    }

    /** With the exact trace and the pairs' own velocities. */
    public Data(JointFlowMap student) {
      this(student, 0, 0);
    }

    /** Checks the numbers. */
    public Data {
      if (probes < 0 || contextRows < 0) {
        throw new IllegalArgumentException(
            "probes and contextRows must be at least 0, got " + probes + " and " + contextRows);
      }
    }

    @Override
    public Instantaneous offPath() {
      return new Data(student, probes, contextRows, true);
    }

    @Override
    public PathBatch trained(PathBatch b, JointFlowMap model, Rng rng) {
      int n = Math.toIntExact(b.x().size(0));
      int m = moves ? OffPathNoise.count(n, rng) : 0;
      if (m == 0) {
        return b;
      }
      Tensor moved = OffPathNoise.moved(b.x().rows(0, m), student.coordinates(), rng);
      Tensor s = b.s().rows(0, m);
      Tensor own =
          Autograd.noGrad(
              () -> JointFlowMap.velocity(student.rate(moved, s, s), student.dimensions()));
      return new PathBatch(
          Tensor.cat(0, moved, b.x().rows(m, n)), b.s(), Tensor.cat(0, own, b.w().rows(m, n)));
    }

    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      int d = student.dimensions();
      if (probes == 0) {
        Tensor own = new DiagonalVelocity(student).joint(x, t);
        return Tensor.cat(1, w, JointFlowMap.divergence(own, d));
      }
      Tensor trace = probe(x, t, rng);
      for (int i = 1; i < probes; i++) {
        trace = trace.add(probe(x, t, rng));
      }
      return Tensor.cat(1, w, trace.div(probes));
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t, Rng rng) {
      return student.rate(x, t, t);
    }

    @Override
    public Source source(JointFlowMap model, PathBatch b, Rng rng) {
      if (probes != 1 || model != student) {
        return Instantaneous.super.source(model, b, rng);
      }
      Tensor direction = direction(b.x(), rng);
      return new Source(
          b.w(),
          Optional.of(Direction.ofPoint(direction)),
          tangent -> Tensor.cat(1, b.w(), probe(direction, tangent.orElseThrow())));
    }

    private Tensor probe(Tensor x, Tensor t, Rng rng) {
      Tensor direction = direction(x, rng);
      return probe(direction, student.rateAlong(x, t, t, Direction.ofPoint(direction)).tangent());
    }

    private Tensor direction(Tensor x, Rng rng) {
      return student.coordinates().along(rng.normal(x.type(), x.shape()));
    }

    /** ε·Jε, without gradients. */
    private Tensor probe(Tensor direction, Tensor tangent) {
      Tensor u = JointFlowMap.velocity(tangent, student.dimensions()).detach();
      return u.mul(direction).sumKeep(1);
    }
  }

  /**
   * No teacher and no data: points are those of a {@link ReplayBuffer}, and the field is the map's
   * own diagonal, whose velocity something else trains. What a method asks of the diagonal is then
   * that D is its divergence.
   *
   * @param student the map under training
   * @param buffer where points come from
   */
  record Annealed(JointFlowMap student, ReplayBuffer buffer) implements Instantaneous {

    @Override
    public PathBatch trained(PathBatch b, JointFlowMap model, Rng rng) {
      Tensor x = buffer.pointsNear(b.s(), rng);
      return new PathBatch(x, b.s(), x);
    }

    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      return new DiagonalVelocity(student).joint(x, t);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t, Rng rng) {
      return student.rate(x, t, t);
    }
  }
}
