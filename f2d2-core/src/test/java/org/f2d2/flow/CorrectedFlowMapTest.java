package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.assertDerivative;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.f2d2.net.DiffusionTransformer;
import org.f2d2.net.Direction;
import org.f2d2.net.ImageFormat;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network adds to a map in closed form. */
class CorrectedFlowMapTest {

  private static final int ROWS = 20;
  private static final double SCALE = 2.5;
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

  record Case(String name, JointFlowMap base, Network network) {
    @Override
    public String toString() {
      return name;
    }

    CorrectedFlowMap map() {
      return new CorrectedFlowMap(base, network, SCALE);
    }

    Tensor points() {
      return new Rng(3).normal(TYPE, ROWS, network.dimensions());
    }
  }

  static Stream<Case> cases() {
    RotatedGaussianFlow gaussian = RotatedGaussianFlowTest.correlated(1);
    RotatedProductFlow product = RotatedProductFlow.reference(1);
    return Stream.of(
        new Case("over a Gaussian", gaussian, stirred(perceptron(3, 4, 0))),
        new Case("without a divergence", gaussian, stirred(perceptron(3, 3, 0))),
        new Case("with conditions", gaussian, stirred(perceptron(3, 4, 2))),
        new Case("both", gaussian, stirred(perceptron(3, 3, 2))),
        new Case("over a product", product, stirred(perceptron(2, 3, 0))),
        new Case("of an image network", plane(8), stirred(transformer())));
  }

  private static GaussianFlow plane(int d) {
    double[] mean = new double[d];
    double[] scale = new double[d];
    for (int i = 0; i < d; i++) {
      mean[i] = 0.1 * i;
      scale[i] = 0.5 + 0.2 * i;
    }
    return GaussianFlow.of(mean, scale, 1);
  }

  private static Mlp perceptron(int d, int outputs, int conditions) {
    return Mlp.random(
        new MlpArchitecture(
            d, outputs, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), true, conditions),
        TYPE,
        new Rng(1));
  }

  private static Network transformer() {
    return DiffusionTransformer.random(
        new DiffusionTransformer.Architecture(
            new ImageFormat(2, 2, 2), true, true, 1, 8, 1, 2, new TimeEmbedding(2), true, 1),
        TYPE,
        new Rng(1));
  }

  private static Network stirred(Network network) {
    Tensor flat = network.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.2);
    return network;
  }

  private static Tensor times(long seed) {
    double[] t = new Rng(seed).uniform(TYPE, ROWS).toDoubles();
    t[0] = 0;
    t[1] = 1;
    t[2] = seed % 2;
    t[3] = 0.5;
    return Tensor.of(t, TYPE, ROWS, 1);
  }

  private static final Tensor S = times(4).outliveScopes();
  private static final Tensor T = times(5).outliveScopes();

  // What a second branch of the network is added to.
  @ParameterizedTest
  @MethodSource("cases")
  void theCorrectedVelocityIsTheDiagonalOfTheRate(Case c) {
    CorrectedFlowMap map = c.map();
    int d = c.base().dimensions();
    Tensor x = c.points();
    Tensor learned = JointFlowMap.velocity(c.network().forward(x, T, T), d);
    Tensor diagonal = JointFlowMap.velocity(map.rate(x, T, T), map.dimensions());
    assertArrayEquals(
        diagonal.toDoubles(), map.correctedVelocity(x, T, learned).toDoubles(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRateIsThatOfTheBaseAndWhatWasLearned(Case c) {
    CorrectedFlowMap map = c.map();
    int d = c.base().dimensions();
    int conditions = c.network().conditions();
    assertEquals(d + conditions, map.dimensions());
    assertEquals(conditions, map.conditions());
    assertEquals(c.network().outputs() == d + 1, map.hasDivergence());
    Tensor x = c.points();
    Tensor rate = map.rate(x, S, T);
    Tensor known = c.base().rate(x.narrow(1, 0, d), S, T);
    Tensor learned = c.network().forward(x, S, T);
    assertTrue(learned.abs().max().item() > 0.1, "a network that says nothing");
    assertArrayEquals(
        new long[] {ROWS, d + conditions + (map.hasDivergence() ? 1 : 0)}, rate.shape());
    Tensor u = known.narrow(1, 0, d).add(learned.narrow(1, 0, d));
    assertClose(u, rate.narrow(1, 0, d), 1e-12, "u");
    if (conditions > 0) {
      assertEquals(0, rate.narrow(1, d, conditions).abs().max().item(), "conditions move");
    }
    if (map.hasDivergence()) {
      Tensor divergence = known.column(d).add(learned.column(d).mul(SCALE));
      assertClose(divergence, rate.column(d + conditions), 1e-12, "D");
    }
  }

  static Stream<Direction> directions(Case c) {
    Rng rng = new Rng(6);
    Tensor x = rng.normal(TYPE, ROWS, c.network().dimensions());
    Tensor s = rng.normal(TYPE, ROWS, 1);
    Tensor t = rng.normal(TYPE, ROWS, 1);
    return Stream.of(
        Direction.ofPoint(x),
        Direction.ofPath(x, s),
        Direction.ofTarget(t),
        new Direction(Optional.of(x), Optional.of(s), Optional.of(t)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreTheRateAndItsDerivative(Case c) {
    CorrectedFlowMap map = c.map();
    Tensor x = c.points();
    // Times around which differences stay in [0, 1].
    Tensor s = S.mul(0.9).add(0.05);
    Tensor t = T.mul(0.9).add(0.05);
    directions(c)
        .forEach(
            direction -> {
              List<Tensor> tangents =
                  List.of(
                      direction.x().orElseGet(x::zerosLike),
                      direction.s().orElseGet(s::zerosLike),
                      direction.t().orElseGet(t::zerosLike));
              assertDerivative(
                  in -> map.rate(in.get(0), in.get(1), in.get(2)),
                  List.of(x, s, t),
                  tangents,
                  1e-6,
                  "rate");
              Autograd.Jvp general =
                  Autograd.jvp(
                      in -> map.rate(in.get(0), in.get(1), in.get(2)), List.of(x, s, t), tangents);
              Query query = Query.along(x, s, t, direction);
              for (Query.Answer answer :
                  List.of(
                      map.answer(List.of(query)).get(0),
                      Autograd.noGrad(() -> map.answer(List.of(query)).get(0)))) {
                assertClose(general.value().detach(), answer.value().detach(), 1e-11, "value");
                assertClose(
                    general.tangent().detach(), answer.derivative().detach(), 1e-11, "tangent");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsPassWhereTheQueryWantsThem(Case c) {
    CorrectedFlowMap map = c.map();
    Tensor x = c.points();
    Direction direction = directions(c).toList().get(3);
    for (Query.Gradients wanted :
        List.of(Query.Gradients.VALUE, Query.Gradients.VALUE_AND_TANGENT)) {
      Query query = new Query(x, S, T, Optional.of(direction), wanted);
      assertClose(
          gradient(map, query.answer(map::rate)),
          gradient(map, map.answer(List.of(query)).get(0)),
          1e-10,
          wanted.toString());
    }
    Query none = new Query(x, S, T, Optional.of(direction), Query.Gradients.NONE);
    Query.Answer still = map.answer(List.of(none)).get(0);
    assertClose(map.rate(x, S, T).detach(), still.value(), 1e-12, "value without gradients");
  }

  private static Tensor gradient(CorrectedFlowMap map, Query.Answer answer) {
    Tensor weight = new Rng(8).normal(TYPE, answer.value().shape());
    Tensor loss = answer.value().square().add(answer.derivative().mul(weight)).sum();
    return map.network()
        .parameters()
        .flatten(Autograd.grad(loss, map.network().parameters().variables()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void severalQuestionsAreAnsweredInOrder(Case c) {
    CorrectedFlowMap map = c.map();
    Tensor x = c.points();
    Direction direction = directions(c).toList().get(1);
    Query plain = new Query(x, S, T, Optional.empty(), Query.Gradients.VALUE);
    Query along = Query.along(x, T, S, direction);
    List<Query.Answer> answers = map.answer(List.of(plain, along));
    assertEquals(2, answers.size());
    assertTrue(answers.get(0).tangent().isEmpty());
    assertClose(map.rate(x, S, T).detach(), answers.get(0).value().detach(), 1e-12, "the first");
    assertClose(map.rate(x, T, S).detach(), answers.get(1).value().detach(), 1e-12, "the second");
    Autograd.Jvp alone = map.rateAlong(x, T, S, direction);
    assertClose(
        alone.tangent().detach(), answers.get(1).derivative().detach(), 1e-12, "its derivative");
    // Where an input carries derivatives already, they are kept.
    Tensor variable = x.variable();
    Tensor u =
        map.answer(List.of(new Query(variable, S, T, Optional.empty(), Query.Gradients.VALUE)))
            .get(0)
            .value();
    assertClose(
        Autograd.grad(map.rate(variable, S, T).square().sum(), List.of(variable)).get(0),
        Autograd.grad(u.square().sum(), List.of(variable)).get(0),
        1e-11,
        "gradient in x");
  }

  @Test
  void withoutACorrectionItIsTheBase() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    CorrectedFlowMap map = new CorrectedFlowMap(base, perceptron(3, 4, 0), SCALE);
    Tensor x = new Rng(3).normal(TYPE, ROWS, 3);
    assertClose(base.rate(x, S, T), map.rate(x, S, T).detach(), 0, "joint");
    CorrectedFlowMap bare = new CorrectedFlowMap(base, perceptron(3, 3, 0), SCALE);
    assertClose(
        base.rate(x, S, T).narrow(1, 0, 3), bare.rate(x, S, T).detach(), 0, "without divergence");
  }

  @Test
  void overTheStandardGaussianItIsTheNetworkFlowMap() {
    GaussianFlow standard = GaussianFlow.of(new double[3], new double[] {1, 1, 1}, 1);
    for (int outputs : new int[] {3, 4}) {
      for (int conditions : new int[] {0, 2}) {
        Network network = stirred(perceptron(3, outputs, conditions));
        CorrectedFlowMap map = new CorrectedFlowMap(standard, network, SCALE);
        NetworkFlowMap same = new NetworkFlowMap(network, SCALE);
        Tensor x = new Rng(3).normal(TYPE, ROWS, 3 + conditions);
        assertClose(same.rate(x, S, T).detach(), map.rate(x, S, T).detach(), 1e-12, "rate");
        assertClose(
            same.rate(x, 0.2, 0.9).detach(), map.rate(x, 0.2, 0.9).detach(), 1e-12, "one time");
        Direction direction = Direction.ofPath(x, S);
        assertClose(
            same.rateAlong(x, S, T, direction).tangent().detach(),
            map.rateAlong(x, S, T, direction).tangent().detach(),
            1e-12,
            "derivative");
      }
    }
  }

  @Test
  void otherNumbersMakeTheSameMapOfThem() {
    Case c = cases().findFirst().orElseThrow();
    Network other = c.network().with(c.network().parameters().copy());
    other.parameters().flat().mulInPlace(0.7);
    LearnedFlowMap map = c.map().with(other.parameters());
    assertEquals(SCALE, map.divergenceScale());
    Tensor x = c.points();
    assertClose(
        new CorrectedFlowMap(c.base(), other, SCALE).rate(x, S, T).detach(),
        map.rate(x, S, T).detach(),
        0,
        "rate");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    JointFlowMap withoutDivergence = new CorrectedFlowMap(base, perceptron(3, 3, 0), 1);
    Network fits = perceptron(3, 4, 0);
    refused(base, perceptron(2, 3, 0), 1);
    refused(base, perceptron(3, 5, 0), 1);
    refused(base, perceptron(3, 2, 0), 1);
    refused(withoutDivergence, fits, 1);
    for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(base, fits, scale);
    }
  }

  private static void refused(JointFlowMap base, Network network, double scale) {
    assertThrows(IllegalArgumentException.class, () -> new CorrectedFlowMap(base, network, scale));
  }
}
