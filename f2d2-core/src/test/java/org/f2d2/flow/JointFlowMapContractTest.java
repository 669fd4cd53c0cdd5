package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.assertDerivative;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.net.Query;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every joint flow map has to satisfy. */
class JointFlowMapContractTest {

  private static final int ROWS = 12;
  private static final DType TYPE = DType.FLOAT64;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /**
   * A map.
   *
   * @param exact whether it is the map of a flow, so that its jumps add up
   */
  record Case(String name, JointFlowMap map, boolean exact) {
    @Override
    public String toString() {
      return name;
    }

    Tensor points() {
      return new Rng(3).normal(TYPE, ROWS, map.dimensions()).mul(0.8);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "Gaussian", GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 2}, 1), true),
        new Case("rotated Gaussian", RotatedGaussianFlowTest.correlated(1), true),
        new Case("quantiles", QuantileFlow.reference(1), true),
        new Case("rotated product", RotatedProductFlow.reference(0.5), true),
        new Case("network", new NetworkFlowMap(perceptron(4, 0), 2.5), false),
        new Case("network without a divergence", new NetworkFlowMap(perceptron(3, 0), 1), false),
        new Case("network with conditions", new NetworkFlowMap(perceptron(4, 2), 2.5), false),
        new Case("over a Gaussian", corrected(4, 0), false),
        new Case("over a Gaussian with conditions", corrected(4, 1), false));
  }

  private static CorrectedFlowMap corrected(int outputs, int conditions) {
    return new CorrectedFlowMap(
        RotatedGaussianFlowTest.correlated(1), perceptron(outputs, conditions), 2.5);
  }

  private static Mlp perceptron(int outputs, int conditions) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                3, outputs, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), true, conditions),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.2);
    return mlp;
  }

  /** Times in the whole square, its corners and its diagonal among them. */
  private static Tensor times(long seed) {
    double[] t = new Rng(seed).uniform(TYPE, ROWS).toDoubles();
    t[0] = 0;
    t[1] = 1;
    t[2] = seed % 2;
    t[3] = 1 - seed % 2;
    t[4] = 0.5;
    return Tensor.of(t, TYPE, ROWS, 1);
  }

  private static int columns(JointFlowMap map) {
    return map.dimensions() + (map.hasDivergence() ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itAnswersEverywhereInTheShapeThatItStates(Case c) {
    Tensor rate = c.map().rate(c.points(), times(4), times(5));
    assertArrayEquals(new long[] {ROWS, columns(c.map())}, rate.shape());
    assertTrue(rate.allFinite());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsDoNotMeet(Case c) {
    Tensor all = c.map().rate(c.points(), times(4), times(5));
    for (int r = 0; r < ROWS; r++) {
      Tensor alone =
          c.map().rate(c.points().rows(r, r + 1), times(4).rows(r, r + 1), times(5).rows(r, r + 1));
      assertClose(all.rows(r, r + 1), alone, 1e-12, "row " + r);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyWayToAskGivesTheSameRate(Case c) {
    Tensor x = c.points();
    for (double[] st : new double[][] {{0, 1}, {1, 0}, {0.3, 0.8}, {0.6, 0.6}}) {
      Tensor s = TimeGrid.column(x, st[0]);
      Tensor t = TimeGrid.column(x, st[1]);
      Tensor rate = c.map().rate(x, s, t);
      assertClose(rate, c.map().rate(x, st[0], st[1]), 1e-12, "times that all share");
      assertClose(rate, c.map().apart().rate(x, s, t), 1e-12, "apart");
      Query query = new Query(x, s, t, Optional.empty(), Query.Gradients.VALUE);
      assertClose(rate, c.map().answer(List.of(query)).get(0).value(), 1e-12, "a query");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onePointHasTheRateOfARow(Case c) {
    JointFlowMap map =
        c.map() instanceof LearnedFlowMap learned
            ? learned.with(learned.network().parameters().to(DType.FLOAT32))
            : c.map();
    Tensor x = c.points();
    for (double[] st : new double[][] {{1, 0}, {0.2, 0.7}}) {
      double[] one = map.rateAtPoint(st[0], st[1]).at(x.rows(0, 1).toDoubles());
      double[] row = c.map().rate(x, st[0], st[1]).rows(0, 1).toDoubles();
      assertArrayEquals(row, one, 2e-4, "from " + st[0]);
    }
  }

  // Nothing divides by t - s.
  @ParameterizedTest
  @MethodSource("cases")
  void theDiagonalIsAnOrdinaryPlace(Case c) {
    Tensor x = c.points();
    Tensor at = c.map().rate(x, 0.4, 0.4);
    for (double h : new double[] {1e-13, -1e-10, 1e-8, -1e-6}) {
      double allowed = 1e-7 + 1e3 * Math.abs(h);
      assertClose(at, c.map().rate(x, 0.4, 0.4 + h), allowed, "h = " + h);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDerivativeIsThatOfTheRate(Case c) {
    Tensor x = c.points();
    Rng rng = new Rng(6);
    // Times around which differences stay in [0, 1], and which are well apart.
    Tensor s = rng.uniform(TYPE, ROWS, 1).mul(0.3).add(0.1);
    Tensor t = rng.uniform(TYPE, ROWS, 1).mul(0.3).add(0.6);
    Tensor dx = rng.normal(TYPE, ROWS, c.map().dimensions());
    Tensor ds = rng.normal(TYPE, ROWS, 1);
    Tensor dt = rng.normal(TYPE, ROWS, 1);
    assertDerivative(
        in -> c.map().rate(in.get(0), in.get(1), in.get(2)),
        List.of(x, s, t),
        List.of(dx, ds, dt),
        1e-5,
        c.name());
    for (Direction direction :
        List.of(Direction.ofPoint(dx), Direction.ofTarget(dt), Direction.ofPath(dx, ds))) {
      Query query = Query.along(x, s, t, direction);
      Tensor general = query.answer(c.map()::rate).derivative();
      Autograd.Jvp own = c.map().rateAlong(x, s, t, direction);
      assertClose(c.map().rate(x, s, t), own.value(), 1e-12, "value");
      assertClose(general, own.tangent(), 1e-10, "tangent");
      assertClose(general, c.map().answer(List.of(query)).get(0).derivative(), 1e-10, "of a query");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conditionsStandStill(Case c) {
    int conditions = c.map().conditions();
    int moving = c.map().dimensions() - conditions;
    assertEquals(new Coordinates(moving, conditions), c.map().coordinates());
    if (conditions > 0) {
      Tensor rate = c.map().rate(c.points(), times(4), times(5));
      assertEquals(0, rate.narrow(1, moving, conditions).abs().max().item());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theJumpsOfAFlowAddUp(Case c) {
    if (!c.exact()) {
      return;
    }
    Tensor x = c.points();
    FlowMapIdentities.Sides sides =
        FlowMapIdentities.semigroup(c.map(), x, times(4), times(5), times(7));
    double size = 1 + sides.left().abs().max().item();
    assertClose(sides.left(), sides.right(), 1e-7 * size, "two jumps and one");
  }
}
