package org.f2d2.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.UniformSquareFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeasuresTest {

  private static final Settings SETTINGS =
      new Settings(64, 1e-3, 0.999, 4000, 500, 40, 50, 300, 4000, 100, 100);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private record Field(int dimensions, BinaryOperator<Tensor> v) implements VelocityField {
    @Override
    public Tensor velocity(Tensor x, Tensor t) {
      return v.apply(x, t);
    }
  }

  private static MeasuredField field(int dimensions, BinaryOperator<Tensor> v) {
    return new MeasuredField(new Field(dimensions, v), DType.FLOAT64);
  }

  @Test
  void errorsOfAFieldThatIsOffByALinearMap() {
    ClosedFormFlow flow = GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 0.7}, 1);
    PathPoints points = PathPoints.fresh(flow, 5000, 0.999, new Rng(1));
    double a = 0.25;
    MeasuredField off = field(2, (x, t) -> flow.velocity(x, t).addScaled(x, a));
    FieldErrors errors = FieldErrors.of(off, flow, points, 700);
    double square = points.x().square().sum().item() / 5000;
    assertEquals(a * a * square, errors.velocity(), 1e-10);
    assertEquals(4 * a * a, errors.divergence(), 1e-10);
    FieldErrors none = FieldErrors.of(new MeasuredField(flow, DType.FLOAT64), flow, points, 700);
    assertEquals(0, none.velocity());
    assertEquals(0, none.divergence(), 1e-20);
  }

  @Test
  void pathPointsHaveTheMomentsOfThePath() {
    ClosedFormFlow flow = GaussianFlow.of(new double[] {2}, new double[] {0.5}, 1);
    Tensor x = PathPoints.at(flow, 40_000, 0.7, new Rng(2)).x();
    double mean = x.mean().item();
    assertEquals(1.4, mean, 0.015);
    assertEquals(0.3 * 0.3 + 0.35 * 0.35, x.sub(mean).square().mean().item(), 0.01);
    PathPoints fresh = PathPoints.fresh(flow, 40_000, 0.5, new Rng(3));
    assertEquals(0.25, fresh.t().mean().item(), 0.005);
    assertTrue(fresh.t().max().item() < 0.5);
  }

  @Test
  void lipschitzConstantOfALinearField() {
    // Not symmetric, so the spectral norm is no eigenvalue: singular values of [[1, 2], [0, 1]].
    double norm = Math.sqrt(3 + 2 * Math.sqrt(2));
    ClosedFormFlow flow = new StandardGaussianFlow(2);
    Tensor b = Tensor.of(new double[] {1, 0, 2, 1}, 2, 2);
    MeasuredField constant = field(2, (x, t) -> x.matmul(b));
    Tensor x = PathPoints.at(flow, 20, 0.5, new Rng(1)).x();
    assertEquals(norm, LipschitzConstant.largest(constant, x, 0.5), 1e-9);
    assertEquals(
        1.1 * 0.999 * norm, LipschitzConstant.integral(constant, flow, SETTINGS, new Rng(2)), 1e-9);
    MeasuredField steep = field(2, (y, t) -> y.matmul(b).div(t.subtractFrom(1)));
    assertEquals(
        1.1 * norm * Math.log(1000),
        LipschitzConstant.integral(steep, flow, SETTINGS, new Rng(2)),
        0.03);
  }

  @Test
  void lipschitzConstantOnTheLineTakesTheSteepestPoint() {
    MeasuredField bent = field(1, (x, t) -> x.mul(3).sin().neg());
    Tensor x = Tensor.of(new double[] {-0.2, 0.1, 1}, 3, 1);
    assertEquals(3 * Math.abs(Math.cos(3)), LipschitzConstant.largest(bent, x, 0.5), 1e-12);
    MeasuredField still = field(2, (y, t) -> y.mul(0));
    assertEquals(0, LipschitzConstant.largest(still, Tensor.ones(DType.FLOAT64, 3, 2), 0.5));
  }

  @Test
  void leastLossOfTheStandardGaussianIsHalfOfPi() {
    // Var(w|x_t) = 2 - (2t-1)²/((1-t)² + t²), whose integral over [0, 1] is π/2.
    ClosedFormFlow flow = new StandardGaussianFlow(1);
    int n = 200_000;
    Tensor fresh = flow.sample(n, new Rng(1));
    Tensor rows = fresh.mul(0).add(3);
    MeasuredField exact = new MeasuredField(flow, DType.FLOAT64);
    Losses losses = Losses.of(exact, flow, rows, fresh, 0.999999, new Rng(2));
    assertEquals(Math.PI / 2, losses.test(), 0.02);
    assertEquals(losses.test(), losses.exactTest());
    assertEquals(losses.train(), losses.exactTrain());
    // A field that knows the only row: v = (3 - x)/(1-t) is w itself.
    MeasuredField byHeart = field(1, (x, t) -> x.subtractFrom(3).div(t.subtractFrom(1)));
    Losses known = Losses.of(byHeart, flow, rows, fresh, 0.9, new Rng(3));
    assertEquals(0, known.train(), 1e-20);
    assertTrue(known.gap() > 1 && known.exactTrain() > 1, known.toString());
    assertEquals(known.test() - known.train(), known.gap(), 1e-12);
  }

  @Test
  void theExactFieldCarriesNoiseToTheData() {
    QuantileFlow flow = QuantileFlow.reference(1);
    Tensor z = PathPoints.noise(flow, 100, new Rng(1));
    Tensor t = TimeGrid.column(z, 0.999);
    Tensor map = z.addProduct(t, flow.rate(z, t.mul(0), t).narrow(1, 0, 1));
    double[] ends = new Transport(flow, SETTINGS).ends(new MeasuredField(flow, DType.FLOAT64), z);
    for (int i = 0; i < ends.length; i++) {
      assertEquals(map.toDoubles()[i], ends[i], 1e-5);
    }
    Transport transport = new Transport(flow, SETTINGS);
    assertEquals(0, transport.floor(new Rng(4)));
    assertEquals(0, transport.distance(new MeasuredField(flow, DType.FLOAT64), new Rng(4)), 1e-5);
    ClosedFormFlow square = new UniformSquareFlow(1);
    Transport plane = new Transport(square, SETTINGS);
    double floor = plane.floor(new Rng(4));
    double distance = plane.distance(new MeasuredField(square, DType.FLOAT64), new Rng(4));
    assertTrue(floor > 0.02 && floor < 0.3, "floor " + floor);
    assertTrue(distance > 0.02 && distance < 0.3, "distance " + distance);
  }

  @Test
  void distanceOfAFieldThatStandsStill() {
    // Noise stays N(0, I) and the data are N(m, c²): W2² = m² + (c - 1)² for each coordinate.
    double[] m = {1.5, -2, 1};
    double[] c = {0.5, 0.5, 0.5};
    double[] allowed = {0.05, 0.1, 0.05};
    for (int d = 1; d <= 3; d++) {
      ClosedFormFlow flow = GaussianFlow.of(Arrays.copyOf(m, d), Arrays.copyOf(c, d), 1);
      double square = 0;
      for (int i = 0; i < d; i++) {
        square += m[i] * m[i] + 0.25;
      }
      // Slices see the mean square over directions.
      double expected = Math.sqrt(d < 3 ? square : square / 3);
      MeasuredField still = field(d, (x, t) -> x.mul(0));
      double distance = new Transport(flow, SETTINGS).distance(still, new Rng(7));
      assertEquals(expected, distance, allowed[d - 1] * expected, d + " dimensions");
    }
  }

  @Test
  void aNetworkIsAskedTheSameInBothWays() {
    Mlp network =
        Mlp.random(
            new MlpArchitecture(2, 2, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), false),
            DType.FLOAT64,
            new Rng(1));
    network.parameters().get("output.weight").detach().addInPlace(0.3);
    MeasuredField field = new MeasuredField(new NetworkVelocity(network), DType.FLOAT64);
    Tensor x = new Rng(2).normal(DType.FLOAT64, 10, 2);
    Tensor one = field.velocity(x, 0.4);
    Tensor each = field.velocity(x, TimeGrid.column(x, 0.4));
    assertEquals(0, one.sub(each).abs().max().item(), 1e-12);
  }

  @Test
  void aWholeSampleComesEquallyOftenInAnyOrder() {
    Training.EachEquallyOften rows =
        new Training.EachEquallyOften(Tensor.of(new double[] {0, 1, 2, 3}, 4, 1));
    double[] first = rows.draw(12, new Rng(1)).toDoubles();
    double[] second = rows.draw(12, new Rng(2)).toDoubles();
    for (double row = 0; row < 4; row++) {
      double own = row;
      assertEquals(3, Arrays.stream(first).filter(v -> v == own).count());
    }
    assertTrue(!Arrays.equals(first, second));
  }
}
