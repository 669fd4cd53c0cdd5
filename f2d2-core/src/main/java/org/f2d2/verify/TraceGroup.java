package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.column;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * Targets for the divergence: Hutchinson's probes and the residual of the velocity.
 *
 * <p>Means over probes are exact, not sampled: over all 2^d signs for Rademacher probes, and over
 * the product of a three-point Gauss-Hermite rule for Gaussian ones, which integrates the fourth
 * powers in a variance without error.
 */
final class TraceGroup {

  private static final int D = 3;
  private static final double LIMIT = 1e-10;
  private static final double[] SIGNS = {-1, 1};
  private static final double[] SIGN_WEIGHTS = {0.5, 0.5};
  private static final double[] HERMITE = {-Math.sqrt(3), 0, Math.sqrt(3)};
  private static final double[] HERMITE_WEIGHTS = {1.0 / 6, 2.0 / 3, 1.0 / 6};

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private TraceGroup() {}

  static Verification.Group create() {
    TraceGroup group = new TraceGroup();
    group.addProbes();
    group.addResidualTarget();
    group.addConditionalDivergence();
    return new Verification.Group("divergence targets", group.checks, group.mutants);
  }

  /** Mean and variance of εᵀ J ε over the probes. */
  private record Moments(double mean, double variance) {}

  private static ClosedFormFlow flow() {
    return new GaussianMixtureFlow(
        new double[] {0.4, 0.6},
        new double[][] {{1, 0, -1}, {-1, 0.5, 0.5}},
        new double[][][] {
          {{0.5, 0.2, -0.1}, {0.2, 0.4, 0.1}, {-0.1, 0.1, 0.3}},
          {{1, 0.6, 0}, {0.6, 1, 0.2}, {0, 0.2, 0.25}}
        },
        1);
  }

  private static Tensor point() {
    return Tensor.of(new double[] {0.2, -0.1, 0.3}, 1, D);
  }

  private static Tensor time() {
    return column(0.6, 1);
  }

  // The flow plus a linear field without divergence, so that the Jacobian is not symmetric.
  private static Tensor velocity(Tensor x) {
    Tensor turn = Tensor.of(new double[] {0, 2, -1, -1, 0, 0.5, 0.3, -0.7, 0}, D, D);
    return flow().velocity(x, time()).add(x.linear(turn));
  }

  private static double[][] jacobian() {
    double[][] j = new double[D][D];
    for (int k = 0; k < D; k++) {
      Tensor direction = Tensor.eye(D, DType.FLOAT64).rows(k, k + 1);
      double[] column =
          Autograd.jvp(TraceGroup::velocity, point(), direction).tangent().toDoubles();
      for (int i = 0; i < D; i++) {
        j[i][k] = column[i];
      }
    }
    return j;
  }

  private static Moments moments(double[] nodes, double[] weights) {
    int count = (int) Math.pow(nodes.length, D);
    double mean = 0;
    double square = 0;
    for (int k = 0; k < count; k++) {
      double[] probe = new double[D];
      double weight = 1;
      int index = k;
      for (int i = 0; i < D; i++) {
        probe[i] = nodes[index % nodes.length];
        weight *= weights[index % nodes.length];
        index /= nodes.length;
      }
      Tensor direction = Tensor.of(probe, 1, D);
      Tensor along = Autograd.jvp(TraceGroup::velocity, point(), direction).tangent();
      double value = along.mul(direction).sum().item();
      mean += weight * value;
      square += weight * value * value;
    }
    return new Moments(mean, square - mean * mean);
  }

  private static double trace() {
    return flow().joint(point(), time()).column(D).item();
  }

  private void addProbes() {
    String on = "3-D mixture plus a rotation";
    checks.add(
        () ->
            Check.of(
                "Hutchinson with Rademacher probes is unbiased",
                on,
                Math.abs(moments(SIGNS, SIGN_WEIGHTS).mean() - trace()),
                LIMIT));
    checks.add(
        () ->
            Check.of(
                "Hutchinson with Gaussian probes is unbiased",
                on,
                Math.abs(moments(HERMITE, HERMITE_WEIGHTS).mean() - trace()),
                LIMIT));
    checks.add(
        () ->
            Check.of(
                "variance of Rademacher probes: 2 sum over i != j of S_ij^2",
                on,
                Math.abs(moments(SIGNS, SIGN_WEIGHTS).variance() - variance(false)),
                LIMIT));
    checks.add(
        () ->
            Check.of(
                "variance of Gaussian probes: 2 |S|^2",
                on,
                Math.abs(moments(HERMITE, HERMITE_WEIGHTS).variance() - variance(true)),
                LIMIT));
    mutants.add(
        () ->
            Mutant.of(
                "Hutchinson: probes uniform on [-1, 1], variance 1/3",
                Math.abs(
                    moments(
                                new double[] {-Math.sqrt(0.6), 0, Math.sqrt(0.6)},
                                new double[] {5.0 / 18, 4.0 / 9, 5.0 / 18})
                            .mean()
                        - trace())));
    mutants.add(
        () ->
            Mutant.of(
                "variance of Rademacher probes: diagonal of S counted",
                Math.abs(moments(SIGNS, SIGN_WEIGHTS).variance() - variance(true))));
    mutants.add(
        () -> {
          double[][] j = jacobian();
          double wrong = 0;
          for (int i = 0; i < D; i++) {
            for (int k = 0; k < D; k++) {
              wrong += i == k ? 0 : 2 * j[i][k] * j[i][k];
            }
          }
          return Mutant.of(
              "variance of Rademacher probes: Jacobian in place of its symmetric part",
              Math.abs(moments(SIGNS, SIGN_WEIGHTS).variance() - wrong));
        });
  }

  private static double variance(boolean withDiagonal) {
    double[][] j = jacobian();
    double sum = 0;
    for (int i = 0; i < D; i++) {
      for (int k = 0; k < D; k++) {
        double symmetric = 0.5 * (j[i][k] + j[k][i]);
        sum += i != k || withDiagonal ? 2 * symmetric * symmetric : 0;
      }
    }
    return sum;
  }

  // The mean of |w - u|² given x is Var(w|x) + |v - u|².
  private static Tensor residualTarget(DiagonalGroup.Facts f, double error, double variance) {
    Tensor square = f.spread().add(error * error);
    return f.t().mul(square).div(variance).sub(1).div(f.t().subtractFrom(1));
  }

  private void addResidualTarget() {
    for (double noiseScale : new double[] {1, 0.5}) {
      String on = "1-D mixture, prior sd " + noiseScale + ", trapezoid rule";
      checks.add(
          () -> {
            DiagonalGroup.Facts f = DiagonalGroup.facts(noiseScale);
            return Check.of(
                "the residual target is unbiased for an exact velocity",
                on,
                TestGrid.largest(residualTarget(f, 0, f.variance()).sub(f.divergence())),
                LIMIT);
          });
      checks.add(
          () -> {
            DiagonalGroup.Facts f = DiagonalGroup.facts(noiseScale);
            double e = 0.3;
            Tensor bias = residualTarget(f, e, f.variance()).sub(f.divergence());
            Tensor known = f.t().mul(e * e / f.variance()).div(f.t().subtractFrom(1));
            return Check.of(
                "its bias for a velocity error e is t e^2/((1-t) prior variance)",
                on,
                TestGrid.largest(bias.sub(known)),
                LIMIT);
          });
    }
    mutants.add(
        () -> {
          DiagonalGroup.Facts f = DiagonalGroup.facts(0.5);
          return Mutant.of(
              "residual target: prior variance left out",
              TestGrid.mean(residualTarget(f, 0, 1).sub(f.divergence())));
        });
  }

  // In 2-D: the mean over the density of both axes.
  private static double conditionalBias(double t) {
    QuantileFlow flow = QuantileFlow.reference(1);
    Quadrature q = Quadrature.of(flow, t, 10, 2001);
    Tensor divergence = flow.joint(q.x(), column(t, q.x().size(0))).column(1);
    return 2 * (-1 / (1 - t) - q.mean(divergence));
  }

  private void addConditionalDivergence() {
    double[] times = {0.1, 0.5, 0.9};
    double[] known = {-0.55, -4.8, -21.6};
    double[] digits = {0.0051, 0.051, 0.051};
    for (int i = 0; i < times.length; i++) {
      double t = times[i];
      double bias = known[i];
      double limit = digits[i];
      checks.add(
          () ->
              Check.of(
                  "bias of the conditional divergence at t = " + t + ": " + bias,
                  "rotated 2-D mixture, prior sd 1",
                  Math.abs(conditionalBias(t) - bias),
                  limit));
      mutants.add(
          () ->
              Mutant.of(
                  "conditional divergence as target, t = " + t, Math.abs(conditionalBias(t))));
    }
  }
}
