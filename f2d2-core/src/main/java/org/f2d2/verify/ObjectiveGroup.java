package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.objective.ShortcutF2d2;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Objectives that rest on an identity of flow maps, with the closed form in place of the student.
 *
 * <p>Where the teacher is the closed form as well, the loss is zero. Without a teacher the velocity
 * is learned from random pairs; the loss then keeps their variance, but its gradient is zero on
 * average. The gradient is taken along {@link PerturbedMap#bump}, through the trained side only.
 */
final class ObjectiveGroup {

  private static final double LIMIT = 1e-8;
  private static final int ROWS = 512;
  private static final int BATCHES = 40;
  private static final double SCORE_LIMIT = 4;
  private static final int FINEST = 20;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private ObjectiveGroup() {}

  static Verification.Group create() {
    ObjectiveGroup group = new ObjectiveGroup();
    for (Kind kind : KINDS) {
      group.addTeacherChecks(kind);
      group.addShortcutOrder(kind);
      group.addDataChecks(kind);
    }
    for (Direction direction : Direction.values()) {
      group.addLsdMutants(direction);
      group.addMeanFlowMutants(direction);
      group.addShortcutMutants(direction);
    }
    return new Verification.Group("objectives of flow maps", group.checks, group.mutants);
  }

  /** Makes an objective. */
  @FunctionalInterface
  interface Method {
    /** The objective over a setting. */
    Objective of(Setting setting);
  }

  private static Objective meanFlow(Setting setting) {
    return new MeanFlowF2d2(setting, 0.25, RowWeight.EQUAL);
  }

  private static Method shortcut(int levels) {
    return setting -> new ShortcutF2d2(setting, levels);
  }

  static TestGrid flow(Kind kind) {
    return TestGrid.of(kind, 1, Direction.FORWARD);
  }

  static String on(Kind kind) {
    return kind + ", prior sd 1, " + ROWS + " random rows";
  }

  /** The root of the loss of the closed form, taught by itself. */
  static double taught(Kind kind, Method method) {
    TestGrid g = flow(kind);
    ClosedFormFlow teacher = g.flow();
    Objective objective =
        method.of(
            new Setting(g.map(), new Instantaneous.Teacher(teacher), new ClosedFormRows(teacher)));
    return rootLoss(objective, ROWS, new Rng(3));
  }

  static double rootLoss(Objective objective, int rows, Rng rng) {
    return Math.sqrt(Autograd.noGrad(() -> objective.loss(rows, rng)).item());
  }

  private void addTeacherChecks(Kind kind) {
    checks.add(
        () ->
            Check.of(
                "LSD-F2D2 with teacher: root of the loss at the exact map",
                on(kind),
                taught(kind, LsdF2d2::new),
                LIMIT));
    checks.add(
        () ->
            Check.of(
                "MeanFlow-F2D2 with teacher: root of the loss at the exact map",
                on(kind),
                taught(kind, ObjectiveGroup::meanFlow),
                LIMIT));
  }

  // A jump of length h is anchored to the field at its start, which is wrong by h/2 dg/dt.
  private void addShortcutOrder(Kind kind) {
    for (int levels : new int[] {6, 9, 12}) {
      checks.add(
          () -> {
            double order =
                log2(taught(kind, shortcut(levels)) / taught(kind, shortcut(levels + 1)));
            return Check.of(
                "Shortcut-Distill-F2D2: the anchor's error is of order 1 in 2^-" + (levels + 1),
                on(kind),
                Math.abs(order - 1),
                0.05);
          });
    }
    checks.add(
        () -> {
          double root = taught(kind, shortcut(FINEST));
          return Check.of(
              "Shortcut-Distill-F2D2: loss at the exact map, jumps down to 2^-" + FINEST,
              on(kind),
              root * root,
              LIMIT);
        });
  }

  static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private void addDataChecks(Kind kind) {
    checks.add(
        () -> {
          TestGrid g = flow(kind);
          int d = g.map().dimensions();
          Tensor w = new Rng(4).normal(DType.FLOAT64, g.x().size(0), d);
          Tensor target = new Instantaneous.Data(g.map()).onPath(g.x(), g.s(), w, new Rng(0));
          Tensor exact = Tensor.cat(1, w, JointFlowMap.divergence(g.field(), d));
          return Check.of(
              "target without a teacher: the pair's velocity, the student's own divergence",
              TestGrid.title(kind, 1, Direction.FORWARD),
              TestGrid.largest(target.sub(exact)),
              LIMIT);
        });
    addGradientCheck("LSD-F2D2", kind, LsdF2d2::new);
    addGradientCheck("MeanFlow-F2D2", kind, ObjectiveGroup::meanFlow);
    addGradientCheck("Shortcut-F2D2", kind, shortcut(FINEST));
  }

  private void addGradientCheck(String name, Kind kind, Method method) {
    checks.add(
        () ->
            Check.of(
                name + " without a teacher: no gradient at the exact map, in standard errors",
                kind + ", prior sd 1, " + BATCHES + " batches of " + ROWS + " rows",
                gradient(kind, method).largestScore(),
                SCORE_LIMIT));
  }

  static BatchMeans gradient(Kind kind, Method method) {
    TestGrid g = flow(kind);
    Tensor size = Tensor.zeros(DType.FLOAT64, 1).variable();
    PerturbedMap student = new PerturbedMap(g.map(), size);
    Objective objective =
        method.of(
            new Setting(student, new Instantaneous.Data(student), new ClosedFormRows(g.flow())));
    Rng rng = new Rng(5);
    return BatchMeans.of(
        BATCHES,
        b -> {
          Tensor loss = Autograd.withGrad(() -> objective.loss(ROWS, rng.derive(b)));
          return Autograd.grad(loss, List.of(size)).get(0).toDoubles();
        });
  }

  private void addMutant(String name, Direction direction, Function<TestGrid, Tensor> residual) {
    mutants.add(
        () ->
            Mutant.of(
                name + " (" + direction + ")",
                mean(residual.apply(TestGrid.of(Kind.MIXTURE, 1, direction)))));
  }

  private static Tensor end(TestGrid g) {
    return JointFlowMap.jump(g.x(), g.s(), g.t(), g.rate());
  }

  private static Tensor divergence(TestGrid g, Tensor joint) {
    return JointFlowMap.divergence(joint, g.map().dimensions());
  }

  // Right: f + (t-s) d_t f - g(X, t).
  private void addLsdMutants(Direction direction) {
    addMutant(
        "LSD: target at x, not at X",
        direction,
        g -> timeDerivative(g, 1).sub(g.flow().joint(g.x(), g.t())));
    addMutant(
        "LSD: minus (t-s) d_t f",
        direction,
        g -> timeDerivative(g, -1).sub(g.flow().joint(end(g), g.t())));
    addMutant("LSD: target of D missing", direction, g -> divergence(g, timeDerivative(g, 1)));
    addMutant(
        "LSD: average rate as target",
        direction,
        g -> timeDerivative(g, 1).sub(g.map().rate(end(g), g.t(), g.s())));
  }

  /** f + sign (t-s) d_t f. */
  private static Tensor timeDerivative(TestGrid g, double sign) {
    FlowMapIdentities.Lagrangian left =
        FlowMapIdentities.lagrangianLeft(g.map(), g.x(), g.s(), g.t());
    return left.rate().addScaled(left.left().sub(left.rate()), sign);
  }

  // Right: f - g(x, s) - (t-s) JVP[f](v, 1, 0).
  private void addMeanFlowMutants(Direction direction) {
    addMutant(
        "MeanFlow: minus (t-s) JVP",
        direction,
        g -> {
          FlowMapIdentities.Sides sides = eulerian(g, g.field());
          return sides.left().sub(g.field().mul(2)).add(sides.right());
        });
    addMutant(
        "MeanFlow: spatial gradient of D missing",
        direction,
        g -> {
          Tensor inTime =
              Autograd.jvp(s -> g.map().rate(g.x(), s, g.t()), g.s(), g.s().onesLike()).tangent();
          return divergence(g, g.rate().sub(g.field()).sub(g.step().mul(inTime)));
        });
    if (direction == Direction.FORWARD) {
      // At s = 1 it is not even finite.
      addMutant(
          "MeanFlow: divergence of the conditional velocity as T",
          direction,
          g -> {
            Tensor conditional = g.s().subtractFrom(1).reciprocal().mul(-g.map().dimensions());
            Tensor v = JointFlowMap.velocity(g.field(), g.map().dimensions());
            return eulerian(g, Tensor.cat(1, v, conditional)).residual();
          });
    }
    addMutant(
        "MeanFlow: target velocity at t as source",
        direction,
        g -> eulerian(g, g.flow().joint(g.x(), g.t())).residual());
  }

  private static FlowMapIdentities.Sides eulerian(TestGrid g, Tensor source) {
    return FlowMapIdentities.eulerian(g.map(), source, g.x(), g.s(), g.t());
  }

  // Right: f(x,s,t) - ( f(x,s,m) + f(X_{s,m}, m, t) )/2.
  private void addShortcutMutants(Direction direction) {
    addMutant(
        "Shortcut: second half at x, not at X",
        direction,
        g -> g.rate().sub(firstHalf(g).add(secondHalf(g, g.x())).mul(0.5)));
    addMutant(
        "Shortcut: halves summed, not averaged",
        direction,
        g -> g.rate().sub(firstHalf(g).add(secondHalf(g, middle(g)))));
    addMutant(
        "Shortcut: sign of D turned",
        direction,
        g -> divergence(g, g.rate().add(firstHalf(g).add(secondHalf(g, middle(g))).mul(0.5))));
    addMutant(
        "Shortcut: half a jump of whole length as target",
        direction,
        g -> g.rate().sub(firstHalf(g)));
  }

  private static Tensor half(TestGrid g) {
    return g.s().add(g.t()).mul(0.5);
  }

  private static Tensor firstHalf(TestGrid g) {
    return g.map().rate(g.x(), g.s(), half(g));
  }

  private static Tensor middle(TestGrid g) {
    return JointFlowMap.jump(g.x(), g.s(), half(g), firstHalf(g));
  }

  private static Tensor secondHalf(TestGrid g, Tensor from) {
    return g.map().rate(from, half(g), g.t());
  }
}
