package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.example.SmoothStep;
import java.util.stream.Stream;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every path has to satisfy. */
class ProbabilityPathTest {

  static Stream<ProbabilityPath> paths() {
    return Stream.of(
        new ProbabilityPath.Linear(), new ProbabilityPath.VariancePreserving(), new SmoothStep());
  }

  @ParameterizedTest
  @MethodSource("paths")
  void endPoints(ProbabilityPath path) {
    try (Scope scope = Scope.open()) {
      Tensor t = Tensor.of(new double[] {0, 1}, 2, 1);
      assertArrayEquals(new double[] {0, 1}, path.alpha(t).toDoubles(), 1e-15);
      assertArrayEquals(new double[] {1, 0}, path.sigma(t).toDoubles(), 1e-15);
      Rng rng = new Rng(1);
      Tensor z = rng.normal(DType.FLOAT64, 2, 3);
      Tensor x1 = rng.normal(DType.FLOAT64, 2, 3);
      Tensor expected = Tensor.cat(0, z.rows(0, 1), x1.rows(1, 2));
      assertArrayEquals(expected.toDoubles(), path.point(z, x1, t).toDoubles(), 1e-15);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void ratesAreDerivatives(ProbabilityPath path) {
    try (Scope scope = Scope.open()) {
      Tensor t = Tensor.range(11, DType.FLOAT64).div(10).reshape(11, 1);
      Tensor one = t.onesLike();
      assertArrayEquals(
          Autograd.jvp(path::alpha, t, one).tangent().toDoubles(),
          path.alphaRate(t).toDoubles(),
          1e-14);
      assertArrayEquals(
          Autograd.jvp(path::sigma, t, one).tangent().toDoubles(),
          path.sigmaRate(t).toDoubles(),
          1e-14);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void theVelocityOfAPairIsTheDerivativeOfItsPoint(ProbabilityPath path) {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(2);
      Tensor z = rng.normal(DType.FLOAT64, 5, 2);
      Tensor x1 = rng.normal(DType.FLOAT64, 5, 2);
      Tensor t = rng.uniform(DType.FLOAT64, 5, 1);
      Autograd.Jvp j = Autograd.jvp(time -> path.point(z, x1, time), t, t.onesLike());
      assertArrayEquals(j.tangent().toDoubles(), path.velocity(z, x1, t).toDoubles(), 1e-14);
    }
  }

  @Test
  void linearPointsLieOnALine() {
    try (Scope scope = Scope.open()) {
      ProbabilityPath path = new ProbabilityPath.Linear();
      Tensor z = Tensor.of(new double[] {1, -2}, 1, 2);
      Tensor x1 = Tensor.of(new double[] {3, 4}, 1, 2);
      Tensor t = Tensor.full(0.25, DType.FLOAT64, 1, 1);
      assertArrayEquals(new double[] {1.5, -0.5}, path.point(z, x1, t).toDoubles(), 1e-15);
      assertArrayEquals(new double[] {2, 6}, path.velocity(z, x1, t).toDoubles(), 1e-15);
    }
  }

  @Test
  void quarterCirclesPreserveVariance() {
    try (Scope scope = Scope.open()) {
      ProbabilityPath path = new ProbabilityPath.VariancePreserving();
      Tensor t = Tensor.range(11, DType.FLOAT64).div(10);
      Tensor variance = path.alpha(t).square().add(path.sigma(t).square());
      assertArrayEquals(t.onesLike().toDoubles(), variance.toDoubles(), 1e-15);
    }
  }
}
