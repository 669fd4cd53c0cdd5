package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.largest;
import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/** The identities of flow maps, and the ways in which they are got wrong. */
final class IdentityGroup {

  private static final double LIMIT = 1e-8;

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private IdentityGroup() {}

  static Verification.Group create() {
    IdentityGroup group = new IdentityGroup();
    for (Kind kind : Kind.values()) {
      for (double noiseScale : new double[] {1, 0.5}) {
        for (Direction direction : Direction.values()) {
          group.addChecks(kind, noiseScale, direction);
        }
      }
    }
    for (Direction direction : Direction.values()) {
      group.addSemigroupAndCycleMutants(direction);
      group.addEulerianMutants(direction);
      group.addLagrangianMutants(direction);
    }
    group.addBlindSpotOfOneGaussian();
    return new Verification.Group("identities of flow maps", group.checks, group.mutants);
  }

  private void addChecks(Kind kind, double noiseScale, Direction direction) {
    String on = TestGrid.title(kind, noiseScale, direction);
    Supplier<TestGrid> grid = () -> TestGrid.of(kind, noiseScale, direction);
    addCheck(
        "semigroup",
        on,
        grid,
        g -> FlowMapIdentities.semigroup(g.map(), g.x(), g.s(), g.t(), g.r()).residual());
    addCheck(
        "Eulerian",
        on,
        grid,
        g -> FlowMapIdentities.eulerian(g.map(), g.flow(), g.x(), g.s(), g.t()).residual());
    addCheck(
        "Lagrangian",
        on,
        grid,
        g -> FlowMapIdentities.lagrangian(g.map(), g.flow(), g.x(), g.s(), g.t()).residual());
    addCheck(
        "cycle", on, grid, g -> FlowMapIdentities.cycle(g.map(), g.x(), g.s(), g.t()).residual());
    addCheck(
        "diagonal f(x,t,t) = g(x,t)",
        on,
        grid,
        g -> g.map().rate(g.x(), g.s(), g.s()).sub(g.field()));
    addCheck(
        "transport d_s X + grad X v = 0 and d_s A + v . grad A = -div v",
        on,
        grid,
        g -> transport(g).add(onlyDivergence(g, g.field())));
  }

  private void addCheck(
      String name, String on, Supplier<TestGrid> grid, Function<TestGrid, Tensor> residual) {
    checks.add(() -> Check.of(name, on, largest(residual.apply(grid.get())), LIMIT));
  }

  private void addMutant(String name, Direction direction, Function<TestGrid, Tensor> residual) {
    mutants.add(
        () ->
            Mutant.of(
                name + " (" + direction + ")",
                mean(residual.apply(TestGrid.of(Kind.MIXTURE, 1, direction)))));
  }

  private void addSemigroupAndCycleMutants(Direction direction) {
    addMutant(
        "semigroup: second half taken from x, not from X",
        direction,
        g -> g.rate().sub(average(g, g.map().rate(g.x(), g.s(), g.r()), secondHalf(g, g.x()))));
    addMutant(
        "semigroup: half-jumps summed, not averaged",
        direction,
        g -> g.rate().sub(g.map().rate(g.x(), g.s(), g.r()).add(secondHalf(g, between(g)))));
    addMutant(
        "semigroup: weights of the halves swapped",
        direction,
        g ->
            g.rate().sub(average(g, secondHalf(g, between(g)), g.map().rate(g.x(), g.s(), g.r()))));
    addMutant(
        "cycle: way back taken from x, not from X",
        direction,
        g -> g.rate().sub(g.map().rate(g.x(), g.t(), g.s())));
    addMutant(
        "cycle: way back queried forward",
        direction,
        g -> g.rate().sub(g.map().rate(end(g), g.s(), g.t())));
    addMutant(
        "cycle: sign turned", direction, g -> g.rate().add(g.map().rate(end(g), g.t(), g.s())));
  }

  private void addEulerianMutants(Direction direction) {
    addMutant(
        "Eulerian: minus sign",
        direction,
        g -> g.rate().sub(g.field()).add(g.step().mul(alongPath(g))));
    addMutant(
        "Eulerian: source of D missing",
        direction,
        g -> divergence(g, g.rate()).sub(g.step().mul(divergence(g, alongPath(g)))));
    addMutant(
        "Eulerian: v . grad D missing",
        direction,
        g -> {
          Tensor inTime =
              Autograd.jvp(s -> g.map().rate(g.x(), s, g.t()), g.s(), g.s().onesLike()).tangent();
          return divergence(g, g.rate().sub(g.field()).sub(g.step().mul(inTime)));
        });
    addMutant(
        "Eulerian: source at the target time",
        direction,
        g -> g.rate().sub(g.flow().joint(g.x(), g.t())).sub(g.step().mul(alongPath(g))));
    addMutant(
        "transport: accumulated divergence without a source",
        direction,
        g -> divergence(g, transport(g)));
  }

  private void addLagrangianMutants(Direction direction) {
    addMutant(
        "Lagrangian: right side at x, not at X",
        direction,
        g -> lagrangianLeft(g).sub(g.flow().joint(g.x(), g.t())));
    addMutant(
        "Lagrangian: right side at the source time",
        direction,
        g -> lagrangianLeft(g).sub(g.flow().joint(end(g), g.s())));
    addMutant(
        "Lagrangian: time derivative missing",
        direction,
        g -> g.rate().sub(g.flow().joint(end(g), g.t())));
    addMutant(
        "Lagrangian: minus sign",
        direction,
        g -> g.rate().mul(2).sub(lagrangianLeft(g)).sub(g.flow().joint(end(g), g.t())));
    addMutant(
        "jump: |t-s| in place of t-s",
        direction,
        g -> {
          Tensor u = JointFlowMap.velocity(g.rate(), g.map().dimensions());
          Tensor there = g.x().addProduct(g.step().abs(), u);
          Tensor back = JointFlowMap.velocity(g.map().rate(there, g.t(), g.s()), 1);
          // Going there and back one of the two steps has the wrong sign.
          return there.addProduct(g.step().abs(), back).sub(g.x());
        });
  }

  // The D of one Gaussian is the same at every x, so the missing term is zero there. That is why
  // the mutants are run on a mixture.
  private void addBlindSpotOfOneGaussian() {
    checks.add(
        () -> {
          TestGrid g = TestGrid.of(Kind.GAUSSIAN, 1, Direction.BACKWARD);
          Tensor inTime =
              Autograd.jvp(s -> g.map().rate(g.x(), s, g.t()), g.s(), g.s().onesLike()).tangent();
          Tensor residual = divergence(g, g.rate().sub(g.field()).sub(g.step().mul(inTime)));
          return Check.of(
              "one Gaussian does not notice a missing v . grad D",
              TestGrid.title(Kind.GAUSSIAN, 1, Direction.BACKWARD),
              largest(residual),
              LIMIT);
        });
  }

  private static Tensor average(TestGrid g, Tensor first, Tensor second) {
    Tensor share = g.t().sub(g.r()).div(g.step());
    return first.addProduct(share, second.sub(first));
  }

  private static Tensor between(TestGrid g) {
    return JointFlowMap.jump(g.x(), g.s(), g.r(), g.map().rate(g.x(), g.s(), g.r()));
  }

  private static Tensor secondHalf(TestGrid g, Tensor from) {
    return g.map().rate(from, g.r(), g.t());
  }

  private static Tensor end(TestGrid g) {
    return JointFlowMap.jump(g.x(), g.s(), g.t(), g.rate());
  }

  private static Tensor lagrangianLeft(TestGrid g) {
    return FlowMapIdentities.lagrangianLeft(g.map(), g.x(), g.s(), g.t()).left();
  }

  /** JVP[f](v, 1, 0). */
  private static Tensor alongPath(TestGrid g) {
    return Autograd.jvp(
            in -> g.map().rate(in.get(0), in.get(1), g.t()),
            List.of(g.x(), g.s()),
            List.of(g.flow().velocity(g.x(), g.s()), g.s().onesLike()))
        .tangent();
  }

  /** The derivatives of (X, A) along (v, 1) in (x, s). */
  private static Tensor transport(TestGrid g) {
    int d = g.map().dimensions();
    return Autograd.jvp(
            in -> {
              Tensor moved = g.map().rate(in.get(0), in.get(1), g.t());
              Tensor accumulated = moved.mul(g.t().sub(in.get(1)));
              Tensor end = in.get(0).add(JointFlowMap.velocity(accumulated, d));
              return Tensor.cat(1, end, JointFlowMap.divergence(accumulated, d));
            },
            List.of(g.x(), g.s()),
            List.of(g.flow().velocity(g.x(), g.s()), g.s().onesLike()))
        .tangent();
  }

  private static Tensor onlyDivergence(TestGrid g, Tensor joint) {
    int d = g.map().dimensions();
    Tensor none = JointFlowMap.velocity(joint, d).zerosLike();
    return Tensor.cat(1, none, JointFlowMap.divergence(joint, d));
  }

  private static Tensor divergence(TestGrid g, Tensor joint) {
    return JointFlowMap.divergence(joint, g.map().dimensions());
  }
}
