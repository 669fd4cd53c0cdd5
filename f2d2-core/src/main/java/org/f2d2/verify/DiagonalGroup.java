package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.largest;
import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * What the velocity of the linear path says about data, noise, score and divergence.
 *
 * <p>The moments of data and noise given x_t = x are worked out by the trapezoid rule from the
 * joint law, without any of the formulas under test.
 */
final class DiagonalGroup {

  private static final double LIMIT = 1e-10;
  private static final double[] TIMES = {0.1, 0.35, 0.6, 0.85};
  private static final int NODES = 4001;

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private DiagonalGroup() {}

  static Verification.Group create() {
    DiagonalGroup group = new DiagonalGroup();
    for (double noiseScale : new double[] {1, 0.5}) {
      group.addChecks(noiseScale);
    }
    group.addMutants();
    return new Verification.Group("diagonal of the linear path", group.checks, group.mutants);
  }

  /**
   * Points with what is known of them; columns [n, 1].
   *
   * @param variance σ₀²
   * @param data E[x₁|x]
   * @param spread Var(w|x)
   * @param score d/dx log p_t
   */
  record Facts(
      Tensor x,
      Tensor t,
      double variance,
      Tensor velocity,
      Tensor divergence,
      Tensor data,
      Tensor spread,
      Tensor score) {}

  /** Facts of the 1-D mixture at eleven points and all times. */
  static Facts facts(double noiseScale) {
    QuantileFlow flow = QuantileFlow.reference(noiseScale);
    Tensor points = TestGrid.points(1, 11);
    long n = points.size(0);
    Tensor x = points.repeat(TIMES.length, 1);
    Tensor t = Tensor.of(TIMES, TIMES.length, 1).expand(TIMES.length, n).reshape(-1, 1);
    Quadrature data = Quadrature.of(flow, 1, 9, NODES);
    Tensor x1 = data.x().transpose();
    Tensor noise = x.sub(t.mul(x1)).div(t.subtractFrom(1));
    Tensor likelihood = noise.square().mul(-0.5 / (noiseScale * noiseScale)).exp();
    Tensor weight = likelihood.mul(data.probability().transpose());
    Tensor posterior = weight.div(weight.sumKeep(1));
    Tensor expected = posterior.mul(x1).sumKeep(1);
    Tensor w = x1.sub(noise);
    Tensor spread = posterior.mul(w.sub(posterior.mul(w).sumKeep(1)).square()).sumKeep(1);
    Tensor g = flow.joint(x, t);
    Tensor score = Autograd.jvp(y -> flow.logDensity(y, t), x, x.onesLike()).tangent();
    return new Facts(
        x, t, noiseScale * noiseScale, g.column(0), g.column(1), expected, spread, score);
  }

  private void addChecks(double noiseScale) {
    addCheck(
        "E[x1|x] = x + (1-t) v",
        noiseScale,
        (f, left) -> f.x().addProduct(left, f.velocity()).sub(f.data()));
    addCheck(
        "E[z|x] = x - t v",
        noiseScale,
        (f, left) ->
            f.x().sub(f.t().mul(f.velocity())).sub(f.x().sub(f.t().mul(f.data())).div(left)));
    addCheck(
        "v = (E[x1|x] - x)/(1-t)",
        noiseScale,
        (f, left) -> f.data().sub(f.x()).div(left).sub(f.velocity()));
    addCheck(
        "score = (t v - x)/((1-t) prior variance)",
        noiseScale,
        (f, left) -> f.t().mul(f.velocity()).sub(f.x()).div(left.mul(f.variance())).sub(f.score()));
    addCheck(
        "div v = (t Var(w|x)/prior variance - d)/(1-t)",
        noiseScale,
        (f, left) -> f.t().mul(f.spread()).div(f.variance()).sub(1).div(left).sub(f.divergence()));
  }

  private void addCheck(
      String name, double noiseScale, BiFunction<Facts, Tensor, Tensor> residual) {
    checks.add(
        () -> {
          Facts facts = facts(noiseScale);
          return Check.of(
              name,
              "1-D mixture, prior sd " + noiseScale + ", trapezoid rule",
              largest(residual.apply(facts, facts.t().subtractFrom(1))),
              LIMIT);
        });
  }

  private void addMutants() {
    addMutant("E[x1|x]: minus sign", (f, left) -> f.x().sub(left.mul(f.velocity())).sub(f.data()));
    addMutant(
        "E[x1|x]: t in place of 1-t",
        (f, left) -> f.x().addProduct(f.t(), f.velocity()).sub(f.data()));
    addMutant(
        "score: prior variance left out",
        (f, left) -> f.t().mul(f.velocity()).sub(f.x()).div(left).sub(f.score()));
    addMutant(
        "score: (v - x)/(1-t), factor t left out",
        (f, left) -> f.velocity().sub(f.x()).div(left.mul(f.variance())).sub(f.score()));
    addMutant(
        "div v: prior variance left out",
        (f, left) -> f.t().mul(f.spread()).sub(1).div(left).sub(f.divergence()));
    addMutant(
        "div v: divergence of the conditional velocity, -d/(1-t), as target",
        (f, left) -> left.reciprocal().neg().sub(f.divergence()));
  }

  private void addMutant(String name, BiFunction<Facts, Tensor, Tensor> residual) {
    mutants.add(
        () -> {
          Facts facts = facts(0.5);
          return Mutant.of(name, mean(residual.apply(facts, facts.t().subtractFrom(1))));
        });
  }
}
