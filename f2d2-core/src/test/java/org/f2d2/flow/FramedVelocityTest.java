package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.net.DiffusionTransformer;
import org.f2d2.net.ImageFormat;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.SymmetricEigen;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The field in the frame is the field in x, in other coordinates. */
class FramedVelocityTest {

  private static final int ROWS = 4;
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

  record Case(String name, Network network) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("perceptron", perceptron(3, 3, 0)),
        new Case("perceptron with conditions", perceptron(3, 3, 2)),
        new Case("transformer with a condition", transformer()));
  }

  private static Network perceptron(int d, int outputs, int conditions) {
    return stirred(
        Mlp.random(
            new MlpArchitecture(
                d, outputs, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), false, conditions),
            TYPE,
            new Rng(1)));
  }

  private static Network transformer() {
    return stirred(
        DiffusionTransformer.random(
            new DiffusionTransformer.Architecture(
                new ImageFormat(1, 2, 4), true, false, 2, 8, 1, 2, new TimeEmbedding(2), false, 1),
            TYPE,
            new Rng(1)));
  }

  private static Network stirred(Network network) {
    Tensor flat = network.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.15);
    return network;
  }

  /** A base whose standard deviations differ by a factor of five. */
  private static RotatedGaussianFlow base(Network network) {
    int d = network.dimensions() - network.conditions();
    double[] scale = new double[d];
    for (int i = 0; i < d; i++) {
      scale[i] = Math.pow(5, -(double) i / (d - 1));
    }
    Rng rng = new Rng(3);
    Tensor a = rng.normal(TYPE, d, d);
    return new RotatedGaussianFlow(
        GaussianFlow.of(rng.normal(TYPE, d).mul(0.4).toDoubles(), scale, 1),
        SymmetricEigen.of(a.add(a.transpose())).vectors());
  }

  private static FramedVelocity framed(Network network) {
    return new FramedVelocity(network, new GaussianFrame(base(network)));
  }

  private static Tensor points(Network network) {
    return new Rng(4).normal(TYPE, ROWS, network.dimensions());
  }

  private static Tensor out(FramedVelocity field, Tensor xi, Tensor t) {
    Coordinates c = field.coordinates();
    return c.withConditions(field.frame().out(c.moving(xi), t), xi);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void broughtOutItIsTheVelocityOverTheBase(Case c) {
    FramedVelocity field = framed(c.network());
    NetworkVelocity plain = new NetworkVelocity(c.network(), field.frame().base());
    assertEquals(plain.dimensions(), field.dimensions());
    assertEquals(plain.conditions(), field.conditions());
    Coordinates columns = field.coordinates();
    int d = columns.moving();
    Tensor xi = points(c.network());
    Tensor t = new Rng(5).uniform(TYPE, ROWS, 1);
    Tensor joint = field.joint(xi, t);
    Tensor rate = field.velocity(xi, t);
    assertClose(rate, joint.narrow(1, 0, columns.all()), 1e-12, "velocity of the joint field");
    Tensor x = out(field, xi, t);
    Tensor expected = plain.joint(x, t);
    assertClose(
        expected.narrow(1, 0, d),
        field.frame().velocityOut(columns.moving(xi), columns.moving(rate), t),
        1e-11,
        "velocity");
    if (columns.conditions() > 0) {
      assertEquals(0, rate.narrow(1, d, columns.conditions()).abs().max().item());
    }
    Tensor ofBase = field.frame().base().joint(columns.moving(x), t).column(d);
    assertClose(
        expected.column(columns.all()).sub(ofBase), joint.column(columns.all()), 1e-11, "trace");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTraceIsThatOfItsOwnJacobian(Case c) {
    FramedVelocity field = framed(c.network());
    VelocityField automatic =
        new VelocityField() {
          @Override
          public int dimensions() {
            return field.dimensions();
          }

          @Override
          public int conditions() {
            return field.conditions();
          }

          @Override
          public Tensor velocity(Tensor x, Tensor t) {
            return field.velocity(x, t);
          }
        };
    Tensor xi = points(c.network());
    Tensor t = new Rng(5).uniform(TYPE, ROWS, 1);
    assertClose(automatic.joint(xi, t), field.joint(xi, t), 1e-11, "joint");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void unitVectorsAsProbesAddUpToTheTrace(Case c) {
    FramedVelocity field = framed(c.network());
    Tensor xi = points(c.network());
    Tensor t = new Rng(5).uniform(TYPE, ROWS, 1);
    Tensor joint = field.joint(xi, t);
    int all = field.dimensions();
    Tensor identity = Tensor.eye(all, TYPE);
    Tensor sum = Tensor.zeros(TYPE, ROWS, 1);
    for (int i = 0; i < field.coordinates().moving(); i++) {
      Tensor probed = field.probed(xi, t, identity.rows(i, i + 1).expand(ROWS, all));
      assertClose(joint.narrow(1, 0, all), probed.narrow(1, 0, all), 1e-12, "velocity");
      sum = sum.add(probed.column(all));
    }
    assertClose(joint.column(all), sum, 1e-11, "trace");
  }

  @Test
  void signsAsProbesGiveTheTraceInMean() {
    FramedVelocity field = framed(perceptron(3, 3, 0));
    int n = 20_000;
    Tensor xi = points(field.network()).rows(0, 1).expand(n, 3);
    Tensor t = same(0.6, n);
    double exact = field.joint(xi.rows(0, 1), t.rows(0, 1)).column(3).item();
    Tensor error = field.probed(xi, t, new Rng(6).rademacher(TYPE, n, 3)).column(3).sub(exact);
    double spread = Math.sqrt(error.square().mean().item());
    assertTrue(spread > 0.01, "probes differ by " + spread);
    assertEquals(0, error.mean().item(), 4 * spread / Math.sqrt(n));
  }

  // The log-density of x at time 1 is that of ξ less the volume of the frame there.
  @ParameterizedTest
  @MethodSource("cases")
  void theDensityIsThatOfTheFieldInX(Case c) {
    FramedVelocity field = framed(c.network());
    GaussianFrame frame = field.frame();
    Coordinates columns = field.coordinates();
    GaussianPrior prior = GaussianPrior.standard(columns.conditions());
    NetworkVelocity plain = new NetworkVelocity(c.network(), frame.base());
    Tensor one = same(1, ROWS);
    Tensor xi = points(c.network());
    Tensor x = out(field, xi, one);
    double[] inFrame =
        new ExactTrace(field, prior, steps(12), RowChunks.DEFAULT).estimate(xi).logDensity();
    double[] inX =
        new ExactTrace(plain, prior, steps(32), RowChunks.DEFAULT).estimate(x).logDensity();
    double volume = frame.logDeterminant(same(1, 1)).item();
    double[] ofBase = frame.base().logDensity(columns.moving(x), one).toDoubles();
    double largest = 0;
    for (int r = 0; r < ROWS; r++) {
      assertEquals(inX[r], inFrame[r] - volume, 1e-4, "row " + r);
      largest = Math.max(largest, Math.abs(inX[r] - ofBase[r]));
    }
    assertTrue(largest > 0.1, "the network changes the density by " + largest);
  }

  private static OdeSolver steps(int steps) {
    return new OdeSolver.FixedStep(ButcherTableau.RK4, steps);
  }

  @Test
  void withoutACorrectionNothingMoves() {
    Network zero =
        Mlp.random(
            new MlpArchitecture(3, 3, 4, 1, new TimeEmbedding(1), new FourierFeatures(0), false),
            TYPE,
            new Rng(1));
    FramedVelocity field = framed(zero);
    Tensor xi = points(zero);
    assertArrayEquals(
        new double[4 * ROWS], field.joint(xi, same(0.4, ROWS)).abs().toDoubles(), "joint");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    GaussianFrame frame = new GaussianFrame(RotatedGaussianFlowTest.correlated(1));
    GaussianFrame otherNoise = new GaussianFrame(RotatedGaussianFlowTest.correlated(0.5));
    Network fits = perceptron(3, 3, 0);
    Network otherSize = perceptron(2, 2, 0);
    Network withDivergence = perceptron(3, 4, 0);
    new FramedVelocity(fits, frame);
    assertThrows(IllegalArgumentException.class, () -> new FramedVelocity(fits, otherNoise));
    assertThrows(IllegalArgumentException.class, () -> new FramedVelocity(otherSize, frame));
    assertThrows(IllegalArgumentException.class, () -> new FramedVelocity(withDivergence, frame));
  }
}
