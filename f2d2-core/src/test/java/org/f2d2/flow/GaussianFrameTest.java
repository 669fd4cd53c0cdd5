package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianFrameTest {

  private static final int D = 3;
  private static final int ROWS = 30;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static GaussianFrame frame(double noiseScale) {
    return new GaussianFrame(RotatedGaussianFlowTest.correlated(noiseScale));
  }

  private static Tensor rows(long seed) {
    return new Rng(seed).normal(DType.FLOAT64, ROWS, D).mul(1.4);
  }

  private static Tensor times(long seed) {
    return new Rng(seed).uniform(DType.FLOAT64, ROWS, 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void inAndOutAreInverses(double noiseScale) {
    GaussianFrame frame = frame(noiseScale);
    Tensor x = rows(1);
    for (Tensor t : List.of(times(2), same(0, ROWS), same(1, ROWS))) {
      assertClose(x, frame.out(frame.in(x, t), t), 1e-12, "x");
      assertClose(x, frame.in(frame.out(x, t), t), 1e-12, "ξ");
    }
    Tensor t = times(2).to(DType.FLOAT32);
    Tensor single = x.to(DType.FLOAT32);
    assertEquals(DType.FLOAT32, frame.in(single, t).type());
    assertClose(single, frame.out(frame.in(single, t), t), 1e-5, "in 32 bits");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void pointsOfTheBaseStandStill(double noiseScale) {
    GaussianFrame frame = frame(noiseScale);
    Tensor x = rows(1);
    Tensor s = times(2);
    Tensor t = times(3);
    Tensor end = JointFlowMap.jump(x, s, t, frame.base().rate(x, s, t));
    assertClose(frame.in(x, s), frame.in(end, t), 1e-12, "ξ before and after a jump");
    Tensor still = frame.velocityOut(frame.in(x, t), x.zerosLike(), t);
    assertClose(frame.base().velocity(x, t), still, 1e-12, "velocity of a point at rest");
  }

  @Test
  void theFrameStartsAsARotationAndEndsWhite() {
    GaussianFrame frame = frame(1);
    Tensor x = rows(1);
    Tensor turned = x.matmul(frame.base().basis());
    assertClose(turned, frame.in(x, same(0, ROWS)), 1e-14, "at time 0");
    int n = 40_000;
    Tensor xi = frame.in(frame.base().sample(n, new Rng(4)), same(1, n));
    assertClose(Tensor.zeros(DType.FLOAT64, D), xi.sum(0).div(n), 0.02, "mean");
    Tensor covariance = xi.transpose().matmul(xi).div(n);
    assertClose(Tensor.eye(D, DType.FLOAT64), covariance, 0.03, "covariance");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void velocityOutIsTheDerivativeOfAPointThatMoves(double noiseScale) {
    GaussianFrame frame = frame(noiseScale);
    Tensor xi = rows(1);
    Tensor rate = rows(5);
    Tensor t = times(2).mul(0.9).add(0.05);
    Tensor differences =
        Differences.along(
            in -> frame.out(in.get(0), in.get(1)), List.of(xi, t), List.of(rate, t.onesLike()));
    assertClose(differences, frame.velocityOut(xi, rate, t), 1e-9, "dx/dt");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void rateInIsWhatVelocityOutTurnsBack(double noiseScale) {
    GaussianFrame frame = frame(noiseScale);
    Tensor x = rows(1);
    Tensor beside = rows(5);
    Tensor t = times(2);
    Tensor out = frame.velocityOut(frame.in(x, t), frame.rateIn(beside, t), t);
    assertClose(frame.base().velocity(x, t).add(beside), out, 1e-12, "velocity");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.8, 1})
  void logDeterminantIsThatOfTheJacobian(double time) {
    for (double noiseScale : new double[] {1, 0.5}) {
      GaussianFrame frame = frame(noiseScale);
      Tensor xi = rows(1).rows(0, 1).expand(D, D);
      Tensor t = same(time, D);
      // Row i is ∂x/∂ξ_i.
      Tensor jacobian =
          Differences.along(
              in -> frame.out(in.get(0), t), List.of(xi), List.of(Tensor.eye(D, DType.FLOAT64)));
      double expected = jacobian.logAbsDeterminant().item();
      assertEquals(expected, frame.logDeterminant(same(time, 1)).item(), 1e-9);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void curvatureIsTheSecondDerivativeOfTheBasesLogDensity(double noiseScale) {
    GaussianFrame frame = frame(noiseScale);
    Tensor x = rows(1);
    Tensor move = rows(5);
    Tensor t = times(2);
    Tensor second =
        Differences.along(
            at -> Autograd.jvp(y -> frame.base().logDensity(y, t), at.get(0), move).tangent(),
            List.of(x),
            List.of(move));
    assertClose(second, frame.curvature(move, t), 1e-7, "moveᵀ H move");
    // A Gaussian's log-density has no third derivative.
    Tensor change = frame.base().logDensity(x.add(move), t).sub(frame.base().logDensity(x, t));
    Tensor slope = Autograd.jvp(y -> frame.base().logDensity(y, t), x, move).tangent();
    assertClose(change, slope.addScaled(frame.curvature(move, t), 0.5), 1e-10, "to second order");
  }
}
