package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.f2d2.likelihood.ChangeOfVariables;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.Jumps;
import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.net.Parameters;
import org.f2d2.net.Query;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that sees conditions is, for each condition, a flow of the moving columns alone. */
class CoordinatesTest {

  private static final int D = 2;
  private static final int C = 3;
  private static final int N = 7;

  private Scope scope;
  private final Rng rng = new Rng(4);

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Mlp network(int outputs, int fourier, boolean twoTimes) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D, outputs, 9, 3, new TimeEmbedding(2), new FourierFeatures(fourier), twoTimes, C),
            DType.FLOAT64,
            rng);
    for (Parameters.Entry e : mlp.parameters().entries()) {
      Tensor p = mlp.parameters().get(e.name()).detach();
      p.copyInPlace(rng.normal(DType.FLOAT64, p.shape()).mul(0.4));
    }
    return mlp;
  }

  /** Points whose conditions are the classes 0, 1, 2, 0, ... */
  private Tensor points() {
    Tensor x = rng.normal(DType.FLOAT64, N, D);
    return Tensor.cat(1, x, classes());
  }

  private static Tensor classes() {
    double[] one = new double[N * C];
    for (int r = 0; r < N; r++) {
      one[r * C + r % C] = 1;
    }
    return Tensor.of(one, DType.FLOAT64, N, C);
  }

  private Tensor times() {
    return rng.uniform(DType.FLOAT64, N, 1);
  }

  /** The map of one class as a map of the moving columns, by plain evaluation. */
  private static JointFlowMap ofClass(NetworkFlowMap map, double[] condition) {
    return new JointFlowMap() {
      @Override
      public int dimensions() {
        return D;
      }

      @Override
      public boolean hasDivergence() {
        return true;
      }

      @Override
      public Tensor rate(Tensor x, Tensor s, Tensor t) {
        Tensor c = Tensor.of(condition, x.type(), 1, C).expand(x.size(0), C);
        Tensor rate = map.rate(Tensor.cat(1, x, c), s, t);
        return Tensor.cat(1, rate.narrow(1, 0, D), rate.narrow(1, D + C, 1));
      }
    };
  }

  private static double[] condition(int row) {
    double[] c = new double[C];
    c[row % C] = 1;
    return c;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void conditionsStandStillAndMatter(int fourier) {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, fourier, true), 2);
    assertEquals(D + C, map.dimensions());
    assertEquals(C, map.conditions());
    Tensor x = points();
    Tensor s = times();
    Tensor t = times();
    Tensor rate = map.rate(x, s, t);
    assertArrayEquals(new long[] {N, D + C + 1}, rate.shape());
    assertEquals(0, rate.narrow(1, D, C).abs().max().item());
    Tensor other = Tensor.cat(1, x.narrow(1, 0, D), classes().zerosLike());
    double change = map.rate(other, s, t).sub(rate).abs().max().item();
    assertEquals(true, change > 1e-2, "a condition that changes nothing");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void allWaysToTheRateAgree(int fourier) {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, fourier, true), 2);
    Tensor x = points();
    double[] same =
        map.rate(x, Tensor.full(0.3, x.type(), N, 1), Tensor.full(0.8, x.type(), N, 1)).toDoubles();
    assertArrayEquals(same, map.rate(x, 0.3, 0.8).toDoubles(), 1e-12);
    double[] all = x.toDoubles();
    int width = D + C;
    for (int r = 0; r < N; r++) {
      double[] one =
          map.rateAtPoint(0.3, 0.8).at(Arrays.copyOfRange(all, r * width, (r + 1) * width));
      assertArrayEquals(
          Arrays.copyOfRange(same, r * (width + 1), (r + 1) * (width + 1)), one, 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void derivativesAreThoseOfTheGeneralWay(int fourier) {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, fourier, true), 2);
    Tensor x = points();
    Tensor s = times();
    Tensor t = times();
    Tensor dx = map.coordinates().along(rng.normal(DType.FLOAT64, N, D + C));
    Query query = Query.along(x, s, t, Direction.ofPath(dx, s.onesLike()));
    Query.Answer fast = Autograd.noGrad(() -> map.answer(List.of(query)).get(0));
    Query.Answer general = query.answer(map::rate);
    assertArrayEquals(general.value().toDoubles(), fast.value().toDoubles(), 1e-11);
    assertArrayEquals(general.derivative().toDoubles(), fast.derivative().toDoubles(), 1e-11);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void divergenceIsOfTheMovingColumns(int fourier) {
    NetworkVelocity velocity = new NetworkVelocity(network(D, fourier, false));
    Tensor x = points();
    Tensor t = times();
    Tensor joint = velocity.joint(x, t);
    VelocityField plain =
        new VelocityField() {
          @Override
          public int dimensions() {
            return D;
          }

          @Override
          public Tensor velocity(Tensor y, Tensor at) {
            return velocity.velocity(Tensor.cat(1, y, classes()), at).narrow(1, 0, D);
          }
        };
    Tensor own = plain.joint(x.narrow(1, 0, D), t);
    assertArrayEquals(
        own.toDoubles(),
        Tensor.cat(1, joint.narrow(1, 0, D), joint.narrow(1, D + C, 1)).toDoubles(),
        1e-11);
    assertEquals(0, joint.narrow(1, D, C).abs().max().item());
  }

  @Test
  void everyLikelihoodIsThatOfTheClass() {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, 0, true), 1);
    GaussianPrior conditional = GaussianPrior.standard(C);
    TimeGrid grid = TimeGrid.uniform(3);
    OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.RK4, 8);
    Tensor x = points();
    double[] jumps = new Jumps(map, conditional, grid).estimate(x).logDensity();
    double[] exact =
        new ExactTrace(new DiagonalVelocity(map), conditional, solver, RowChunks.DEFAULT)
            .estimate(x)
            .logDensity();
    double[] change =
        new ChangeOfVariables(map, conditional, grid, RowChunks.DEFAULT).estimate(x).logDensity();
    double[] probed =
        new Hutchinson(
                new DiagonalVelocity(map),
                conditional,
                solver,
                400,
                Hutchinson.ProbeLaw.RADEMACHER,
                RowChunks.DEFAULT)
            .estimate(x, new Rng(1))
            .logDensity();
    for (int r = 0; r < N; r++) {
      JointFlowMap own = ofClass(map, condition(r));
      Tensor row = x.rows(r, r + 1).narrow(1, 0, D);
      GaussianPrior prior = GaussianPrior.STANDARD;
      assertEquals(new Jumps(own, prior, grid).estimate(row).logDensity()[0], jumps[r], 1e-10);
      assertEquals(
          new ExactTrace(new DiagonalVelocity(own), prior, solver, RowChunks.DEFAULT)
              .estimate(row)
              .logDensity()[0],
          exact[r],
          1e-10);
      assertEquals(
          new ChangeOfVariables(own, prior, grid, RowChunks.DEFAULT).estimate(row).logDensity()[0],
          change[r],
          1e-10);
      // Half a dozen standard errors of 400 probes.
      assertEquals(exact[r], probed[r], 0.3);
    }
  }

  @Test
  void atPointIsTheSameLogDensity() {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, 2, true), 1);
    Jumps jumps = new Jumps(map, GaussianPrior.standard(C), TimeGrid.uniform(2));
    Tensor x = points();
    double[] all = jumps.estimate(x).logDensity();
    double[] rows = x.toDoubles();
    for (int r = 0; r < N; r++) {
      double[] row = Arrays.copyOfRange(rows, r * (D + C), (r + 1) * (D + C));
      assertEquals(all[r], jumps.atPoint().at(row)[0], 1e-4);
    }
  }

  @Test
  void noiseKeepsTheConditions() {
    Coordinates c = new Coordinates(D, C);
    Tensor x = points();
    Tensor z = c.noise(x, rng);
    assertArrayEquals(classes().toDoubles(), c.conditions(z).toDoubles());
    assertEquals(true, c.moving(z).sub(c.moving(x)).abs().max().item() > 0.1);
  }

  @Test
  void refusesPointsThatDoNotMove() {
    assertThrows(IllegalArgumentException.class, () -> new Coordinates(0, 2));
    assertThrows(IllegalArgumentException.class, () -> new Coordinates(2, -1));
  }
}
