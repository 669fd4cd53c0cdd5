package org.f2d2.verify;

import static org.f2d2.verify.ExactMap.log2;
import static org.f2d2.verify.ExactMap.rootLoss;
import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.LogDensityHead;
import org.f2d2.objective.LogDensityRegression;
import org.f2d2.objective.Trajectories;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Regression on solved trajectories. With the closed form as teacher and student what is left of
 * the loss is the error of the solver, of order 4 in the step.
 */
final class TrajectoryGroup {

  private static final int ROWS = 2000;
  private static final int COUNT = 300;
  private static final double LAST_SCORE_TIME = 0.97;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private TrajectoryGroup() {}

  static Verification.Group create() {
    TrajectoryGroup group = new TrajectoryGroup();
    for (Kind kind : KINDS) {
      group.addSolverOrder(kind);
      group.addCompensation(kind);
    }
    for (Direction direction : Direction.values()) {
      group.addMutants(direction);
    }
    return new Verification.Group("regression on trajectories", group.checks, group.mutants);
  }

  private static TestGrid flow(Kind kind) {
    return TestGrid.of(kind, 1, Direction.FORWARD);
  }

  private static Trajectories solve(ClosedFormFlow flow, int intervals) {
    // Every node is exact, so that the step is the same everywhere.
    return Trajectories.solve(
        flow,
        new ClosedFormRows(flow),
        COUNT,
        DType.FLOAT64,
        new Trajectories.Options(intervals, 1, COUNT, 0.4, 0),
        new Rng(7),
        (parts, work) -> IntStream.range(0, parts).mapToObj(work).toList());
  }

  private record ExactLogDensityHead(ClosedFormFlow flow) implements LogDensityHead {
    @Override
    public int dimensions() {
      return flow.dimensions();
    }

    @Override
    public Tensor logDensity(Tensor x, Tensor t) {
      return flow.logDensity(x, t);
    }
  }

  private static double regression(Kind kind, int intervals) {
    TestGrid g = flow(kind);
    return rootLoss(
        new TrajectoryRegression(
            g.map(), solve(g.flow(), intervals), TrajectoryRegression.Options.DEFAULT),
        ROWS,
        new Rng(8));
  }

  private static double logDensityHead(Kind kind, int intervals) {
    TestGrid g = flow(kind);
    return rootLoss(
        new LogDensityRegression(
            new ExactLogDensityHead(g.flow()),
            solve(g.flow(), intervals),
            new LogDensityRegression.Options(0.5, 1)),
        ROWS,
        new Rng(9));
  }

  private void addSolverOrder(Kind kind) {
    addSolverOrder(kind, "trajectory regression", n -> regression(kind, n));
    addSolverOrder(kind, "log-density regression", n -> logDensityHead(kind, n));
  }

  private void addSolverOrder(Kind kind, String name, Function<Integer, Double> root) {
    String on = kind + ", prior sd 1, " + COUNT + " trajectories, " + ROWS + " random rows";
    checks.add(
        () ->
            Check.of(
                name + ": loss at the exact map, 32 intervals",
                on,
                Math.pow(root.apply(32), 2),
                1e-8));
    checks.add(
        () ->
            Check.of(
                name + ": root of the loss at the exact map, 256 intervals",
                on,
                root.apply(256),
                1e-8));
    checks.add(
        () ->
            Check.of(
                name + ": what is left is of order 4 in the step",
                on,
                Math.abs(log2(root.apply(64) / root.apply(128)) - 4),
                0.3));
  }

  /**
   * A student whose u is wrong by e b and whose D makes the accumulated log-density right for where
   * its own jump lands: log p_s(x) - (t-s) D = log p_t(X̂). At late target times, where no
   * compensation is made, its D is the exact one.
   */
  private record Consistent(TestGrid grid, double size) implements JointFlowMap {
    @Override
    public int dimensions() {
      return grid.map().dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      int d = dimensions();
      Tensor rate = grid.map().rate(x, s, t);
      Tensor u =
          JointFlowMap.velocity(rate, d)
              .addScaled(JointFlowMap.velocity(PerturbedMap.bump(x, s, t), d), size);
      Tensor landed = x.addProduct(t.sub(s), u);
      Tensor own =
          grid.flow().logDensity(x, s).sub(grid.flow().logDensity(landed, t)).div(t.sub(s));
      Tensor early = t.lessThan(LAST_SCORE_TIME);
      return Tensor.cat(1, u, Tensor.where(early, own, JointFlowMap.divergence(rate, d)));
    }
  }

  /** The root of the loss's part of D. */
  private static double divergencePart(
      TestGrid g, Trajectories trajectories, double size, boolean compensation) {
    Consistent student = new Consistent(g, size);
    double[] loss = new double[2];
    for (int weight = 0; weight < 2; weight++) {
      TrajectoryRegression objective =
          new TrajectoryRegression(
              student,
              trajectories,
              new TrajectoryRegression.Options(weight, 0.5, 0.6, compensation));
      loss[weight] = Autograd.noGrad(() -> objective.loss(ROWS, new Rng(10))).item();
    }
    return Math.sqrt(loss[1] - loss[0]);
  }

  private void addCompensation(Kind kind) {
    String on = kind + ", prior sd 1, " + ROWS + " random rows";
    addCompensation(
        "compensated D-target: error of order 2 in the student's error of u", on, kind, true, 2);
    addCompensation(
        "plain D-target: error of order 1 in the student's error of u", on, kind, false, 1);
  }

  private void addCompensation(
      String name, String on, Kind kind, boolean compensation, double order) {
    checks.add(
        () -> {
          TestGrid g = flow(kind);
          Trajectories trajectories = solve(g.flow(), 64);
          double coarse = divergencePart(g, trajectories, 0.04, compensation);
          double fine = divergencePart(g, trajectories, 0.02, compensation);
          return Check.of(name, on, Math.abs(log2(coarse / fine) - order), 0.1);
        });
  }

  private void addMutant(String name, Direction direction, Function<TestGrid, Tensor> residual) {
    mutants.add(
        () ->
            Mutant.of(
                name + " (" + direction + ")",
                mean(residual.apply(TestGrid.of(Kind.MIXTURE, 1, direction)))));
  }

  // Right: D - score(X, t) . (Xhat - X)/(t-s) against ( log p_s(x) - log p_t(Xhat) )/(t-s); at
  // t = 1 there is no score.
  private static Tensor landing(TestGrid g, double sign) {
    double size = 0.2;
    int d = g.map().dimensions();
    Tensor bump = JointFlowMap.velocity(PerturbedMap.bump(g.x(), g.s(), g.t()), d);
    Tensor shift = bump.mul(size);
    Tensor u = JointFlowMap.velocity(g.rate(), d);
    Tensor end = g.x().addProduct(g.step(), u);
    Tensor landed = end.addProduct(g.step(), shift);
    Tensor early = g.t().lessThan(LAST_SCORE_TIME);
    Tensor t = Tensor.where(early, g.t(), g.t().zerosLike());
    Tensor score = t.mul(g.flow().velocity(end, t)).sub(end).div(t.subtractFrom(1));
    Tensor target =
        JointFlowMap.divergence(g.rate(), d).addScaled(score.mul(shift).sumKeep(1), -sign);
    Tensor wanted =
        g.flow().logDensity(g.x(), g.s()).sub(g.flow().logDensity(landed, g.t())).div(g.step());
    return Tensor.where(early, target.sub(wanted), wanted.zerosLike());
  }

  /** A of the jump from time 0 to s, worked out by the map, at x. */
  private static Tensor accumulated(TestGrid g) {
    Tensor zero = g.s().zerosLike();
    return JointFlowMap.divergence(g.map().rate(g.x(), g.s(), zero), g.map().dimensions())
        .mul(g.s());
  }

  private static Tensor start(TestGrid g) {
    Tensor zero = g.s().zerosLike();
    return JointFlowMap.jump(g.x(), g.s(), zero, g.map().rate(g.x(), g.s(), zero));
  }

  private void addMutants(Direction direction) {
    addMutant(
        "trajectory regression: compensation of the wrong sign", direction, g -> landing(g, -1));
    addMutant("trajectory regression: no compensation", direction, g -> landing(g, 0));
    addMutant(
        "trajectory regression: sign of the D-target turned",
        direction,
        g -> {
          Tensor change = g.flow().logDensity(end(g), g.t()).sub(g.flow().logDensity(g.x(), g.s()));
          return JointFlowMap.divergence(g.rate(), g.map().dimensions()).sub(change.div(g.step()));
        });
    addMutant(
        "trajectory regression: accumulated divergence not divided by t-s",
        direction,
        g -> JointFlowMap.divergence(g.rate(), g.map().dimensions()).mul(g.step().subtractFrom(1)));
    addMutant(
        "log-density regression: plus A",
        direction,
        g ->
            g.flow()
                .logDensity(g.x(), g.s())
                .sub(LikelihoodGroup.logNormal(start(g), 1).add(accumulated(g))));
    addMutant(
        "log-density regression: prior at X, not at its start",
        direction,
        g ->
            g.flow()
                .logDensity(g.x(), g.s())
                .sub(LikelihoodGroup.logNormal(g.x(), 1).sub(accumulated(g))));
    addMutant(
        "log-density regression: constant of the prior missing",
        direction,
        g ->
            g.flow()
                .logDensity(g.x(), g.s())
                .sub(start(g).square().sumKeep(1).mul(-0.5).sub(accumulated(g))));
  }

  private static Tensor end(TestGrid g) {
    return JointFlowMap.jump(g.x(), g.s(), g.t(), g.rate());
  }
}
