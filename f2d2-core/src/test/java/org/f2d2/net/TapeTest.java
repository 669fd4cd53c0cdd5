package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The network's own way back, and its own derivatives, against the general ones. */
class TapeTest {

  private static final int ROWS = 40;
  private static final int D = 3;

  /** A network with Fourier features or without, of two times or one. */
  private static Mlp network(int fourier, boolean twoTimes, DType type, int width) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D, D + 1, width, 3, new TimeEmbedding(2), new FourierFeatures(fourier), twoTimes),
            type,
            new Rng(1));
    // The output layer starts at zero, which would hide mistakes behind it.
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(type, flat.count()), 0.1);
    return mlp;
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(0, true),
        Arguments.of(0, false),
        Arguments.of(2, true),
        Arguments.of(2, false));
  }

  private record Point(Tensor x, Tensor s, Tensor t) {}

  private static Point point(DType type) {
    Rng rng = new Rng(3);
    return new Point(
        rng.normal(type, ROWS, D), rng.uniform(type, ROWS, 1), rng.uniform(type, ROWS, 1));
  }

  private static List<Direction> directions(DType type) {
    Rng rng = new Rng(4);
    Tensor x = rng.normal(type, ROWS, D);
    Tensor s = rng.normal(type, ROWS, 1);
    Tensor t = rng.normal(type, ROWS, 1);
    return List.of(
        Direction.ofPoint(x),
        Direction.ofPath(x, s),
        Direction.ofTarget(t),
        new Direction(Optional.of(x), Optional.of(s), Optional.of(t)));
  }

  private static Autograd.Jvp general(Mlp mlp, Point p, Direction d) {
    return Autograd.jvp(
        in -> mlp.forward(in.get(0), in.get(1), in.get(2)),
        List.of(p.x(), p.s(), p.t()),
        List.of(
            d.x().orElseGet(() -> p.x().zerosLike()),
            d.s().orElseGet(() -> p.s().zerosLike()),
            d.t().orElseGet(() -> p.t().zerosLike())));
  }

  /** A loss that no output and no row leaves alone. */
  private static Tensor loss(Tensor output) {
    Tensor weights = new Rng(5).normal(output.type(), output.shape());
    return output.mul(weights).sum().add(output.square().mean());
  }

  private static void assertSameGradient(Mlp mlp, Function<Mlp, Tensor> loss, double tolerance) {
    Parameters parameters = mlp.parameters();
    Tensor expected = parameters.flatten(Autograd.grad(loss.apply(mlp), parameters.variables()));
    try (Tape tape = Tape.open(parameters)) {
      Tensor actual = tape.gradient(loss.apply(mlp));
      double scale = Math.max(1, expected.abs().max().item());
      assertArrayEquals(
          expected.to(DType.FLOAT64).div(scale).toDoubles(),
          actual.to(DType.FLOAT64).div(scale).toDoubles(),
          tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theWayBackIsTheGradient(int fourier, boolean twoTimes) {
    try (Scope scope = Scope.open()) {
      Point p = point(DType.FLOAT64);
      Mlp mlp = network(fourier, twoTimes, DType.FLOAT64, 8);
      assertSameGradient(mlp, m -> loss(m.forward(p.x(), p.s(), p.t())), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theWayBackWithADirectionIsTheGradient(int fourier, boolean twoTimes) {
    try (Scope scope = Scope.open()) {
      Point p = point(DType.FLOAT64);
      Mlp mlp = network(fourier, twoTimes, DType.FLOAT64, 8);
      for (Direction d : directions(DType.FLOAT64)) {
        assertSameGradient(
            mlp,
            m -> {
              Autograd.Jvp along = m.forwardAlong(p.x(), p.s(), p.t(), d);
              return loss(along.value().addScaled(along.tangent(), 0.7))
                  .add(loss(along.tangent().mul(along.value())));
            },
            1e-12);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theDirectionalDerivativeIsTheGeneralOne(int fourier, boolean twoTimes) {
    try (Scope scope = Scope.open()) {
      Point p = point(DType.FLOAT64);
      Mlp mlp = network(fourier, twoTimes, DType.FLOAT64, 8);
      for (Direction d : directions(DType.FLOAT64)) {
        Autograd.Jvp expected = general(mlp, p, d);
        Autograd.Jvp actual = Autograd.noGrad(() -> mlp.forwardAlong(p.x(), p.s(), p.t(), d));
        assertArrayEquals(expected.value().toDoubles(), actual.value().toDoubles(), 1e-12);
        assertArrayEquals(expected.tangent().toDoubles(), actual.tangent().toDoubles(), 1e-12);
      }
    }
  }

  private static Query query(Query.Gradients gradients, boolean directed, int rows, long seed) {
    Rng rng = new Rng(seed);
    DType type = DType.FLOAT64;
    Direction direction =
        new Direction(
            Optional.of(rng.normal(type, rows, D)),
            Optional.empty(),
            Optional.of(rng.normal(type, rows, 1)));
    return new Query(
        rng.normal(type, rows, D),
        rng.uniform(type, rows, 1),
        rng.uniform(type, rows, 1),
        directed ? Optional.of(direction) : Optional.empty(),
        gradients);
  }

  /** Every kind of query, in an order that is not the order of their rows. */
  private static List<Query> queries() {
    return List.of(
        query(Query.Gradients.VALUE_AND_TANGENT, true, 5, 30),
        query(Query.Gradients.NONE, true, 4, 31),
        query(Query.Gradients.VALUE, false, 3, 32),
        query(Query.Gradients.VALUE_AND_TANGENT, true, 2, 33),
        query(Query.Gradients.VALUE, true, 6, 34),
        query(Query.Gradients.NONE, false, 1, 35),
        query(Query.Gradients.VALUE_AND_TANGENT, false, 2, 36));
  }

  private static Tensor loss(List<Query.Answer> answers, boolean tangents) {
    Tensor sum = Tensor.zeros(DType.FLOAT64, 1);
    for (Query.Answer a : answers) {
      sum = sum.add(loss(a.value()));
      if (a.tangent().isPresent() && tangents) {
        sum = sum.add(loss(a.derivative().mul(a.value())));
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void queriesInOnePassAreAnsweredAsOneByOne(int fourier, boolean twoTimes) {
    try (Scope scope = Scope.open()) {
      Mlp mlp = network(fourier, twoTimes, DType.FLOAT64, 8);
      List<Query> queries = queries();
      List<Query.Answer> together = Autograd.noGrad(() -> mlp.answer(queries));
      for (int i = 0; i < queries.size(); i++) {
        Query.Answer alone = queries.get(i).answer(mlp::forward);
        assertArrayEquals(alone.value().toDoubles(), together.get(i).value().toDoubles(), 1e-12);
        assertEquals(alone.tangent().isPresent(), together.get(i).tangent().isPresent());
        if (alone.tangent().isPresent()) {
          assertArrayEquals(
              alone.derivative().toDoubles(), together.get(i).derivative().toDoubles(), 1e-12);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsPassThroughWhatAQuerySaysAndNothingElse(int fourier, boolean twoTimes) {
    try (Scope scope = Scope.open()) {
      Mlp mlp = network(fourier, twoTimes, DType.FLOAT64, 8);
      Parameters parameters = mlp.parameters();
      for (boolean tangents : new boolean[] {true, false}) {
        Tensor alone = loss(queries().stream().map(q -> q.answer(mlp::forward)).toList(), tangents);
        Tensor expected = parameters.flatten(Autograd.grad(alone, parameters.variables()));
        for (int repeat = 0; repeat < 2; repeat++) {
          try (Tape tape = Tape.open(parameters)) {
            Tensor actual = tape.gradient(loss(mlp.answer(queries()), tangents));
            assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-11);
          }
        }
      }
    }
  }

  /** Wide enough for the products that oneDNN takes. */
  @Test
  void singlePrecisionIsThatOfSinglePrecision() {
    try (Scope scope = Scope.open()) {
      Point p = point(DType.FLOAT32);
      Mlp mlp = network(2, true, DType.FLOAT32, 64);
      assertSameGradient(mlp, m -> loss(m.forward(p.x(), p.s(), p.t())), 2e-6);
      Direction d = directions(DType.FLOAT32).get(3);
      assertSameGradient(mlp, m -> loss(m.forwardAlong(p.x(), p.s(), p.t(), d).tangent()), 2e-6);
    }
  }

  /**
   * A loss that looks at some outputs only, at some without a record, and at some twice removed.
   */
  @Test
  void whatTheTapeCannotTakeBackGoesTheGeneralWay() {
    try (Scope scope = Scope.open()) {
      Point p = point(DType.FLOAT64);
      Mlp mlp = network(0, true, DType.FLOAT64, 8);
      assertSameGradient(
          mlp,
          m -> {
            Tensor first = m.forward(p.x(), p.s(), p.t());
            Tensor still = Autograd.noGrad(() -> m.forward(p.x(), p.t(), p.s()));
            Tensor second = m.forward(first.narrow(1, 0, D), p.t(), p.s());
            m.forward(p.x(), p.t(), p.t());
            return loss(first.sub(still)).add(loss(second));
          },
          1e-12);
    }
  }
}
