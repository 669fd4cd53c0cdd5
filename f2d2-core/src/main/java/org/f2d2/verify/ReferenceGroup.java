package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.column;
import static org.f2d2.verify.TestGrid.largest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.flow.RotatedProductFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Closed-form flows against numbers that were worked out elsewhere, and against each other. */
final class ReferenceGroup {

  /** Half a unit of the eighth decimal, to which the numbers were printed. */
  private static final double PRINTED = 5.1e-9;

  private static final double[] POINTS = {-1.5, -0.5, 0, 0.5, 1.5};

  private final List<Supplier<Check>> checks = new ArrayList<>();

  private ReferenceGroup() {}

  static Verification.Group create() {
    ReferenceGroup group = new ReferenceGroup();
    group.addMixture();
    group.addRotated();
    group.addStandardGaussian();
    group.addMixtureInThePlane();
    return new Verification.Group("reference numbers", group.checks, List.of());
  }

  private void addMixture() {
    add(
        "X from .2 to .85",
        f -> end(f, 0.2, 0.85),
        -1.87935727,
        -1.07104822,
        0.43419052,
        1.01494689,
        1.86939538);
    add(
        "(t-s) D from .2 to .85",
        f -> accumulated(f, 0.2, 0.85),
        -0.49546570,
        0.36368783,
        0.43514384,
        -0.03624296,
        -0.22654960);
    add(
        "X from 1 to 0",
        f -> end(f, 1, 0),
        -0.82093527,
        -0.37266405,
        -0.28542047,
        -0.05719886,
        0.89832753);
    add(
        "(t-s) D from 1 to 0",
        f -> accumulated(f, 1, 0),
        0.06219658,
        -2.16237741,
        -1.26290563,
        -0.43979648,
        0.16612290);
    add(
        "v at .5",
        f -> f.joint(points(), column(0.5, 5)).column(0),
        -0.62960387,
        -0.82955147,
        0.49668655,
        0.97855902,
        0.44811484);
    add(
        "div v at .5",
        f -> f.joint(points(), column(0.5, 5)).column(1),
        -1.18661570,
        1.96431990,
        2.25753938,
        -0.03714716,
        -0.67685766);
    add(
        "log p_1",
        f -> f.logDensity(points(), column(1, 5)),
        -1.19370931,
        -3.15075519,
        -2.22257659,
        -1.36037087,
        -1.15631181);
    checks.add(
        () -> {
          QuantileFlow flow = QuantileFlow.reference(1);
          Quadrature data = Quadrature.of(flow, 1, 8, 2001);
          double entropy = -data.mean(flow.logDensity(data.x(), column(1, 2001)));
          return Check.of(
              "entropy of the 1-D mixture 1.52865886",
              "trapezoid rule",
              Math.abs(entropy - 1.52865886),
              PRINTED);
        });
  }

  private void add(String name, Function<QuantileFlow, Tensor> measured, double... known) {
    checks.add(
        () ->
            Check.of(
                name + " at five points",
                "1-D mixture, prior sd 1, eight decimals",
                largest(
                    measured
                        .apply(QuantileFlow.reference(1))
                        .sub(Tensor.of(known, known.length, 1))),
                PRINTED));
  }

  private static Tensor points() {
    return Tensor.of(POINTS, POINTS.length, 1);
  }

  private static Tensor end(JointFlowMap map, double s, double t) {
    Tensor x = points();
    Tensor from = column(s, x.size(0));
    Tensor to = column(t, x.size(0));
    return JointFlowMap.jump(x, from, to, map.rate(x, from, to));
  }

  private static Tensor accumulated(JointFlowMap map, double s, double t) {
    Tensor x = points();
    Tensor rate = map.rate(x, column(s, x.size(0)), column(t, x.size(0)));
    return JointFlowMap.divergence(rate, 1).mul(t - s);
  }

  private void addRotated() {
    checks.add(
        () -> {
          RotatedProductFlow flow = RotatedProductFlow.reference(1);
          Tensor x = Tensor.of(new double[] {0.3, -0.4}, 1, 2);
          Tensor s = column(0.2, 1);
          Tensor t = column(0.85, 1);
          Tensor rate = flow.rate(x, s, t);
          Tensor measured =
              Tensor.cat(
                  1,
                  JointFlowMap.jump(x, s, t, rate),
                  JointFlowMap.divergence(rate, 2).mul(0.65),
                  flow.joint(x, s),
                  flow.logDensity(x, column(1, 1)));
          double[] known = {
            0.98696102, -0.56754358, 0.86176324, -0.11568131, 0.47060009, -0.94083384, -5.43575425
          };
          return Check.of(
              "X, A, v, div v and log p_1 at (.3, -.4)",
              "rotated 2-D mixture, prior sd 1, eight decimals",
              largest(measured.sub(Tensor.of(known, 1, known.length))),
              PRINTED);
        });
  }

  private void addStandardGaussian() {
    Supplier<Tensor> times = () -> new Rng(3).uniform(DType.FLOAT64, 400, 1);
    checks.add(
        () -> {
          Tensor s = times.get();
          Tensor t = new Rng(4).uniform(DType.FLOAT64, 400, 1);
          return Check.of(
              "the standard Gaussian part of a network is the Gaussian flow",
              "random pairs of times",
              standardGap(s, t),
              1e-12);
        });
    for (double h : new double[] {0, 1e-12, 1e-8, 1e-5, 9.9e-4, 1.01e-3, 1e-2}) {
      checks.add(
          () -> {
            Tensor s = times.get();
            double gap = Math.max(standardGap(s, s.add(h)), standardGap(s, s.sub(h)));
            return Check.of(
                "the same near the diagonal, |t-s| = " + h, "both directions", gap, 1e-12);
          });
    }
    checks.add(
        () -> {
          Tensor s = times.get();
          Autograd.Jvp jvp =
              Autograd.jvp(t -> StandardGaussianFlow.divergencePerDimension(s, t), s, s.onesLike());
          GaussianFlow exact = GaussianFlow.of(new double[] {0}, new double[] {1}, 1);
          Tensor known =
              Autograd.jvp(t -> exact.rate(s.zerosLike(), s, t), s, s.onesLike()).tangent();
          return Check.of(
              "its time derivative on the diagonal",
              "forward mode",
              largest(jvp.tangent().sub(known.column(1))),
              1e-12);
        });
  }

  private static double standardGap(Tensor s, Tensor t) {
    GaussianFlow exact = GaussianFlow.of(new double[] {0, 0}, new double[] {1, 1}, 1);
    Tensor x = new Rng(5).normal(DType.FLOAT64, s.size(0), 2);
    Tensor u = x.mul(StandardGaussianFlow.velocityFactor(s, t));
    Tensor divergence = StandardGaussianFlow.divergencePerDimension(s, t).mul(2);
    return largest(Tensor.cat(1, u, divergence).sub(exact.rate(x, s, t)));
  }

  // The rotated product of two mixtures of two is a mixture of four with full covariances.
  private void addMixtureInThePlane() {
    for (double noiseScale : new double[] {1, 0.5}) {
      checks.add(
          () -> {
            RotatedProductFlow rotated = RotatedProductFlow.reference(noiseScale);
            GaussianMixtureFlow mixture = asMixture(noiseScale);
            Tensor x = TestGrid.points(2, 15);
            long n = x.size(0);
            double gap = 0;
            for (double t : new double[] {0, 0.2, 0.5, 0.9, 1}) {
              Tensor time = column(t, n);
              gap =
                  Math.max(
                      Math.max(gap, largest(rotated.joint(x, time).sub(mixture.joint(x, time)))),
                      largest(rotated.logDensity(x, time).sub(mixture.logDensity(x, time))));
            }
            return Check.of(
                "the rotated product is a mixture with full covariances",
                "joint field and log-density, prior sd " + noiseScale,
                gap,
                1e-11);
          });
    }
  }

  private static GaussianMixtureFlow asMixture(double noiseScale) {
    double[] w = {0.35, 0.65};
    double[] m = {-1.6, 1.1};
    double[] v = {0.45 * 0.45, 0.7 * 0.7};
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    double[] weights = new double[4];
    double[][] means = new double[4][];
    double[][][] covariances = new double[4][][];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        int k = 2 * i + j;
        weights[k] = w[i] * w[j];
        // Rows go back by p = q Rᵀ, R = [[c, -s], [s, c]].
        means[k] = new double[] {c * m[i] - s * m[j], s * m[i] + c * m[j]};
        double mixed = c * s * (v[i] - v[j]);
        covariances[k] =
            new double[][] {
              {c * c * v[i] + s * s * v[j], mixed}, {mixed, s * s * v[i] + c * c * v[j]}
            };
      }
    }
    return new GaussianMixtureFlow(weights, means, covariances, noiseScale);
  }
}
