package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.f2d2.likelihood.BackwardQuery;
import org.f2d2.likelihood.Jumps;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.PointFunction;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shorter ways, one time for all rows and one row on arrays, say what the way with a column of
 * times says.
 */
class OneTimeTest {

  private static final int ROWS = 70;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** A function three ways: columns of times, one pair of times, one point. */
  private record Ways(
      String name,
      int dimensions,
      double s,
      double t,
      BiFunction<Tensor, List<Tensor>, Tensor> columns,
      BiFunction<Tensor, double[], Tensor> together,
      PointFunction point) {
    @Override
    public String toString() {
      return name + " from " + s + " to " + t;
    }
  }

  private static Mlp network(int d, int outputs, int width, int fourier, boolean twoTimes) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                d, outputs, width, 3, new TimeEmbedding(3), new FourierFeatures(fourier), twoTimes),
            DType.FLOAT32,
            new Rng(1));
    // A fresh network has an output layer of zeros, which would show nothing.
    Tensor flat = mlp.parameters().flat();
    flat.detach().addInPlace(new Rng(2).normal(DType.FLOAT32, flat.count()), 0.1);
    return mlp;
  }

  private static Ways network(String name, Mlp mlp, double s, double t) {
    return new Ways(
        name,
        mlp.dimensions(),
        s,
        t,
        (x, times) -> mlp.forward(x, times.get(0), times.get(1)),
        (x, times) -> mlp.forward(x, times[0], times[1]),
        mlp.atPoint(s, t));
  }

  private static Ways map(String name, JointFlowMap map, double s, double t) {
    return new Ways(
        name,
        map.dimensions(),
        s,
        t,
        (x, times) -> map.rate(x, times.get(0), times.get(1)),
        (x, times) -> map.rate(x, times[0], times[1]),
        map.rateAtPoint(s, t));
  }

  private static Ways density(String name, ClosedFormFlow flow, double t) {
    return new Ways(
        name,
        flow.dimensions(),
        t,
        t,
        (x, times) -> flow.logDensity(x, times.get(1)),
        (x, times) -> flow.logDensity(x, times[1]),
        flow.logDensityAtPoint(t));
  }

  private static Ways logDensityHead(String name, LogDensityHead logDensityHead, double t) {
    return new Ways(
        name,
        logDensityHead.dimensions(),
        t,
        t,
        (x, times) -> logDensityHead.logDensity(x, times.get(1)),
        (x, times) -> logDensityHead.logDensity(x, times[1]),
        logDensityHead.logDensityAtPoint(t));
  }

  private static Ways jumps(String name, JointFlowMap map, int k) {
    Jumps jumps =
        new Jumps(
            map,
            new GaussianPrior(1.3),
            TimeGrid.uniform(k),
            BackwardQuery.DOWNWARDS,
            RowChunks.DEFAULT);
    BiFunction<Tensor, List<Tensor>, Tensor> walk =
        (x, times) -> {
          Tensor y = x;
          Tensor total = TimeGrid.column(x, 0);
          for (int i = k; i > 0; i--) {
            Tensor from = TimeGrid.column(x, (double) i / k);
            Tensor rate = map.rate(y, from, TimeGrid.column(x, (i - 1.0) / k));
            y = y.addScaled(JointFlowMap.velocity(rate, x.size(1)), -1.0 / k);
            total = total.addScaled(JointFlowMap.divergence(rate, x.size(1)), -1.0 / k);
          }
          return new GaussianPrior(1.3).logDensity(y).add(total);
        };
    return new Ways(
        name,
        map.dimensions(),
        1,
        0,
        walk,
        (x, times) -> Tensor.of(jumps.estimate(x).logDensity(), x.size(0), 1),
        jumps.atPoint());
  }

  private static GaussianMixtureFlow mixture() {
    return new GaussianMixtureFlow(
        new double[] {0.3, 0.6, 0.1},
        new double[][] {{-1, 0.5}, {1, 0.2}, {0, -2}},
        new double[][][] {
          {{0.3, 0.1}, {0.1, 0.2}}, {{0.5, -0.2}, {-0.2, 0.4}}, {{0.02, 0}, {0, 0.03}}
        },
        0.8);
  }

  private static GaussianFlow gaussian() {
    return GaussianFlow.of(new double[] {0.2, -1, 0}, new double[] {0.5, 1.5, 0.1}, 1);
  }

  static Stream<Ways> ways() {
    Mlp plain = network(3, 4, 32, 0, true);
    Mlp waves = network(2, 3, 48, 4, true);
    Mlp oneTime = network(2, 1, 33, 2, false);
    return Stream.of(
        network("perceptron", plain, 1, 0),
        network("perceptron", plain, 0.3, 0.8),
        network("perceptron of waves", waves, 0.6, 0.1),
        network("perceptron of one time", oneTime, 1, 1),
        map("flow map", new NetworkFlowMap(plain, 3), 1, 0.25),
        map("flow map of waves", new NetworkFlowMap(waves, 0.7), 0, 1),
        map("flow map without divergence", new NetworkFlowMap(network(3, 3, 9, 0, true), 1), 0, 1),
        density("standard Gaussian", new StandardGaussianFlow(4), 0.4),
        density("mixture", mixture(), 1),
        density("mixture", mixture(), 0.35),
        density("checkerboard", new CheckerboardFlow(2), 0.5),
        logDensityHead("log-density head", new NetworkLogDensityHead(oneTime), 1),
        logDensityHead(
            "log-density head over a mixture", new NetworkLogDensityHead(oneTime, mixture()), 0.7),
        logDensityHead(
            "log-density head with a unit",
            new NetworkLogDensityHead(oneTime, mixture(), 2.5),
            0.6),
        map("correction", new CorrectedFlowMap(gaussian(), plain, 3), 1, 0.25),
        jumps("one jump", new NetworkFlowMap(plain, 3), 1),
        jumps("three jumps", new NetworkFlowMap(waves, 2), 3));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void allWaysAgree(Ways ways) {
    Tensor x = new Rng(5).normal(DType.FLOAT32, ROWS, ways.dimensions()).mul(1.5);
    List<Tensor> columns = List.of(TimeGrid.column(x, ways.s()), TimeGrid.column(x, ways.t()));
    double[] expected = Autograd.noGrad(() -> ways.columns().apply(x, columns)).toDoubles();
    double[] times = {ways.s(), ways.t()};
    double[] together = Autograd.noGrad(() -> ways.together().apply(x, times)).toDoubles();
    int outputs = expected.length / ROWS;
    assertEquals(expected.length, together.length);
    for (int r = 0; r < ROWS; r++) {
      double[] point = ways.point().at(x.rows(r, r + 1).toDoubles());
      assertEquals(outputs, point.length);
      for (int o = 0; o < outputs; o++) {
        double value = expected[r * outputs + o];
        double tolerance = 3e-5 * Math.max(1, Math.abs(value));
        assertEquals(value, together[r * outputs + o], tolerance, "together, row " + r);
        assertEquals(value, point[o], tolerance, "alone, row " + r);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void derivativesPassThroughOneTimeToo(Ways ways) {
    Tensor x = new Rng(6).normal(DType.FLOAT32, 3, ways.dimensions());
    List<Tensor> columns = List.of(TimeGrid.column(x, ways.s()), TimeGrid.column(x, ways.t()));
    double[] times = {ways.s(), ways.t()};
    if (ways.name().contains("jump")) {
      return; // a log-density of jumps is an array of numbers
    }
    Tensor variable = x.variable();
    double[] expected =
        Autograd.grad(ways.columns().apply(variable, columns).sum(), List.of(variable))
            .get(0)
            .toDoubles();
    double[] actual =
        Autograd.grad(ways.together().apply(variable, times).sum(), List.of(variable))
            .get(0)
            .toDoubles();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4 * Math.max(1, Math.abs(expected[i])));
    }
  }
}
