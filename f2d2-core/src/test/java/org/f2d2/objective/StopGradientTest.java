package org.f2d2.objective;

import static org.f2d2.objective.Students.D;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Students.Query;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where gradients must flow, and where they must not. */
class StopGradientTest {

  private static final int ROWS = 24;
  private static final DType TYPE = DType.FLOAT64;
  private static final double ALPHA = 0.4;
  private static final double R = 0.7;
  private static final double DELTA = 0.1;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Setting setting(JointFlowMap map, NetworkVelocity teacher, double weight) {
    return new Setting(
        map, new Instantaneous.Teacher(teacher), Students.data(TYPE), new JointError(weight));
  }

  /** What is trained on, for the loss of a live map against a frozen one. */
  record Trained(NetworkVelocity teacher, Trajectories trajectories, List<Query> queries) {}

  /** The loss with the parts that must not carry gradients worked out by a map of their own. */
  @FunctionalInterface
  interface Frozen {
    Tensor loss(Trained trained, JointFlowMap live, JointFlowMap frozen);
  }

  /** An objective, with a weight of its divergence part, and its statement with a frozen map. */
  record Case(String name, Factory factory, Frozen frozen, boolean movingTargets) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  interface Factory {
    Objective of(JointFlowMap map, NetworkVelocity teacher, Trajectories solved, double weight);
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "LSD",
            (map, teacher, solved, weight) -> new LsdF2d2(setting(map, teacher, weight)),
            StopGradientTest::lsd,
            true),
        new Case(
            "MeanFlow",
            (map, teacher, solved, weight) ->
                new MeanFlowF2d2(setting(map, teacher, weight), 0.3, RowWeight.EQUAL),
            StopGradientTest::meanFlow,
            true),
        new Case(
            "Shortcut",
            (map, teacher, solved, weight) ->
                new ShortcutF2d2(setting(map, teacher, weight), new ShortcutF2d2.Options(4)),
            StopGradientTest::shortcut,
            true),
        new Case(
            "ESD",
            (map, teacher, solved, weight) ->
                new EulerianSelfDistillation(setting(map, teacher, weight), 0.3, RowWeight.EQUAL),
            StopGradientTest::esd,
            true),
        new Case(
            "PSD",
            (map, teacher, solved, weight) ->
                new ProgressiveSelfDistillation(
                    setting(map, teacher, weight),
                    ProgressiveSelfDistillation.Cut.UNIFORM,
                    new ProgressiveSelfDistillation.Options(0.3, 0)),
            StopGradientTest::psd,
            true),
        new Case(
            "iMF",
            (map, teacher, solved, weight) ->
                new ImprovedMeanFlow(setting(map, teacher, weight), 0.3, RowWeight.EQUAL),
            StopGradientTest::improvedMeanFlow,
            true),
        new Case(
            "AlphaFlow",
            (map, teacher, solved, weight) ->
                new AlphaFlow(setting(map, teacher, weight), 0.3, ALPHA),
            StopGradientTest::alphaFlow,
            true),
        new Case(
            "Align Your Flow, EMD",
            (map, teacher, solved, weight) ->
                new AlignYourFlow(
                    setting(map, teacher, weight),
                    AlignYourFlow.Kind.EMD,
                    0.3,
                    R,
                    new RowWeight.Normalized(0.1)),
            StopGradientTest::emd,
            true),
        new Case(
            "Align Your Flow, LMD",
            (map, teacher, solved, weight) ->
                new AlignYourFlow(
                    setting(map, teacher, weight),
                    AlignYourFlow.Kind.LMD,
                    0.3,
                    1,
                    new RowWeight.Adaptive(0.8, 0.2)),
            StopGradientTest::lmd,
            true),
        new Case(
            "FMM",
            (map, teacher, solved, weight) -> new FlowMapMatching(setting(map, teacher, weight)),
            StopGradientTest::flowMapMatching,
            true),
        new Case(
            "RCGM",
            (map, teacher, solved, weight) ->
                new RecursiveConsistency(
                    setting(map, teacher, weight),
                    new RecursiveConsistency.Options(
                        0.3, DELTA, 2, RecursiveConsistency.Weight.PUBLISHED)),
            (trained, live, frozen) -> recursive(trained, live, frozen, false),
            true),
        new Case(
            "RCGM by the step",
            (map, teacher, solved, weight) ->
                new RecursiveConsistency(
                    setting(map, teacher, weight),
                    new RecursiveConsistency.Options(
                        0.3, DELTA, 2, RecursiveConsistency.Weight.STEP)),
            (trained, live, frozen) -> recursive(trained, live, frozen, true),
            true),
        new Case(
            "FlowConsist without rectification",
            (map, teacher, solved, weight) ->
                new FlowConsist(
                    setting(map, teacher, weight),
                    new FlowConsist.Options(0.3, new Rectification.Options(0, 0, 1, 0)),
                    teacher),
            StopGradientTest::flowConsist,
            true),
        new Case(
            "determinant link",
            (map, teacher, solved, weight) -> new DeterminantLink(setting(map, teacher, weight)),
            StopGradientTest::determinant,
            true),
        new Case(
            "cycle",
            (map, teacher, solved, weight) -> new CycleConsistency(setting(map, teacher, weight)),
            StopGradientTest::cycle,
            true),
        new Case(
            "trajectory regression",
            (map, teacher, solved, weight) ->
                new TrajectoryRegression(
                    map, solved, new TrajectoryRegression.Options(weight, 0.5, 0.6, true)),
            StopGradientTest::trajectory,
            true),
        new Case(
            "trajectory regression without compensation",
            (map, teacher, solved, weight) ->
                new TrajectoryRegression(
                    map, solved, new TrajectoryRegression.Options(weight, 0.5, 0.6, false)),
            StopGradientTest::plainTrajectory,
            false));
  }

  private static Tensor error(Tensor rate, Tensor target) {
    Tensor gap = rate.sub(target).square();
    return gap.narrow(1, 0, D).sum(1).mean().add(gap.column(D).div(D * D).mean());
  }

  private static Tensor inTime(JointFlowMap map, Query q) {
    return Autograd.jvp(t -> map.rate(q.x(), q.s(), t), q.t(), q.t().onesLike()).tangent();
  }

  private static Tensor lsd(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query off = trained.queries().get(1);
    Tensor diagonal =
        error(live.rate(on.x(), on.s(), on.s()), trained.teacher().joint(on.x(), on.s()));
    Tensor h = off.t().sub(off.s());
    Tensor rate = live.rate(off.x(), off.s(), off.t());
    Tensor u = rate.narrow(1, 0, D).add(h.mul(inTime(live, off).narrow(1, 0, D)));
    Tensor divergence = rate.column(D).add(h.mul(inTime(frozen, off).column(D)));
    Tensor end = off.x().add(h.mul(frozen.rate(off.x(), off.s(), off.t()).narrow(1, 0, D)));
    Tensor other = error(Tensor.cat(1, u, divergence), trained.teacher().joint(end, off.t()));
    return diagonal.add(other).mul(0.5); // half of the rows each
  }

  private static Tensor meanFlow(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor source = trained.teacher().joint(q.x(), q.s());
    Tensor along =
        Autograd.jvp(
                in -> frozen.rate(in.get(0), in.get(1), q.t()),
                List.of(q.x(), q.s()),
                List.of(source.narrow(1, 0, D), q.s().onesLike()))
            .tangent();
    return error(
        Tensor.cat(0, live.rate(on.x(), on.s(), on.s()), live.rate(q.x(), q.s(), q.t())),
        Tensor.cat(
            0, trained.teacher().joint(on.x(), on.s()), source.add(q.t().sub(q.s()).mul(along))));
  }

  private static Tensor alongPath(JointFlowMap map, Query q, Tensor velocity) {
    return Autograd.jvp(
            in -> map.rate(in.get(0), in.get(1), q.t()),
            List.of(q.x(), q.s()),
            List.of(velocity, q.s().onesLike()))
        .tangent();
  }

  /** Diagonal rows above the others, as they stand in a batch. */
  private static Tensor below(JointFlowMap live, Query on, Tensor left) {
    return Tensor.cat(0, live.rate(on.x(), on.s(), on.s()), left);
  }

  private static Tensor targets(Trained trained, Query on, Tensor right) {
    return Tensor.cat(0, trained.teacher().joint(on.x(), on.s()), right);
  }

  private static Tensor esd(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor h = q.t().sub(q.s());
    Tensor inSource =
        Autograd.jvp(s -> live.rate(q.x(), s, q.t()), q.s(), q.s().onesLike()).tangent();
    Tensor g = trained.teacher().joint(q.x(), q.s());
    Tensor inSpace =
        Autograd.jvp(x -> frozen.rate(x, q.s(), q.t()), q.x(), g.narrow(1, 0, D)).tangent();
    return error(
        below(live, on, live.rate(q.x(), q.s(), q.t()).sub(h.mul(inSource))),
        targets(trained, on, g.add(h.mul(inSpace))));
  }

  private static Tensor psd(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor r = trained.queries().get(2).t();
    Tensor first = frozen.rate(q.x(), q.s(), r);
    Tensor between = q.x().add(r.sub(q.s()).mul(first.narrow(1, 0, D)));
    Tensor total = r.sub(q.s()).mul(first).add(q.t().sub(r).mul(frozen.rate(between, r, q.t())));
    return error(
        below(live, on, live.rate(q.x(), q.s(), q.t())),
        targets(trained, on, total.div(q.t().sub(q.s()))));
  }

  private static Tensor improvedMeanFlow(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(1);
    Query q = trained.queries().get(2);
    Tensor own = frozen.rate(q.x(), q.s(), q.s()).narrow(1, 0, D);
    Tensor v = live.rate(q.x(), q.s(), q.t()).sub(q.t().sub(q.s()).mul(alongPath(frozen, q, own)));
    return error(below(live, on, v), targets(trained, on, trained.teacher().joint(q.x(), q.s())));
  }

  private static Tensor flowConsist(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(1);
    Query q = trained.queries().get(2);
    Tensor own = frozen.rate(q.x(), q.s(), q.s()).narrow(1, 0, D);
    Tensor divergence = trained.teacher().joint(q.x(), q.s()).narrow(1, D, 1);
    Tensor change = q.t().sub(q.s()).mul(alongPath(frozen, q, own));
    return error(
        below(live, on, live.rate(q.x(), q.s(), q.t())),
        targets(trained, on, Tensor.cat(1, own, divergence).add(change)));
  }

  private static Tensor alphaFlow(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor g = trained.teacher().joint(q.x(), q.s());
    Tensor step = q.t().sub(q.s()).mul(ALPHA);
    Tensor between = q.x().add(step.mul(g.narrow(1, 0, D)));
    Tensor later = frozen.rate(between, q.s().add(step), q.t());
    Tensor target = g.mul(ALPHA).add(later.mul(1 - ALPHA));
    double diagonal = (double) on.x().size(0) / ROWS;
    Tensor onError =
        error(live.rate(on.x(), on.s(), on.s()), trained.teacher().joint(on.x(), on.s()));
    return onError
        .mul(diagonal)
        .add(error(live.rate(q.x(), q.s(), q.t()), target).mul((1 - diagonal) / ALPHA));
  }

  /** Mean of (w_u |u error|² + w_D (D error / d)²), weights from the frozen error of u. */
  private static Tensor weighted(
      Tensor live, Tensor frozen, Tensor target, Function<Tensor, Tensor> weight, boolean both) {
    Tensor w = weight.apply(frozen.sub(target).narrow(1, 0, D).square().sumKeep(1));
    Tensor gap = live.sub(target).square();
    Tensor u = gap.narrow(1, 0, D).sumKeep(1).mul(w);
    Tensor divergence = gap.column(D).reshape(-1, 1).div(D * D);
    return u.add(both ? divergence.mul(w) : divergence).mean();
  }

  private static Tensor emd(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor g = trained.teacher().joint(q.x(), q.s());
    Tensor change = alongPath(frozen, q, g.narrow(1, 0, D));
    Tensor target = targets(trained, on, g.add(q.t().sub(q.s()).mul(change).mul(R)));
    return weighted(
        below(live, on, live.rate(q.x(), q.s(), q.t())),
        below(frozen, on, frozen.rate(q.x(), q.s(), q.t())),
        target,
        square -> square.sqrt().add(0.1).reciprocal(),
        true);
  }

  private static Tensor lmd(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor h = q.t().sub(q.s());
    Tensor change = h.mul(inTime(frozen, q));
    Tensor end = q.x().add(h.mul(frozen.rate(q.x(), q.s(), q.t()).narrow(1, 0, D)));
    return weighted(
        below(live, on, live.rate(q.x(), q.s(), q.t()).add(change)),
        below(frozen, on, frozen.rate(q.x(), q.s(), q.t()).add(change)),
        targets(trained, on, trained.teacher().joint(end, q.t())),
        square -> square.add(0.2).pow(-0.8),
        false);
  }

  private static Tensor flowMapMatching(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query q = trained.queries().get(0); // from t back to s
    Tensor h = q.s().sub(q.t()); // of the jump forth
    Tensor back = live.rate(q.x(), q.s(), q.t());
    Tensor y = q.x().sub(h.mul(back.narrow(1, 0, D)));
    Tensor fixed = q.x().sub(h.mul(frozen.rate(q.x(), q.s(), q.t()).narrow(1, 0, D)));
    Query forth = new Query(fixed, q.t(), q.s());
    Tensor rate = live.rate(fixed, q.t(), q.s());
    Tensor transport =
        error(rate.add(h.mul(inTime(live, forth))), trained.teacher().joint(q.x(), q.s()));
    Tensor returned = y.add(h.mul(live.rate(y, q.t(), q.s()).narrow(1, 0, D)));
    return transport.add(cycled(q, h, returned, rate, back));
  }

  private static Tensor recursive(
      Trained trained, JointFlowMap live, JointFlowMap frozen, boolean byStep) {
    Query on = trained.queries().get(0);
    Query q = trained.queries().get(1);
    Tensor g = trained.teacher().joint(q.x(), q.s());
    Tensor h = q.t().sub(q.s());
    Tensor first = h.div(h.abs()).mul(DELTA);
    Tensor m = q.s().add(first);
    Tensor x = q.x().add(first.mul(g.narrow(1, 0, D)));
    Tensor half = q.t().add(m).mul(0.5);
    Tensor one = frozen.rate(x, m, half);
    Tensor between = x.add(half.sub(m).mul(one.narrow(1, 0, D)));
    Tensor two = frozen.rate(between, half, q.t());
    Tensor later = half.sub(m).mul(one).add(q.t().sub(half).mul(two));
    Tensor now = frozen.rate(q.x(), q.s(), q.t());
    Tensor e =
        Tensor.where(h.abs().lessThan(DELTA), now.sub(g), h.mul(now).sub(later).div(first).sub(g));
    Tensor shorter = e.mul(h.abs().maximum(h.zerosLike().add(DELTA)).reciprocal()).mul(DELTA);
    Tensor clamped =
        byStep ? shorter : Tensor.cat(1, e.narrow(1, 0, D).clamp(-1, 1), e.narrow(1, D, 1));
    return error(
        below(live, on, live.rate(q.x(), q.s(), q.t())), targets(trained, on, now.sub(clamped)));
  }

  private static Tensor determinant(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query q = trained.queries().get(0);
    Tensor h = q.t().sub(q.s());
    Tensor[] columns = new Tensor[D];
    for (int i = 0; i < D; i++) {
      Tensor axis = Tensor.eye(D, TYPE).rows(i, i + 1).expand(q.x().size(0), D);
      Tensor change = Autograd.jvp(x -> frozen.rate(x, q.s(), q.t()), q.x(), axis).tangent();
      columns[i] = axis.add(h.mul(change.narrow(1, 0, D)));
    }
    Tensor determinant =
        columns[0]
            .column(0)
            .mul(columns[1].column(1))
            .sub(columns[0].column(1).mul(columns[1].column(0)));
    Tensor target = determinant.abs().log().reshape(-1, 1).div(h);
    Tensor gap = live.rate(q.x(), q.s(), q.t()).narrow(1, D, 1).sub(target);
    Tensor counted = Tensor.where(h.abs().lessThan(0.01), gap.zerosLike(), gap);
    return counted.div(D).square().mean();
  }

  private static Tensor cycle(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query q = trained.queries().get(0);
    Tensor h = q.t().sub(q.s());
    Tensor there = live.rate(q.x(), q.s(), q.t());
    Tensor end = q.x().add(h.mul(there.narrow(1, 0, D)));
    Tensor returned = end.sub(h.mul(live.rate(end, q.t(), q.s()).narrow(1, 0, D)));
    Tensor fixed = q.x().add(h.mul(frozen.rate(q.x(), q.s(), q.t()).narrow(1, 0, D)));
    return cycled(q, h, returned, live.rate(fixed, q.t(), q.s()), there);
  }

  private static Tensor cycled(Query q, Tensor h, Tensor returned, Tensor back, Tensor there) {
    Tensor change = h.mul(back.narrow(1, D, 1).sub(there.narrow(1, D, 1)));
    return error(Tensor.cat(1, returned, change), Tensor.cat(1, q.x(), change.zerosLike()));
  }

  private static Tensor shortcut(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    Query on = trained.queries().get(0);
    Query jump = trained.queries().get(3);
    Tensor flow = error(live.rate(on.x(), on.s(), on.t()), trained.teacher().joint(on.x(), on.s()));
    Tensor m = jump.s().add(jump.t()).mul(0.5);
    Tensor first = frozen.rate(jump.x(), jump.s(), m);
    Tensor between = jump.x().add(m.sub(jump.s()).mul(first.narrow(1, 0, D)));
    Tensor target = first.add(frozen.rate(between, m, jump.t())).mul(0.5);
    return flow.add(error(live.rate(jump.x(), jump.s(), jump.t()), target));
  }

  private static Tensor trajectory(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    return trajectory(trained, live, frozen, true);
  }

  private static Tensor plainTrajectory(Trained trained, JointFlowMap live, JointFlowMap frozen) {
    return trajectory(trained, live, frozen, false);
  }

  private static Tensor trajectory(
      Trained trained, JointFlowMap live, JointFlowMap frozen, boolean compensated) {
    Query q = trained.queries().get(0);
    NodePairs pairs = NodePairs.find(trained.trajectories(), q);
    Tensor h = q.t().sub(q.s());
    Tensor rate = live.rate(q.x(), q.s(), q.t());
    Tensor u = pairs.end().sub(q.x()).div(h);
    Tensor target = pairs.divergence().div(h);
    if (compensated) {
      Tensor landed = q.x().add(h.mul(frozen.rate(q.x(), q.s(), q.t()).narrow(1, 0, D)));
      Tensor left = q.t().subtractFrom(1).clamp(0.03, 1);
      Tensor score = q.t().mul(pairs.endVelocity()).sub(pairs.end()).div(left);
      Tensor shift = score.mul(landed.sub(pairs.end())).sumKeep(1).div(h).clamp(-2 * D, 2 * D);
      target = target.sub(Tensor.where(q.t().lessThan(0.97), shift, shift.zerosLike()));
    }
    Tensor ofU = robust(rate.narrow(1, 0, D).sub(u)).sum(1).mean();
    return ofU.add(robust(rate.column(D).sub(target).div(D)).mean());
  }

  private static Tensor robust(Tensor e) {
    return e.square().add(1).sqrt().sub(1).mul(2);
  }

  private static Trained trained(Case c, NetworkFlowMap map) {
    NetworkVelocity teacher = Students.teacher(TYPE);
    Trajectories solved = Students.trajectories(teacher, TYPE);
    Students.Recording recording = new Students.Recording(map);
    c.factory().of(recording, teacher, solved, 1).loss(ROWS, new Rng(9));
    return new Trained(teacher, solved, recording.queries());
  }

  private static NetworkFlowMap moved(NetworkFlowMap map, Tensor direction, double step) {
    Network network = map.network();
    Parameters old = network.parameters();
    Tensor flat = old.flat().detach().addScaled(direction, step);
    return Students.map(network.with(Parameters.over(old.entries(), flat)));
  }

  private static double slope(Function<Double, Tensor> loss) {
    double h = 1e-3;
    return Autograd.noGrad(
        () ->
            (8 * (loss.apply(h).item() - loss.apply(-h).item())
                    - (loss.apply(2 * h).item() - loss.apply(-2 * h).item()))
                / (12 * h));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientIsThatAgainstAFrozenCopy(Case c) {
    NetworkFlowMap map = Students.map(TYPE);
    Trained trained = trained(c, map);
    BiFunction<JointFlowMap, NetworkVelocity, Tensor> loss =
        (m, teacher) ->
            c.factory().of(m, teacher, trained.trajectories(), 1).loss(ROWS, new Rng(9));
    Tensor value = loss.apply(map, trained.teacher());
    assertEquals(c.frozen().loss(trained, map, map).item(), value.item(), 1e-11);

    Parameters parameters = map.network().parameters();
    Tensor gradient = parameters.flatten(Autograd.grad(value, parameters.variables()));
    double withMovingTargets = 0;
    for (int k = 0; k < 6; k++) {
      Tensor direction = new Rng(20 + k).normal(TYPE, parameters.count());
      double along = gradient.mul(direction).sum().item();
      double expected = slope(e -> c.frozen().loss(trained, moved(map, direction, e), map));
      assertEquals(expected, along, 1e-6 * (1 + Math.abs(expected)), "direction " + k);
      double moving = slope(e -> loss.apply(moved(map, direction, e), trained.teacher()));
      withMovingTargets = Math.max(withMovingTargets, Math.abs(moving - expected));
    }
    // Had the targets carried gradients, the comparison would have noticed.
    assertEquals(c.movingTargets(), withMovingTargets > 0.01, "" + withMovingTargets);
  }

  static List<Method> methods() {
    return Methods.all();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theDivergencePartLeavesTheVelocityRowsAlone(Method method) {
    MethodContract.theDivergencePartLeavesTheVelocityAlone(method);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void noGradientReachesTheTeacher(Method method) {
    MethodContract.noGradientReachesTheTeacher(method);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDivergencePartOfACaseLeavesTheVelocityRowsAlone(Case c) {
    NetworkFlowMap map = Students.map(TYPE);
    NetworkVelocity teacher = Students.teacher(TYPE);
    Trajectories solved = Students.trajectories(teacher, TYPE);
    List<Tensor> outputs =
        List.of(
            map.network().parameters().get("output.weight"),
            map.network().parameters().get("output.bias"));
    double[][][] gradients = new double[2][2][];
    for (int weight = 0; weight < 2; weight++) {
      Tensor loss = c.factory().of(map, teacher, solved, weight).loss(ROWS, new Rng(9));
      List<Tensor> g = Autograd.grad(loss, outputs);
      gradients[weight] = new double[][] {g.get(0).toDoubles(), g.get(1).toDoubles()};
    }
    for (int i = 0; i < 2; i++) {
      int perRow = gradients[0][i].length / (D + 1);
      double[] without = gradients[0][i];
      double[] with = gradients[1][i];
      assertArrayEquals(
          Arrays.copyOf(without, D * perRow), Arrays.copyOf(with, D * perRow), "velocity rows");
      for (int k = D * perRow; k < with.length; k++) {
        assertEquals(0, without[k], "divergence row without a divergence part");
      }
      // The two jumps of a cycle have the same bias, which drops out of their difference.
      assertTrue(
          (i == 1 && c.name().equals("cycle"))
              || Arrays.stream(with, D * perRow, with.length).anyMatch(v -> Math.abs(v) > 1e-4),
          "divergence row with a divergence part");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noGradientOfACaseReachesTheTeacher(Case c) {
    NetworkFlowMap map = Students.map(TYPE);
    NetworkVelocity teacher = Students.teacher(TYPE);
    Trajectories solved = Students.trajectories(teacher, TYPE);
    Tensor loss = c.factory().of(map, teacher, solved, 1).loss(ROWS, new Rng(9));
    Parameters parameters = teacher.network().parameters();
    Tensor gradient = parameters.flatten(Autograd.grad(loss, parameters.variables()));
    assertEquals(0, gradient.abs().max().item());
  }
}
