package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.ConsistencyTrajectory;
import org.f2d2.objective.CycleConsistency;
import org.f2d2.objective.DeterminantLink;
import org.f2d2.objective.EulerianSelfDistillation;
import org.f2d2.objective.FlowMapMatching;
import org.f2d2.objective.ImprovedMeanFlow;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.ProgressiveSelfDistillation;
import org.f2d2.objective.ProgressiveSelfDistillation.Cut;
import org.f2d2.objective.ProgressiveSelfDistillation.Rounds;
import org.f2d2.objective.RecursiveConsistency;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.ObjectiveGroup.Method;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/**
 * The published flow-map methods at the closed form: the loss is zero where the teacher is the
 * closed form, its gradient is zero on average without one, and methods meet each other in the
 * limits that their papers state.
 */
final class FlowMapGroup {

  private static final double LIMIT = 1e-8;
  private static final double SCORE_LIMIT = 4;
  private static final int ROWS = 512;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private FlowMapGroup() {}

  static Verification.Group create() {
    FlowMapGroup group = new FlowMapGroup();
    for (Kind kind : KINDS) {
      group.addOracles(kind);
      group.addAlphaOrder(kind);
      group.addRecursiveOrder(kind);
      group.addTrajectoryOrder(kind);
    }
    group.addLimits();
    for (Direction direction : Direction.values()) {
      group.addMutants(direction);
    }
    return new Verification.Group("published flow-map methods", group.checks, group.mutants);
  }

  private static Objective esd(Setting setting) {
    return new EulerianSelfDistillation(setting, 0.25, RowWeight.EQUAL);
  }

  private static Method psd(Cut cut) {
    return setting -> new ProgressiveSelfDistillation(setting, 0.25, cut, Rounds.NONE);
  }

  private static Objective improvedMeanFlow(Setting setting) {
    return new ImprovedMeanFlow(setting, 0.25, RowWeight.EQUAL);
  }

  private static Method alignYourFlow(AlignYourFlow.Kind kind) {
    return setting -> new AlignYourFlow(setting, kind, 0.25, 1, new RowWeight.Normalized(0.1));
  }

  private static Objective progressive(Setting setting) {
    return new ProgressiveSelfDistillation(setting, 0.25, Cut.MIDDLE, new Rounds(3)).at(0.5);
  }

  private static Objective meanFlow(Setting setting) {
    return new MeanFlowF2d2(setting, 0.25, RowWeight.EQUAL);
  }

  private void addOracles(Kind kind) {
    addOracle("ESD and EMD", kind, FlowMapGroup::esd);
    addOracle("PSD-M", kind, psd(Cut.MIDDLE));
    addOracle("PSD-U", kind, psd(Cut.UNIFORM));
    addOracle("PFMM", kind, FlowMapGroup::progressive);
    addOracle("FMM", kind, FlowMapMatching::new);
    addOracle("Improved MeanFlow", kind, FlowMapGroup::improvedMeanFlow);
    addOracle("Align Your Flow, EMD", kind, alignYourFlow(AlignYourFlow.Kind.EMD));
    addOracle("Align Your Flow, LMD", kind, alignYourFlow(AlignYourFlow.Kind.LMD));
    addOracle("cycle consistency", kind, CycleConsistency::new);
    addOracle("link to the determinant", kind, DeterminantLink::new);
    addFixedPoint("FMM", kind, FlowMapMatching::new);
    addFixedPoint("Improved MeanFlow", kind, FlowMapGroup::improvedMeanFlow);
    addFixedPoint("ESD", kind, FlowMapGroup::esd);
    addFixedPoint("PSD-U", kind, psd(Cut.UNIFORM));
  }

  private void addOracle(String name, Kind kind, Method method) {
    checks.add(
        () ->
            Check.of(
                name + " with teacher: root of the loss at the exact map",
                ObjectiveGroup.on(kind),
                ObjectiveGroup.taught(kind, method),
                LIMIT));
  }

  private void addFixedPoint(String name, Kind kind, Method method) {
    checks.add(
        () ->
            Check.of(
                name + " without a teacher: no gradient at the exact map, in standard errors",
                ObjectiveGroup.on(kind),
                ObjectiveGroup.gradient(kind, method).largestScore(),
                SCORE_LIMIT));
  }

  // With 1/α before the square, an error of order α² has a root loss of order α^(3/2).
  private void addAlphaOrder(Kind kind) {
    for (double alpha : new double[] {0.02, 0.01}) {
      checks.add(
          () -> {
            double order =
                ObjectiveGroup.log2(alphaResidual(kind, alpha) / alphaResidual(kind, alpha / 2));
            return Check.of(
                "AlphaFlow: residual at the exact map of order 2 in α at " + alpha,
                ObjectiveGroup.on(kind),
                Math.abs(order - 2),
                0.1);
          });
    }
  }

  // A Heun step of length h is off by h³, which (t-s) divides for D: order 2.
  private void addTrajectoryOrder(Kind kind) {
    checks.add(
        () -> {
          double order =
              ObjectiveGroup.log2(trajectoryResidual(kind, 101) / trajectoryResidual(kind, 201));
          return Check.of(
              "CTM: residual at the exact map of order 2 in the steps of the teacher, 100 to 200",
              ObjectiveGroup.on(kind),
              Math.max(0, 2 - order),
              0.35);
        });
  }

  private static double trajectoryResidual(Kind kind, int nodes) {
    ConsistencyTrajectory.Options options = new ConsistencyTrajectory.Options(nodes, 1, 0.5);
    return ObjectiveGroup.taught(
        kind, setting -> new ConsistencyTrajectory(setting, setting.model(), options));
  }

  private void addRecursiveOrder(Kind kind) {
    for (double delta : new double[] {0.01, 0.005}) {
      checks.add(
          () -> {
            double order =
                ObjectiveGroup.log2(
                    recursiveResidual(kind, delta) / recursiveResidual(kind, delta / 2));
            return Check.of(
                "RCGM and TwinFlow: residual at the exact map of order 1 in Δ at " + delta,
                ObjectiveGroup.on(kind),
                Math.abs(order - 1),
                0.1);
          });
    }
  }

  private static double recursiveResidual(Kind kind, double delta) {
    return ObjectiveGroup.taught(
        kind,
        setting ->
            new RecursiveConsistency(setting, 0, delta, RecursiveConsistency.Weight.PUBLISHED));
  }

  private static double alphaResidual(Kind kind, double alpha) {
    return Math.sqrt(alpha)
        * ObjectiveGroup.taught(kind, setting -> new AlphaFlow(setting, 0, alpha));
  }

  /** A student that is wrong off the diagonal too, by a size e. */
  private static double[] gradient(Method method) {
    return gradient(method, size -> new PerturbedMap(exact(), size));
  }

  private static JointFlowMap exact() {
    return ObjectiveGroup.flow(Kind.ROTATED).map();
  }

  /** The gradient of one batch in the size of a student's error, by a frozen teacher. */
  private static double[] gradient(Method method, Function<Tensor, JointFlowMap> student) {
    Tensor size = Tensor.full(0.3, DType.FLOAT64, 1).variable();
    ClosedFormFlow teacher = ObjectiveGroup.flow(Kind.ROTATED).flow();
    Setting setting =
        new Setting(
            student.apply(size), new Instantaneous.Teacher(teacher), new ClosedFormRows(teacher));
    Objective objective = method.of(setting);
    Tensor loss = Autograd.withGrad(() -> objective.loss(ROWS, new Rng(6)));
    return Autograd.grad(loss, List.of(size)).get(0).toDoubles();
  }

  private static double relative(double[] a, double[] b) {
    double gap = 0;
    for (int i = 0; i < a.length; i++) {
      gap = Math.max(gap, Math.abs(a[i] - b[i]) / Math.abs(b[i]));
    }
    return gap;
  }

  private static double[] twice(double[] values) {
    return Arrays.stream(values).map(v -> 2 * v).toArray();
  }

  private void addLimit(String name, Supplier<Double> residual, double limit) {
    checks.add(() -> Check.of(name, "rotated 2-D mixture, a wrong map", residual.get(), limit));
  }

  private void addLimits() {
    addLimit(
        "AlphaFlow at α = 0 has MeanFlow's gradient",
        () ->
            relative(
                gradient(setting -> new AlphaFlow(setting, 0.25, 0)),
                gradient(FlowMapGroup::meanFlow)),
        1e-12);
    addLimit(
        "AlphaFlow's gradient tends to MeanFlow's: relative distance at α = 1e-3",
        () ->
            relative(
                gradient(setting -> new AlphaFlow(setting, 0.25, 1e-3)),
                gradient(FlowMapGroup::meanFlow)),
        1e-2);
    addLimit(
        "AlphaFlow at α = 1/2 with its own first half has twice Shortcut's gradient",
        () ->
            relative(
                gradient(setting -> AlphaFlow.withOwnSteps(setting, 0, 0.5)),
                twice(
                    gradient(
                        setting ->
                            new ProgressiveSelfDistillation(
                                setting, 0, Cut.MIDDLE, new Rounds(0))))),
        1e-12);
    addLimit(
        "Align Your Flow, EMD: with r = 1 and without normalisation it has MeanFlow's gradient",
        () ->
            relative(
                gradient(
                    setting ->
                        new AlignYourFlow(
                            setting, AlignYourFlow.Kind.EMD, 0.25, 1, RowWeight.EQUAL)),
                gradient(FlowMapGroup::meanFlow)),
        1e-12);
    addLimit(
        "Align Your Flow, EMD: with r = 0 it has the gradient of | f - g |²",
        () ->
            relative(
                gradient(
                    setting ->
                        new AlignYourFlow(setting, AlignYourFlow.Kind.EMD, 0, 0, RowWeight.EQUAL)),
                gradient(setting -> new AlphaFlow(setting, 0, 1))),
        1e-12);
    addLimit(
        "Improved MeanFlow with the exact diagonal has MeanFlow's gradient",
        () ->
            relative(
                gradient(FlowMapGroup::improvedMeanFlow, size -> new OffDiagonalMap(exact(), size)),
                gradient(FlowMapGroup::meanFlow, size -> new OffDiagonalMap(exact(), size))),
        1e-10);
  }

  /** f(x,s,t) + e (t-s) b(x,s,t). */
  private record OffDiagonalMap(JointFlowMap exact, Tensor size) implements JointFlowMap {
    @Override
    public int dimensions() {
      return exact.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor step = t.sub(s).mul(size);
      return exact.rate(x, s, t).addProduct(step, PerturbedMap.bump(x, s, t));
    }
  }

  private void addMutant(String name, Direction direction, Function<TestGrid, Tensor> residual) {
    mutants.add(
        () ->
            Mutant.of(
                name + " (" + direction + ")",
                mean(residual.apply(TestGrid.of(Kind.MIXTURE, 1, direction)))));
  }

  private static Tensor inSource(TestGrid g) {
    return Autograd.jvp(s -> g.map().rate(g.x(), s, g.t()), g.s(), g.s().onesLike()).tangent();
  }

  private static Tensor inSpace(TestGrid g, Tensor v) {
    return Autograd.jvp(x -> g.map().rate(x, g.s(), g.t()), g.x(), v).tangent();
  }

  private static Tensor inTarget(TestGrid g) {
    return Autograd.jvp(t -> g.map().rate(g.x(), g.s(), t), g.t(), g.t().onesLike()).tangent();
  }

  private static Tensor v(TestGrid g) {
    return JointFlowMap.velocity(g.field(), g.map().dimensions());
  }

  private void addMutants(Direction direction) {
    addMutant(
        "ESD: plus (t-s) d_s f on the left",
        direction,
        g -> g.rate().add(g.step().mul(inSource(g).sub(inSpace(g, v(g))))).sub(g.field()));
    addMutant(
        "ESD: the part in space missing",
        direction,
        g -> g.rate().sub(g.step().mul(inSource(g))).sub(g.field()));
    addMutant(
        "ESD: source missing",
        direction,
        g -> g.rate().sub(g.step().mul(inSource(g).add(inSpace(g, v(g))))));
    addMutant(
        "MeanFlow: tangent (v, 0, 0)",
        direction,
        g -> g.rate().sub(g.field()).sub(g.step().mul(inSpace(g, v(g)))));
    addMutant(
        "MeanFlow: tangent (v, 1, 1)",
        direction,
        g ->
            g.rate()
                .sub(g.field())
                .sub(g.step().mul(inSpace(g, v(g)).add(inSource(g)).add(inTarget(g)))));
    addMutant(
        "PSD: weights of the two parts exchanged",
        direction,
        g -> {
          Tensor first = g.map().rate(g.x(), g.s(), g.r());
          Tensor between = JointFlowMap.jump(g.x(), g.s(), g.r(), first);
          Tensor second = g.map().rate(between, g.r(), g.t());
          // r is a third of the way, so the parts weigh 1/3 and 2/3.
          return g.rate().sub(first.mul(2.0 / 3).add(second.mul(1.0 / 3)));
        });
    addMutant(
        "FMM: derivative at the point of the path, not where the jump back ends",
        direction,
        g -> g.rate().add(g.step().mul(inTarget(g))).sub(g.flow().joint(g.x(), g.t())));
    addMutant(
        "AlphaFlow: second part at x, not at x_m",
        direction,
        g -> {
          Tensor m = g.s().addScaled(g.step(), 0.01);
          Tensor later = g.map().rate(g.x(), m, g.t());
          return g.rate().sub(g.field().mul(0.01).add(later.mul(0.99))).div(0.01);
        });
    addMutant(
        "RCGM: the rest of the way from x, not from x'",
        direction,
        g -> {
          double delta = direction == Direction.FORWARD ? 0.01 : -0.01;
          Tensor m = g.s().add(delta);
          Tensor rest = g.t().sub(m).mul(g.map().rate(g.x(), m, g.t()));
          return g.step().mul(g.rate()).sub(rest).div(delta).sub(g.field());
        });
    addMutant(
        "rectification: the difference of the velocities turned",
        direction,
        g -> {
          // Moved by one, the samples have the velocity v(x - t, t) + 1; the right move is down.
          Tensor fake = g.flow().velocity(g.x().sub(g.s()), g.s()).add(1);
          return fake.sub(v(g)).maximum(g.x().zerosLike());
        });
    addMutant(
        "CTM: half a Heun step as a whole one",
        direction,
        g -> {
          double h = direction == Direction.FORWARD ? 0.1 : -0.1;
          Tensor to = g.s().add(h);
          Tensor ahead = g.x().addScaled(v(g), h);
          Tensor mean = g.field().add(g.flow().joint(ahead, to)).mul(0.5);
          return g.map().rate(g.x(), g.s(), to).sub(mean.mul(0.5));
        });
    addMutant(
        "cycle: D of the way back with the sign turned",
        direction,
        g -> {
          Tensor end = JointFlowMap.jump(g.x(), g.s(), g.t(), g.rate());
          Tensor back = g.map().rate(end, g.t(), g.s());
          int d = g.map().dimensions();
          return JointFlowMap.divergence(g.rate(), d).add(JointFlowMap.divergence(back, d));
        });
  }
}
