package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.SymmetricEigen;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Gaussians along the coordinate axes and of a whole covariance matrix. */
class RotatedGaussianFlowTest {

  private static final int D = 3;
  private static final int ROWS = 40;
  private static final double[] MEAN = {0.6, -1.1, 0.3};
  private static final double[][] COVARIANCE = {
    {0.9, 0.5, -0.2}, {0.5, 0.7, 0.1}, {-0.2, 0.1, 0.3}
  };

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The flow to N({@link #MEAN}, {@link #COVARIANCE}), for other tests too. */
  static RotatedGaussianFlow correlated(double noiseScale) {
    SymmetricEigen eigen = SymmetricEigen.of(matrix(COVARIANCE));
    double[] scale = eigen.values().sqrt().toDoubles();
    double[] along = Tensor.of(MEAN, 1, D).matmul(eigen.vectors()).toDoubles();
    return new RotatedGaussianFlow(
        GaussianFlow.of(along, scale, noiseScale), eigen.vectors().copy().outliveScopes());
  }

  private static Tensor matrix(double[][] rows) {
    double[] all = new double[D * D];
    for (int i = 0; i < D; i++) {
      System.arraycopy(rows[i], 0, all, i * D, D);
    }
    return Tensor.of(all, D, D);
  }

  private static Tensor points(double t) {
    return new Rng(Double.doubleToLongBits(t)).normal(DType.FLOAT64, ROWS, D).mul(1.3).add(0.2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void alongTheCoordinateAxesItIsTheGaussianFlow(double noiseScale) {
    GaussianFlow axes = GaussianFlow.of(MEAN, new double[] {0.3, 1.4, 0.02}, noiseScale);
    RotatedGaussianFlow flow = new RotatedGaussianFlow(axes, Tensor.eye(D, DType.FLOAT64));
    assertEquals(D, flow.dimensions());
    assertEquals(noiseScale, flow.noiseScale());
    Tensor x = points(0.5);
    Tensor s = new Rng(1).uniform(DType.FLOAT64, ROWS, 1);
    Tensor t = new Rng(2).uniform(DType.FLOAT64, ROWS, 1);
    assertClose(axes.joint(x, t), flow.joint(x, t), 0, "joint");
    assertClose(axes.velocity(x, t), flow.velocity(x, t), 0, "velocity");
    assertClose(axes.rate(x, s, t), flow.rate(x, s, t), 0, "rate");
    assertClose(axes.logDensity(x, t), flow.logDensity(x, t), 0, "log-density");
    assertClose(axes.sample(9, new Rng(3)), flow.sample(9, new Rng(3)), 0, "sample");
  }

  // With C(t) = (1-t)² σ₀² I + t² C, which commutes with its derivative: v = m + ½ C' C⁻¹ (x - t
  // m).
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.15, 0.5, 0.9, 1})
  void fieldAndDensityAreThoseOfTheWholeCovariance(double t) {
    for (double noiseScale : new double[] {1, 0.5}) {
      double noise = (1 - t) * (1 - t) * noiseScale * noiseScale;
      double noiseRate = -2 * (1 - t) * noiseScale * noiseScale;
      double[][] covariance = new double[D][D];
      double[][] growth = new double[D][D];
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          covariance[i][j] = t * t * COVARIANCE[i][j] + (i == j ? noise : 0);
          growth[i][j] = 2 * t * COVARIANCE[i][j] + (i == j ? noiseRate : 0);
        }
      }
      double determinant = determinant(covariance);
      Tensor inverse = matrix(inverse(covariance, determinant));
      Tensor x = points(t);
      Tensor deviation = x.sub(Tensor.of(MEAN, 1, D).mul(t));
      Tensor linear = matrix(growth).matmul(inverse).mul(0.5);
      Tensor velocity = deviation.matmul(linear.transpose()).add(Tensor.of(MEAN, 1, D));
      double[] entries = linear.toDoubles();
      double divergence = entries[0] + entries[4] + entries[8];
      Tensor logDensity =
          deviation
              .matmul(inverse)
              .mul(deviation)
              .sumKeep(1)
              .add(Math.log(determinant) + D * Math.log(2 * Math.PI))
              .mul(-0.5);
      RotatedGaussianFlow flow = correlated(noiseScale);
      Tensor time = same(t, ROWS);
      Tensor expected = Tensor.cat(1, velocity, same(divergence, ROWS));
      assertClose(expected, flow.joint(x, time), 1e-11, "joint");
      assertClose(velocity, flow.velocity(x, time), 1e-11, "velocity");
      assertClose(logDensity, flow.logDensity(x, time), 1e-11, "log-density");
      assertClose(logDensity, flow.logDensity(x, t), 1e-11, "log-density of one time");
    }
  }

  private static double determinant(double[][] a) {
    return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1])
        - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
        + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
  }

  /** By cofactors. */
  private static double[][] inverse(double[][] a, double determinant) {
    double[][] inverse = new double[D][D];
    for (int i = 0; i < D; i++) {
      for (int j = 0; j < D; j++) {
        int p = (j + 1) % D;
        int q = (j + 2) % D;
        int r = (i + 1) % D;
        int s = (i + 2) % D;
        inverse[i][j] = (a[p][r] * a[q][s] - a[p][s] * a[q][r]) / determinant;
      }
    }
    return inverse;
  }

  @Test
  void twoJumpsAreOneAndMoveTheDensityAlong() {
    for (double noiseScale : new double[] {1, 0.5}) {
      RotatedGaussianFlow flow = correlated(noiseScale);
      double[][] times = {{0, 1, 0.4}, {1, 0, 0.7}, {0.2, 0.85, 0.5}, {0.9, 0.1, 0.2}, {0, 0.3, 1}};
      for (double[] way : times) {
        Tensor x = points(way[0]);
        Tensor s = same(way[0], ROWS);
        Tensor t = same(way[1], ROWS);
        Tensor r = same(way[2], ROWS);
        FlowMapIdentities.Sides halves = FlowMapIdentities.semigroup(flow, x, s, t, r);
        assertClose(halves.left(), halves.right(), 1e-11, "semigroup");
        Tensor rate = flow.rate(x, s, t);
        Tensor end = JointFlowMap.jump(x, s, t, rate);
        Tensor change = t.sub(s).mul(JointFlowMap.divergence(rate, D));
        assertClose(
            flow.logDensity(x, s).sub(change), flow.logDensity(end, t), 1e-11, "log-density");
        FlowMapIdentities.Sides lagrangian = FlowMapIdentities.lagrangian(flow, flow, x, s, t);
        assertClose(lagrangian.left(), lagrangian.right(), 1e-10, "Lagrangian");
      }
    }
  }

  @Test
  void samplesHaveItsMeanAndCovariance() {
    int n = 40_000;
    Tensor x = correlated(1).sample(n, new Rng(4));
    Tensor mean = x.sum(0).div(n).reshape(1, D);
    assertClose(Tensor.of(MEAN, 1, D), mean, 0.02, "mean");
    Tensor deviation = x.sub(mean);
    assertClose(
        matrix(COVARIANCE), deviation.transpose().matmul(deviation).div(n), 0.03, "covariance");
  }

  @Test
  void aBasisOfAnotherSizeIsRefused() {
    GaussianFlow axes = GaussianFlow.of(MEAN, new double[] {1, 1, 1}, 1);
    for (Tensor basis :
        new Tensor[] {
          Tensor.eye(2, DType.FLOAT64),
          Tensor.zeros(DType.FLOAT64, 3),
          Tensor.zeros(DType.FLOAT64, 3, 2),
          Tensor.zeros(DType.FLOAT64, 2, 3)
        }) {
      assertThrows(IllegalArgumentException.class, () -> new RotatedGaussianFlow(axes, basis));
    }
  }
}
