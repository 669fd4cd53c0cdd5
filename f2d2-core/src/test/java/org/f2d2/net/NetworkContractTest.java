package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.LinearNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.Particles;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every network has to satisfy. */
class NetworkContractTest {

  private static final ImageFormat IMAGE = new ImageFormat(2, 4, 8);
  private static final int ROWS = 3;

  record Case(String name, Network network) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("perceptron", perceptron(4, 5, 2, true, 0)),
        new Case("perceptron of one time", perceptron(4, 4, 0, false, 0)),
        new Case("perceptron with conditions", perceptron(3, 4, 2, true, 2)),
        new Case("U-Net", unet(true, true, true, 2)),
        new Case("U-Net of one time", unet(true, false, false, 0)),
        new Case("U-Net with a pooled output alone", unet(false, true, false, 3)),
        new Case("transformer", transformer(true, true, true, 2)),
        new Case("transformer of one time", transformer(true, false, false, 0)),
        new Case("transformer with a pooled output alone", transformer(false, true, false, 3)),
        new Case("particles", particles(true, true)),
        new Case("particles of one time", particles(false, false)),
        new Case(
            "the example of the documents", stirred(LinearNetwork.zeros(4, 5, DType.FLOAT64))));
  }

  private static Network particles(boolean pooled, boolean twoTimes) {
    return stirred(
        ParticleNetwork.random(
            new ParticleArchitecture(8, 2, 5, 4, 2),
            new Particles(2, List.of(0, 1, 0)),
            pooled,
            twoTimes,
            DType.FLOAT64,
            new Rng(1)));
  }

  private static Network perceptron(
      int d, int outputs, int fourier, boolean twoTimes, int conditions) {
    return stirred(
        Mlp.random(
            new MlpArchitecture(
                d,
                outputs,
                8,
                3,
                new TimeEmbedding(2),
                new FourierFeatures(fourier),
                twoTimes,
                conditions),
            DType.FLOAT64,
            new Rng(1)));
  }

  static Network unet(boolean field, boolean pooled, boolean twoTimes, int conditions) {
    return stirred(
        UNet.random(
            new UNet.Architecture(
                IMAGE,
                field,
                pooled,
                2,
                4,
                List.of(1, 2),
                1,
                1,
                2,
                new TimeEmbedding(2),
                twoTimes,
                conditions),
            DType.FLOAT64,
            new Rng(1)));
  }

  static Network transformer(boolean field, boolean pooled, boolean twoTimes, int conditions) {
    return stirred(
        DiffusionTransformer.random(
            new DiffusionTransformer.Architecture(
                IMAGE, field, pooled, 2, 8, 2, 2, new TimeEmbedding(2), twoTimes, conditions),
            DType.FLOAT64,
            new Rng(1)));
  }

  /** Without the zeros that a network starts with, behind which most of it would hide. */
  private static Network stirred(Network network) {
    Tensor flat = network.parameters().flat();
    flat.addInPlace(new Rng(2).normal(DType.FLOAT64, flat.count()), 0.3);
    return network;
  }

  static Tensor points(Network network, long seed) {
    return new Rng(seed).normal(DType.FLOAT64, ROWS, network.dimensions());
  }

  static Tensor times(long seed) {
    return new Rng(seed).uniform(DType.FLOAT64, ROWS, 1);
  }

  static double distance(Tensor a, Tensor b) {
    assertArrayEquals(a.shape(), b.shape());
    return a.sub(b).abs().max().item();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOutputHasTheShapeThatTheNetworkStates(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor y = n.forward(points(n, 3), times(4), times(5));
      assertArrayEquals(new long[] {ROWS, n.outputs()}, y.shape());
      assertTrue(y.allFinite());
      assertTrue(n.forward(points(n, 3), 0, 1).allFinite());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsDoNotMeet(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor s = times(4);
      Tensor t = times(5);
      Tensor alone = n.forward(x.rows(1, 2), s.rows(1, 2), t.rows(1, 2));
      assertTrue(distance(n.forward(x, s, t).rows(1, 2), alone) < 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyWayToAskGivesTheSameAnswer(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor same = Tensor.full(0.3, DType.FLOAT64, ROWS, 1);
      Tensor other = Tensor.full(0.9, DType.FLOAT64, ROWS, 1);
      Tensor y = n.forward(x, same, other).detach();
      assertTrue(distance(y, n.forward(x, 0.3, 0.9)) < 1e-12);
      assertTrue(distance(y, Autograd.noGrad(() -> n.forward(x, 0.3, 0.9))) < 1e-12);
      assertTrue(distance(y, Autograd.noGrad(() -> n.frozen().forward(x, same, other))) < 1e-12);
      assertTrue(distance(y, n.with(n.parameters().copy()).forward(x, same, other)) == 0);
      // One point may be answered in 32 bits.
      Network single = n.with(n.parameters().to(DType.FLOAT32));
      double[] first = x.rows(0, 1).toDoubles();
      assertArrayEquals(y.rows(0, 1).toDoubles(), single.atPoint(0.3, 0.9).at(first), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theAnswerFollowsTheNumbers(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Network other = n.with(n.parameters().copy());
      Tensor before = n.forward(points(n, 3), 0.3, 0.9).detach().copy();
      other.parameters().flat().mulInPlace(1.1);
      assertTrue(distance(before, other.forward(points(n, 3), 0.3, 0.9)) > 1e-3);
      assertTrue(distance(before, n.forward(points(n, 3), 0.3, 0.9)) == 0);
      assertEquals(n.parameters().entries(), other.parameters().entries());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDirectionalDerivativeIsThatOfDifferences(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor s = times(4);
      Tensor t = times(5);
      Tensor dx = points(n, 6);
      Tensor ds = times(7);
      Tensor dt = times(8);
      Tensor tangent =
          Autograd.jvp(
                  in -> n.forward(in.get(0), in.get(1), in.get(2)),
                  List.of(x, s, t),
                  List.of(dx, ds, dt))
              .tangent();
      double h = 1e-5;
      Tensor after = n.forward(x.addScaled(dx, h), s.addScaled(ds, h), t.addScaled(dt, h));
      Tensor before = n.forward(x.addScaled(dx, -h), s.addScaled(ds, -h), t.addScaled(dt, -h));
      Tensor differences = after.sub(before).div(2 * h);
      assertTrue(distance(tangent, differences) < 1e-6);
      assertTrue(tangent.abs().max().item() > 1e-2);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNetworksOwnRulesAgreeWithGeneralDifferentiation(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor s = times(4);
      Tensor t = times(5);
      List<Direction> directions =
          List.of(
              Direction.ofPoint(points(n, 6)),
              Direction.ofTarget(times(8)),
              Direction.ofPath(points(n, 11), times(12)));
      Along along = n.forwardAlong(x, s, t, directions);
      assertArrayEquals(new long[] {3, ROWS, n.outputs()}, along.tangents().shape());
      assertTrue(distance(along.value(), n.forward(x, s, t)) < 1e-12);
      for (int i = 0; i < directions.size(); i++) {
        Query query = Query.along(x, s, t, directions.get(i));
        Tensor general = query.answer(n::forward).derivative();
        assertTrue(distance(along.tangent(i), general) < 1e-10);
        assertTrue(distance(n.answer(List.of(query)).get(0).derivative(), general) < 1e-10);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTraceIsThatOfTheJacobian(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      int d = n.dimensions() - n.conditions();
      if (n.outputs() < d) {
        return;
      }
      Tensor x = points(n, 3);
      Tensor s = times(4);
      Tensor t = times(5);
      Tensor out = n.forwardWithTrace(x, s, t);
      double trace = 0;
      double h = 1e-5;
      for (int i = 0; i < d; i++) {
        Tensor e = Tensor.eye(n.dimensions(), DType.FLOAT64).rows(i, i + 1);
        Tensor after = n.forward(x.addScaled(e, h), s, t).column(i);
        Tensor before = n.forward(x.addScaled(e, -h), s, t).column(i);
        trace += after.sub(before).rows(0, 1).item() / (2 * h);
      }
      assertEquals(trace, out.column(n.outputs()).rows(0, 1).item(), 1e-6);
      assertTrue(distance(out.narrow(1, 0, n.outputs()), n.forward(x, s, t)) < 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsPassThroughValueAndTangent(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor s = times(4);
      Tensor t = times(5);
      Direction along = Direction.ofPoint(points(n, 6));
      Tensor weights = new Rng(9).normal(DType.FLOAT64, ROWS, n.outputs());
      Tensor loss = loss(n, x, s, t, along, weights);
      Tensor gradient = n.parameters().flatten(Autograd.grad(loss, n.parameters().variables()));
      Tensor direction = new Rng(10).normal(DType.FLOAT64, gradient.count());
      double h = 1e-5;
      Tensor flat = n.parameters().flat();
      flat.addInPlace(direction, h);
      double after = loss(n, x, s, t, along, weights).item();
      flat.addInPlace(direction, -2 * h);
      double before = loss(n, x, s, t, along, weights).item();
      flat.addInPlace(direction, h);
      double difference = (after - before) / (2 * h);
      assertEquals(difference, gradient.dot(direction), 1e-4 * Math.abs(difference));
    }
  }

  private static Tensor loss(
      Network n, Tensor x, Tensor s, Tensor t, Direction along, Tensor weights) {
    Autograd.Jvp j = n.forwardAlong(x, s, t, along);
    return j.value().add(j.tangent()).mul(weights).sum();
  }

  /** Every weight and bias has a say, in the value or its derivative. */
  @ParameterizedTest
  @MethodSource("cases")
  void noParameterIsIdle(Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor y = n.forward(points(n, 3), times(4), times(5));
      List<String> idle = new ArrayList<>();
      List<Tensor> gradients = Autograd.grad(y.square().sum(), n.parameters().variables());
      for (int i = 0; i < gradients.size(); i++) {
        if (Arrays.stream(gradients.get(i).toDoubles()).allMatch(g -> g == 0)) {
          idle.add(n.parameters().entries().get(i).name());
        }
      }
      assertEquals(List.of(), idle);
    }
  }
}
