package org.f2d2.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.ConsistencyTrajectory;
import org.f2d2.objective.CycleConsistency;
import org.f2d2.objective.EulerianSelfDistillation;
import org.f2d2.objective.Falcon;
import org.f2d2.objective.FlowConsist;
import org.f2d2.objective.FlowMapMatching;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.ProgressiveSelfDistillation;
import org.f2d2.objective.Rectification;
import org.f2d2.objective.RecursiveConsistency;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.objective.ShortcutF2d2;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.ExactMap.Make;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Mistakes that implementations of single methods make, made by the classes themselves: what they
 * are made of answers as if the mistake were in them.
 *
 * <p>Which of a loss's questions is meant is told by its number; {@code before.size()} is 0 for the
 * first.
 */
final class MethodMutants {

  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private MethodMutants() {}

  static Verification.Group create() {
    MethodMutants group = new MethodMutants();
    group.addLsd();
    group.addMeanFlow();
    group.addShortcut();
    group.addEsd();
    group.addProgressive();
    group.addOthers();
    group.addRectification();
    return new Verification.Group("mistakes in methods", List.of(), group.mutants);
  }

  private void add(String name, Make make, UnaryOperator<Setting> mistake) {
    mutants.add(
        () ->
            Mutant.of(
                name,
                ExactMap.taught(Kind.MIXTURE, make, mistake)
                    - ExactMap.taught(Kind.MIXTURE, make)));
  }

  private void addMap(String name, Make make, Broken.WrongMap wrong) {
    add(name, make, s -> Broken.map(s, wrong));
  }

  /** A mistake in the answer to one of the questions. */
  private void addAnswer(String name, Make make, int number, Broken.WrongMap wrong) {
    addMap(
        name,
        make,
        (exact, q, before) ->
            before.size() == number ? wrong.answer(exact, q, before) : exact.answer(q));
  }

  // f + (t-s) ∂ₜf = g(X, t)
  private void addLsd() {
    Make lsd = s -> new LsdF2d2(s, new LsdF2d2.Options(0));
    add(
        "LSD: target at x, not at X",
        lsd,
        s -> Broken.fieldAfterMap(s, (f, last, x, t, rng) -> f.anywhere(last.x(), t, rng)));
    addMap(
        "LSD: minus (t-s) d_t f",
        lsd,
        (exact, q, before) -> Broken.derivative(exact.answer(q), -1));
    add(
        "LSD: target of D missing",
        lsd,
        s -> Broken.field(s, (f, x, t, rng) -> Broken.columns(f.anywhere(x, t, rng), 1, 0)));
    add(
        "LSD: average rate as target",
        lsd,
        s -> Broken.fieldAfterMap(s, (f, last, x, t, rng) -> s.model().rate(x, t, last.s())));
  }

  // f = g(x, s) + (t-s) JVP[f](v, 1, 0)
  private void addMeanFlow() {
    Make meanFlow = s -> new MeanFlowF2d2(s, 0, RowWeight.EQUAL);
    addMap(
        "MeanFlow: minus (t-s) JVP",
        meanFlow,
        (exact, q, before) -> Broken.derivative(exact.answer(q), -1));
    addMap(
        "MeanFlow: spatial gradient of D missing",
        meanFlow,
        (exact, q, before) -> {
          int d = exact.map().dimensions();
          Query.Answer right = exact.answer(q);
          Tensor inTime = exact.answer(Broken.along(q, sourceTime(q))).derivative();
          return new Query.Answer(
              right.value(),
              Optional.of(
                  Tensor.cat(
                      1,
                      JointFlowMap.velocity(right.derivative(), d),
                      JointFlowMap.divergence(inTime, d))));
        });
    addMap(
        "FALCON: minus (t-s) JVP",
        s -> new Falcon(s, new Falcon.Options(0, 1, 0, Falcon.Tangent.MODEL)),
        (exact, q, before) -> Broken.derivative(exact.answer(q), -1));
    addAnswer(
        "FALCON: jump back asked for the way there",
        s -> new Falcon(s, new Falcon.Options(0, 0, 1, Falcon.Tangent.MODEL)),
        4,
        (exact, q, before) ->
            exact.answer(new Query(q.x(), q.t(), q.s(), q.direction(), q.gradients())));
    add(
        "MeanFlow: divergence of the conditional velocity as T",
        meanFlow,
        s ->
            Broken.field(
                s,
                (f, x, t, rng) -> {
                  int d = s.model().dimensions();
                  // At t = 1 it is not even finite.
                  Tensor conditional = t.subtractFrom(1).clamp(0.01, 1).reciprocal().mul(-d);
                  return Tensor.cat(
                      1, JointFlowMap.velocity(f.anywhere(x, t, rng), d), conditional);
                }));
    addMap(
        "MeanFlow: tangent (v, 0, 0)",
        meanFlow,
        (exact, q, before) -> exact.answer(Broken.along(q, Direction.ofPoint(point(q)))));
    addMap(
        "MeanFlow: tangent (v, 1, 1)",
        meanFlow,
        (exact, q, before) -> {
          Optional<Tensor> one = Optional.of(q.s().onesLike());
          return exact.answer(Broken.along(q, new Direction(Optional.of(point(q)), one, one)));
        });
  }

  private static Tensor point(Query q) {
    return q.direction().flatMap(Direction::x).orElseThrow();
  }

  private static Direction sourceTime(Query q) {
    return new Direction(Optional.empty(), Optional.of(q.s().onesLike()), Optional.empty());
  }

  // f(x,s,t) = ( f(x,s,m) + f(X_{s,m}, m, t) )/2; the question before is that of flow rows.
  private void addShortcut() {
    Make shortcut = s -> new ShortcutF2d2(s, new ShortcutF2d2.Options(20));
    addAnswer(
        "Shortcut: second half at x, not at X",
        shortcut,
        2,
        (exact, q, before) -> exact.answer(Broken.from(q, before.get(1).x())));
    addAnswer(
        "Shortcut: halves summed, not averaged",
        shortcut,
        2,
        (exact, q, before) -> {
          // The mean of a and a + 2b is a + b.
          Tensor first = exact.answer(before.get(1)).value();
          return new Query.Answer(first.addScaled(exact.answer(q).value(), 2), Optional.empty());
        });
    addMap(
        "Shortcut: sign of D turned",
        shortcut,
        (exact, q, before) ->
            Broken.columns(exact.answer(q), 1, before.size() == 1 || before.size() == 2 ? -1 : 1));
    addAnswer(
        "Shortcut: half a jump of whole length as target",
        shortcut,
        2,
        (exact, q, before) -> exact.answer(before.get(1)));
  }

  // f - (t-s) ∂ₛf = g(x,s) + (t-s) ∇f·v
  private void addEsd() {
    Make esd = s -> new EulerianSelfDistillation(s, 0, RowWeight.EQUAL);
    addAnswer(
        "ESD: plus (t-s) d_s f on the left",
        esd,
        0,
        (exact, q, before) -> Broken.derivative(exact.answer(q), -1));
    addAnswer(
        "ESD: the part in space missing",
        esd,
        1,
        (exact, q, before) -> Broken.derivative(exact.answer(q), 0));
    add(
        "ESD: source missing",
        esd,
        s -> Broken.field(s, (f, x, t, rng) -> f.anywhere(x, t, rng).zerosLike()));
  }

  // f(x,s,t) = (1-c) f(x,s,r) + c f(X_{s,r}, r, t),  c = (t-r)/(t-s)
  private void addProgressive() {
    Make psd =
        s ->
            new ProgressiveSelfDistillation(
                s,
                ProgressiveSelfDistillation.Cut.UNIFORM,
                new ProgressiveSelfDistillation.Options(0, 0));
    addAnswer(
        "PSD: weights of the two parts exchanged",
        psd,
        2,
        (exact, q, before) -> {
          // With b - a stretched by (1-c)/c, a + c (b - a) has the weights c and 1-c.
          Query half = before.get(1);
          Tensor first = exact.answer(half).value();
          Tensor stretch = half.t().sub(half.s()).div(q.t().sub(half.t()));
          Tensor second = exact.answer(q).value();
          return new Query.Answer(first.addProduct(stretch, second.sub(first)), Optional.empty());
        });
  }

  private void addOthers() {
    addAnswer(
        "FMM: derivative at the point of the path, not where the jump back ends",
        FlowMapMatching::new,
        1,
        (exact, q, before) -> exact.answer(Broken.from(q, before.get(0).x())));
    addAnswer(
        "AlphaFlow: second part at x, not at x_m",
        s -> new AlphaFlow(s, 0, 0.1),
        1,
        (exact, q, before) -> exact.answer(Broken.from(q, before.get(0).x())));
    addAnswer(
        "RCGM: the rest of the way from x, not from x'",
        s ->
            new RecursiveConsistency(
                s,
                new RecursiveConsistency.Options(
                    0, 0.01, 2, RecursiveConsistency.Weight.PUBLISHED)),
        1,
        (exact, q, before) -> exact.answer(Broken.from(q, before.get(0).x())));
    add(
        "CTM: half a Heun step as a whole one",
        s ->
            new ConsistencyTrajectory(s, s.model(), new ConsistencyTrajectory.Options(18, 2, 0.01)),
        s -> Broken.fieldOffPath(s, (f, x, t, rng) -> f.anywhere(x, t, rng).mul(0.5)));
    addAnswer(
        "cycle: D of the way back with the sign turned",
        CycleConsistency::new,
        1,
        (exact, q, before) -> Broken.columns(exact.answer(q), 1, -1));
  }

  /** The flow to the same samples, all moved by one: v(x - t, t) + 1. */
  private record Moved(VelocityField field) implements VelocityField {
    @Override
    public int dimensions() {
      return field.dimensions();
    }

    @Override
    public Tensor velocity(Tensor x, Tensor t) {
      return field.velocity(x.sub(t), t).add(1);
    }
  }

  /** FlowConsist when all of it is on, its second flow being trained by nobody. */
  private static Make flowConsist(Function<Setting, VelocityField> fake) {
    FlowConsist.Options options =
        new FlowConsist.Options(0.75, new Rectification.Options(0.25, 0, 0, 1));
    return s -> new FlowConsist(s, options, fake.apply(s)).at(1);
  }

  private void addRectification() {
    mutants.add(
        () ->
            Mutant.of(
                "FlowConsist: second flow to other samples than the map's",
                ExactMap.taught(Kind.MIXTURE, flowConsist(s -> new Moved(s.model().secondBranch())))
                    - ExactMap.taught(Kind.MIXTURE, flowConsist(s -> s.model().secondBranch()))));
    mutants.add(
        () -> {
          ClosedFormFlow real = ExactMap.flow(Kind.MIXTURE).flow();
          Tensor samples = real.sample(ExactMap.ROWS, new Rng(1)).add(1);
          // Samples that lie too high are to move down.
          Tensor turned = Rectification.direction(new Moved(real), real, samples, new Rng(2));
          return Mutant.of(
              "rectification: the difference of the velocities turned", turned.mean().item());
        });
  }
}
