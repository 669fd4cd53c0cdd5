package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.assertDerivative;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every flow in closed form has to keep. */
class ClosedFormFlowTest {

  private static final double[] TIMES = {0, 0.02, 0.1, 0.3, 0.5, 0.8, 0.95};

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<ClosedFormFlow> flows() {
    return Stream.of(
        GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 0.7}, 1),
        GaussianFlow.of(new double[] {0}, new double[] {2}, 0.5),
        correlated(1),
        correlated(0.5),
        kernels(1, 40),
        kernels(0.5, 300),
        RotatedGaussianFlowTest.correlated(1),
        RotatedGaussianFlowTest.correlated(0.5),
        QuantileFlow.reference(1),
        QuantileFlow.reference(0.5),
        RotatedProductFlow.reference(1),
        RotatedProductFlow.reference(0.5),
        RotatedProductFlow.random(QuantileFlow.reference(1), 3, new Rng(5)),
        new UniformSquareFlow(1),
        new UniformSquareFlow(0.5),
        CheckerboardFlow.standard(),
        new CheckerboardFlow(1),
        new StandardGaussianFlow(2));
  }

  static Stream<JointFlowMap> maps() {
    return flows().filter(f -> f instanceof JointFlowMap).map(f -> (JointFlowMap) f);
  }

  static GaussianMixtureFlow correlated(double noiseScale) {
    return new GaussianMixtureFlow(
        new double[] {1, 2, 3},
        new double[][] {{1, 0, -1}, {-1, 0.5, 0}, {0, -1, 1.5}},
        new double[][][] {
          {{0.5, 0.2, -0.1}, {0.2, 0.4, 0.1}, {-0.1, 0.1, 0.3}},
          {{0.3, 0, 0}, {0, 0.3, 0}, {0, 0, 0.3}},
          {{1, 0.9, 0}, {0.9, 1, 0}, {0, 0, 0.25}}
        },
        noiseScale);
  }

  /** Kernels about draws of {@link #correlated}, of two of its three shapes. */
  static KernelDensityFlow kernels(double noiseScale, int n) {
    GaussianMixtureFlow mixture = correlated(noiseScale);
    double[] rows = mixture.sample(n, new Rng(11)).toDoubles();
    double[][] centres = new double[n][];
    int[] shapes = new int[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      centres[i] = Arrays.copyOfRange(rows, i * 3, i * 3 + 3);
      shapes[i] = i % 5 == 0 ? 0 : 2;
      weights[i] = 1 + i % 3;
    }
    return new KernelDensityFlow(mixture, centres, shapes, weights, 0.6, 0.7);
  }

  private static Tensor points(ClosedFormFlow flow, double t, int n) {
    Rng rng = new Rng(7).derive(Double.doubleToLongBits(t));
    Tensor z = rng.normal(DType.FLOAT64, n, flow.dimensions()).mul(flow.noiseScale());
    return z.mul(1 - t).addScaled(flow.sample(n, rng), t);
  }

  @ParameterizedTest
  @MethodSource("flows")
  void divergenceIsTheTraceOfTheJacobian(ClosedFormFlow flow) {
    VelocityField automatic =
        new VelocityField() {
          @Override
          public int dimensions() {
            return flow.dimensions();
          }

          @Override
          public Tensor velocity(Tensor x, Tensor t) {
            return flow.velocity(x, t);
          }
        };
    for (double t : TIMES) {
      Tensor x = points(flow, t, 50);
      Tensor time = same(t, 50);
      Tensor expected = automatic.joint(x, time);
      double size = 1 + expected.abs().max().item();
      assertClose(expected, flow.joint(x, time), 1e-11 * size, "joint at t = " + t);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void densityObeysTheContinuityEquation(ClosedFormFlow flow) {
    for (double t : TIMES) {
      Tensor x = points(flow, t, 50);
      Tensor time = same(t, 50);
      Tensor g = flow.joint(x, time);
      Tensor v = JointFlowMap.velocity(g, flow.dimensions());
      Tensor change =
          Autograd.jvp(
                  in -> flow.logDensity(in.get(0), in.get(1)),
                  List.of(x, time),
                  List.of(v, time.onesLike()))
              .tangent();
      Tensor divergence = JointFlowMap.divergence(g, flow.dimensions());
      double size = 1 + divergence.abs().max().item();
      assertClose(divergence.neg(), change, 1e-10 * size, "continuity at t = " + t);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void startsAtTheNoise(ClosedFormFlow flow) {
    Tensor x = points(flow, 0, 20);
    double s = flow.noiseScale();
    Tensor expected =
        x.square()
            .sumKeep(1)
            .mul(-0.5 / (s * s))
            .sub(0.5 * flow.dimensions() * Math.log(2 * Math.PI * s * s));
    assertClose(expected, flow.logDensity(x, same(0, 20)), 1e-12, "log p_0");
  }

  @ParameterizedTest
  @MethodSource("flows")
  void derivativesAgreeWithDifferences(ClosedFormFlow flow) {
    for (double t : new double[] {0.1, 0.5, 0.8}) {
      Tensor x = points(flow, t, 30);
      List<Tensor> inputs = List.of(x, same(t, 30));
      Tensor direction = new Rng(3).normal(DType.FLOAT64, 30, flow.dimensions());
      List<Tensor> tangents = List.of(direction, same(0.7, 30));
      assertDerivative(
          in -> flow.joint(in.get(0), in.get(1)), inputs, tangents, 1e-6, "joint at " + t);
      assertDerivative(
          in -> flow.logDensity(in.get(0), in.get(1)), inputs, tangents, 1e-6, "log p at " + t);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void reverseModeAgreesWithForwardMode(ClosedFormFlow flow) {
    Tensor x = points(flow, 0.4, 30);
    Tensor t = same(0.4, 30);
    Tensor direction = new Rng(3).normal(DType.FLOAT64, 30, flow.dimensions());
    double forward =
        Autograd.jvp(
                in -> flow.joint(in.get(0), in.get(1)),
                List.of(x, t),
                List.of(direction, t.onesLike()))
            .tangent()
            .sum()
            .item();
    Tensor vx = x.variable();
    Tensor vt = t.variable();
    List<Tensor> gradients = Autograd.grad(flow.joint(vx, vt).sum(), List.of(vx, vt));
    double reverse = gradients.get(0).mul(direction).sum().item() + gradients.get(1).sum().item();
    assertEquals(forward, reverse, 1e-9 * (1 + Math.abs(forward)));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void answersAtBothEndsOfTime(ClosedFormFlow flow) {
    for (double t : new double[] {0, 1}) {
      Tensor x = points(flow, t, 100);
      Tensor time = same(t, 100);
      assertTrue(flow.joint(x, time).allFinite(), "joint at t = " + t);
      assertTrue(flow.logDensity(x, time).allFinite(), "log-density at t = " + t);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void worksInSinglePrecisionAndWithMixedTimes(ClosedFormFlow flow) {
    Tensor x = points(flow, 0.5, 60);
    Tensor t = new Rng(2).uniform(DType.FLOAT64, 60, 1).mul(0.9);
    Tensor exact = flow.joint(x, t);
    Tensor single = flow.joint(x.to(DType.FLOAT32), t.to(DType.FLOAT32));
    assertEquals(DType.FLOAT32, single.type());
    double size = 1 + exact.abs().max().item();
    assertClose(exact, single.to(DType.FLOAT64), 1e-3 * size, "32-bit joint");
    for (int i = 0; i < 5; i++) {
      Tensor own = flow.joint(x.rows(i, i + 1), t.rows(i, i + 1));
      assertClose(exact.rows(i, i + 1), own, 1e-12 * size, "row " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void samplesHaveTheMomentsOfTheDensity(ClosedFormFlow flow) {
    // E[v(x_t, t)] = E[x₁ - z] = E[x₁], and E[score] = 0 by way of E[t v - x] = 0.
    int n = 40_000;
    Tensor data = flow.sample(n, new Rng(11));
    assertArrayEquals(new long[] {n, flow.dimensions()}, data.shape());
    Tensor x = points(flow, 0.5, n);
    Tensor mean = data.sum(0).div(n);
    Tensor velocity = flow.velocity(x, same(0.5, n)).sum(0).div(n);
    assertClose(mean, velocity, 0.06, "mean velocity");
    assertClose(data, flow.sample(n, new Rng(11)), 0, "same seed");
  }

  @ParameterizedTest
  @MethodSource("maps")
  void mapDerivativesAgreeWithDifferences(JointFlowMap map) {
    int n = 40;
    ClosedFormFlow flow = (ClosedFormFlow) map;
    Tensor x = points(flow, 0.5, n);
    Tensor s = new Rng(5).uniform(DType.FLOAT64, n, 1);
    Tensor t = new Rng(6).uniform(DType.FLOAT64, n, 1);
    // Steps of the differences may not straddle the diagonal strip where the rule changes.
    t = Tensor.where(t.sub(s).abs().lessThan(0.02), t.add(0.1), t);
    List<Tensor> inputs = List.of(x, s, t);
    Tensor dx = new Rng(3).normal(DType.FLOAT64, n, flow.dimensions());
    for (int i = 0; i < 3; i++) {
      List<Tensor> tangents =
          List.of(
              i == 0 ? dx : x.zerosLike(),
              i == 1 ? s.onesLike() : s.zerosLike(),
              i == 2 ? t.onesLike() : t.zerosLike());
      assertDerivative(
          in -> map.rate(in.get(0), in.get(1), in.get(2)),
          inputs,
          tangents,
          1e-5,
          "rate in input " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("maps")
  void diagonalOfTheMapIsTheField(JointFlowMap map) {
    int n = 40;
    ClosedFormFlow flow = (ClosedFormFlow) map;
    for (double t : new double[] {0, 0.3, 0.7, 1}) {
      Tensor x = points(flow, t, n);
      Tensor time = same(t, n);
      Tensor g = flow.joint(x, time);
      assertClose(g, map.rate(x, time, time), 1e-13 * (1 + g.abs().max().item()), "f(x,t,t)");
      for (double h : new double[] {-1e-4, -2e-5, -5e-6, -1e-8, 1e-8, 5e-6, 2e-5, 1e-4}) {
        // A rate over a short step is the field at the middle of it, up to h².
        Tensor middle = x.addScaled(flow.velocity(x, time), h / 2);
        Tensor expected = flow.joint(middle, time.add(h / 2));
        double size = 1 + expected.abs().max().item();
        assertClose(expected, map.rate(x, time, time.add(h)), 3e-6 * size, "near, h = " + h);
      }
    }
  }
}
