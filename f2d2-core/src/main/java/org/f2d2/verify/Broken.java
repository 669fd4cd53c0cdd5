package org.f2d2.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.PathBatch;
import org.f2d2.objective.Setting;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Settings with one thing wrong: objectives as they are then make the mistakes that their checks
 * must notice. A setting serves one estimate of a loss, since what is wrong may depend on what was
 * asked before.
 */
final class Broken {

  private Broken() {}

  /** A field that answers wrongly. */
  @FunctionalInterface
  interface WrongField {
    /** What it says, in place of {@code field.anywhere}. */
    Tensor anywhere(Instantaneous field, Tensor x, Tensor t, Rng rng);
  }

  /** A map that answers wrongly. */
  @FunctionalInterface
  interface WrongMap {
    /**
     * What it says.
     *
     * @param exact the right map
     * @param query what it was asked
     * @param before what it was asked before
     */
    Query.Answer answer(Exact exact, Query query, List<Query> before);
  }

  /** A map, one query at a time. */
  record Exact(JointFlowMap map) {
    /** The right answer. */
    Query.Answer answer(Query query) {
      return map.answer(List.of(query)).get(0);
    }
  }

  /** With another field. */
  static Setting field(Setting s, WrongField wrong) {
    return new Setting(s.model(), new Field(s.field(), wrong, true), s.data(), s.error(), s.path());
  }

  /** With a field that is wrong where it is asked for more than the target at a path's point. */
  static Setting fieldOffPath(Setting s, WrongField wrong) {
    return new Setting(
        s.model(), new Field(s.field(), wrong, false), s.data(), s.error(), s.path());
  }

  /** With another map. */
  static Setting map(Setting s, WrongMap wrong) {
    return new Setting(
        new Map(s.model(), wrong, new ArrayList<>()), s.field(), s.data(), s.error(), s.path());
  }

  /** A map that answers wrongly, of whatever is made of maps alone. */
  static JointFlowMap map(JointFlowMap exact, WrongMap wrong) {
    return new Map(exact, wrong, new ArrayList<>());
  }

  /** With a field that knows what the map was asked last. */
  static Setting fieldAfterMap(Setting s, FieldAfterMap wrong) {
    List<Query> asked = new ArrayList<>();
    Setting noted =
        new Setting(
            new Map(s.model(), (exact, q, before) -> exact.answer(q), asked),
            s.field(),
            s.data(),
            s.error(),
            s.path());
    return field(
        noted, (field, x, t, rng) -> wrong.anywhere(field, asked.get(asked.size() - 1), x, t, rng));
  }

  /** A field that answers wrongly, from what the map was asked last. */
  @FunctionalInterface
  interface FieldAfterMap {
    /** What it says. */
    Tensor anywhere(Instantaneous field, Query last, Tensor x, Tensor t, Rng rng);
  }

  /** The columns of u and of D times a factor each. */
  static Tensor columns(Tensor joint, double velocity, double divergence) {
    int d = (int) joint.size(1) - 1;
    return Tensor.cat(
        1,
        JointFlowMap.velocity(joint, d).mul(velocity),
        JointFlowMap.divergence(joint, d).mul(divergence));
  }

  /** The same for value and derivative. */
  static Query.Answer columns(Query.Answer a, double velocity, double divergence) {
    return new Query.Answer(
        columns(a.value(), velocity, divergence),
        a.tangent().map(t -> columns(t, velocity, divergence)));
  }

  /** An answer with its derivative times a factor. */
  static Query.Answer derivative(Query.Answer a, double factor) {
    return new Query.Answer(a.value(), a.tangent().map(t -> t.mul(factor)));
  }

  /** A query with another end. */
  static Query to(Query q, Tensor t) {
    return new Query(q.x(), q.s(), t, q.direction(), q.gradients());
  }

  /** A query from another point. */
  static Query from(Query q, Tensor x) {
    return new Query(x, q.s(), q.t(), q.direction(), q.gradients());
  }

  /** A query with another direction. */
  static Query along(Query q, Direction direction) {
    return new Query(q.x(), q.s(), q.t(), Optional.of(direction), q.gradients());
  }

  private record Field(Instantaneous exact, WrongField wrong, boolean everywhere)
      implements Instantaneous {
    @Override
    public Tensor onPath(Tensor x, Tensor t, Tensor w, Rng rng) {
      return everywhere ? anywhere(x, t, rng) : exact.onPath(x, t, w, rng);
    }

    @Override
    public Tensor anywhere(Tensor x, Tensor t, Rng rng) {
      return wrong.anywhere(exact, x, t, rng);
    }

    @Override
    public PathBatch trained(PathBatch b, JointFlowMap model, Rng rng) {
      return exact.trained(b, model, rng);
    }

    @Override
    public Instantaneous offPath() {
      return new Field(exact.offPath(), wrong, everywhere);
    }
  }

  private record Map(JointFlowMap exact, WrongMap wrong, List<Query> asked)
      implements JointFlowMap {
    @Override
    public int dimensions() {
      return exact.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return exact.hasDivergence();
    }

    @Override
    public VelocityField secondBranch() {
      return exact.secondBranch();
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      return answer(new Query(x, s, t, Optional.empty(), Query.Gradients.VALUE_AND_TANGENT))
          .value();
    }

    @Override
    public List<Query.Answer> answer(List<Query> queries) {
      return queries.stream().map(this::answer).toList();
    }

    private Query.Answer answer(Query query) {
      Query.Answer answer = wrong.answer(new Exact(exact), query, List.copyOf(asked));
      asked.add(query);
      return answer;
    }
  }
}
