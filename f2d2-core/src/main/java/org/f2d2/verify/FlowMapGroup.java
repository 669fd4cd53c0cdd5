package org.f2d2.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.CycleConsistency;
import org.f2d2.objective.DeterminantLink;
import org.f2d2.objective.FlowConsist;
import org.f2d2.objective.ImprovedMeanFlow;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.ProgressiveSelfDistillation;
import org.f2d2.objective.ProgressiveSelfDistillation.Cut;
import org.f2d2.objective.Rectification;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.ExactMap.Make;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Methods meet each other in the limits that their papers state; and the extra losses, and
 * AlphaFlow before its α has fallen, at the closed form.
 */
final class FlowMapGroup {

  private static final double LIMIT = 1e-8;
  private static final int ROWS = 512;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};

  private final List<Supplier<Check>> checks = new ArrayList<>();

  private FlowMapGroup() {}

  static Verification.Group create() {
    FlowMapGroup group = new FlowMapGroup();
    for (Kind kind : KINDS) {
      group.addDataTarget(kind);
      group.addExtraLosses(kind);
      group.addAlphaOrder(kind);
    }
    group.addLimits();
    return new Verification.Group("how methods meet", group.checks, List.of());
  }

  private static Objective improvedMeanFlow(Setting setting) {
    return new ImprovedMeanFlow(setting, 0.25, RowWeight.EQUAL);
  }

  private static Objective meanFlow(Setting setting) {
    return new MeanFlowF2d2(setting, 0.25, RowWeight.EQUAL);
  }

  private void addDataTarget(Kind kind) {
    checks.add(
        () -> {
          TestGrid g = ExactMap.flow(kind);
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
  }

  private void addExtraLosses(Kind kind) {
    addExtraLoss("cycle consistency", kind, CycleConsistency::new);
    addExtraLoss("link to the determinant", kind, DeterminantLink::new);
  }

  private void addExtraLoss(String name, Kind kind, Make loss) {
    checks.add(
        () ->
            Check.of(
                name + ": root of the loss at the exact map",
                ExactMap.on(kind),
                ExactMap.taught(kind, loss),
                LIMIT));
  }

  // With 1/α before the square, an error of order α² has a root loss of order α^(3/2).
  private void addAlphaOrder(Kind kind) {
    for (double alpha : new double[] {0.02, 0.01}) {
      checks.add(
          () -> {
            double order =
                ExactMap.log2(alphaResidual(kind, alpha) / alphaResidual(kind, alpha / 2));
            return Check.of(
                "AlphaFlow: residual at the exact map of order 2 in α at " + alpha,
                ExactMap.on(kind),
                Math.abs(order - 2),
                0.1);
          });
    }
  }

  private static double alphaResidual(Kind kind, double alpha) {
    return Math.sqrt(alpha) * ExactMap.taught(kind, setting -> new AlphaFlow(setting, 0, alpha));
  }

  /** A student that is wrong off the diagonal too, by a size e. */
  private static double[] gradient(Make method) {
    return gradient(method, size -> new PerturbedMap(exact(), size));
  }

  private static JointFlowMap exact() {
    return ExactMap.flow(Kind.ROTATED).map();
  }

  /** The gradient of one batch in the size of a student's error, by a frozen teacher. */
  private static double[] gradient(Make method, Function<Tensor, JointFlowMap> student) {
    return gradient(method, student, ROWS);
  }

  private static double[] gradient(Make method, Function<Tensor, JointFlowMap> student, int rows) {
    Tensor size = Tensor.full(0.3, DType.FLOAT64, 1).variable();
    ClosedFormFlow teacher = ExactMap.flow(Kind.ROTATED).flow();
    Setting setting =
        new Setting(
            student.apply(size), new Instantaneous.Teacher(teacher), new ClosedFormRows(teacher));
    Objective objective = method.of(setting);
    Tensor loss = Autograd.withGrad(() -> objective.loss(rows, new Rng(6)));
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
                                setting,
                                Cut.MIDDLE,
                                new ProgressiveSelfDistillation.Options(0, 0))))),
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
    addLimit(
        "FlowConsist with the exact diagonal and without rectification has MeanFlow's gradient",
        () ->
            relative(
                gradient(
                    FlowMapGroup::flowConsist, size -> new OffDiagonalMap(exact(), size), 4 * ROWS),
                gradient(
                    FlowMapGroup::meanFlow, size -> new OffDiagonalMap(exact(), size), 3 * ROWS)),
        1e-10);
  }

  /** Without rectification: of 4n rows 3n are the map's, the others train the second flow. */
  private static Objective flowConsist(Setting setting) {
    return new FlowConsist(
        setting,
        new FlowConsist.Options(0.25, new Rectification.Options(0, 0, 1, 0)),
        setting.model().secondBranch());
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
    public VelocityField secondBranch() {
      return new DiagonalVelocity(this);
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor step = t.sub(s).mul(size);
      return exact.rate(x, s, t).addProduct(step, PerturbedMap.bump(x, s, t));
    }
  }
}
