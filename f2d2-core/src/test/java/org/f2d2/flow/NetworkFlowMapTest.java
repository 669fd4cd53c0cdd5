package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rate and its derivatives, number by number, against those by general differentiation. */
class NetworkFlowMapTest {

  private static final int D = 3;
  private static final int ROWS = 60;
  private static final DType TYPE = DType.FLOAT64;

  private static NetworkFlowMap map(boolean divergence) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D,
                divergence ? D + 1 : D,
                8,
                2,
                new TimeEmbedding(2),
                new FourierFeatures(1),
                true),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.1);
    return new NetworkFlowMap(mlp, 2.5);
  }

  /** Times over the whole square, its corners and its diagonal among them. */
  private static Tensor times(long seed) {
    double[] t = new Rng(seed).uniform(TYPE, ROWS).toDoubles();
    t[0] = 0;
    t[1] = 1;
    t[2] = seed % 2;
    t[3] = 1 - seed % 2;
    t[4] = 0.5;
    return Tensor.of(t, TYPE, ROWS, 1);
  }

  private static final Tensor X = new Rng(3).normal(TYPE, ROWS, D);
  private static final Tensor S = times(4);
  private static final Tensor T = times(5);

  static Stream<Direction> directions() {
    Rng rng = new Rng(6);
    Tensor x = rng.normal(TYPE, ROWS, D);
    Tensor s = rng.normal(TYPE, ROWS, 1);
    Tensor t = rng.normal(TYPE, ROWS, 1);
    return Stream.of(
        Direction.ofPoint(x),
        Direction.ofPath(x, s),
        Direction.ofTarget(t),
        new Direction(Optional.of(x), Optional.of(s), Optional.of(t)));
  }

  private static Autograd.Jvp general(NetworkFlowMap map, Direction d) {
    return Autograd.jvp(
        in -> map.rate(in.get(0), in.get(1), in.get(2)),
        List.of(X, S, T),
        List.of(
            d.x().orElseGet(X::zerosLike),
            d.s().orElseGet(S::zerosLike),
            d.t().orElseGet(T::zerosLike)));
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("directions")
  void theDerivativeIsTheGeneralOne(Direction direction) {
    try (Scope scope = Scope.open()) {
      for (boolean divergence : new boolean[] {true, false}) {
        NetworkFlowMap map = map(divergence);
        Autograd.Jvp expected = general(map, direction);
        Autograd.Jvp actual = Autograd.noGrad(() -> map.rateAlong(X, S, T, direction));
        assertClose(expected.value(), actual.value());
        assertClose(expected.tangent(), actual.tangent());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRateIsTheSameWhereTimesCarryDerivatives(boolean divergence) {
    try (Scope scope = Scope.open()) {
      NetworkFlowMap map = map(divergence);
      assertClose(map.rate(X, S.variable(), T).detach(), map.rate(X, S, T).detach());
      assertClose(map.rate(X, T.variable(), T).detach(), map.rate(X, T, T).detach());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDiagonalIsThatOfGeneralDifferentiation(boolean divergence) {
    try (Scope scope = Scope.open()) {
      NetworkFlowMap map = map(divergence);
      DiagonalVelocity field = new DiagonalVelocity(map);
      VelocityField general =
          new VelocityField() {
            @Override
            public int dimensions() {
              return D;
            }

            @Override
            public Tensor velocity(Tensor x, Tensor t) {
              return field.velocity(x, t);
            }
          };
      assertClose(general.joint(X, T), field.joint(X, T));
    }
  }
}
