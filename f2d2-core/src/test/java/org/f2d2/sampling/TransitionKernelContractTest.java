package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.TwoHalves;
import java.util.stream.Stream;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every transition has to satisfy, over the exact map of a Gaussian flow. */
class TransitionKernelContractTest {

  private static final GaussianFlow FLOW =
      GaussianFlow.of(new double[] {0.5, -1}, new double[] {0.3, 1.6}, 1);
  private static final double FROM = 0.2;
  private static final double TO = 0.7;

  static Stream<TransitionKernel> kernels() {
    return Stream.of(
        new JumpKernel(FLOW),
        new DeterminantKernel(FLOW),
        new GammaKernel(FLOW, 0),
        new GammaKernel(FLOW, 0.6),
        new GammaKernel(FLOW, 1),
        new TwoHalves(new JumpKernel(FLOW)),
        new TwoHalves(new GammaKernel(FLOW, 0.6)));
  }

  private static Tensor points(int n) {
    Rng rng = new Rng(3);
    Tensor z = rng.normal(DType.FLOAT64, n, 2);
    return z.mul(1 - FROM).addScaled(FLOW.sample(n, rng), FROM);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void itKeepsTheLawOfTheFlow(TransitionKernel kernel) {
    try (Scope scope = Scope.open()) {
      int n = 40_000;
      Tensor x = kernel.step(points(n), FROM, TO, new Rng(4)).points();
      double[] mean = x.meanKeep(0).toDoubles();
      double[] square = x.square().meanKeep(0).toDoubles();
      double[] means = {0.5, -1};
      double[] scales = {0.3, 1.6};
      for (int i = 0; i < 2; i++) {
        double variance = (1 - TO) * (1 - TO) + Math.pow(TO * scales[i], 2);
        assertEquals(TO * means[i], mean[i], 5 * Math.sqrt(variance / n), "mean " + i);
        assertEquals(variance, square[i] - mean[i] * mean[i], 0.04 * variance, "variance " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theDivergenceIsWhatTheLogDensityFell(TransitionKernel kernel) {
    try (Scope scope = Scope.open()) {
      Tensor x = points(20);
      TransitionKernel.Step step = kernel.step(x, FROM, TO, new Rng(4));
      assertEquals(kernel.hasDivergence(), step.info().divergence().isPresent());
      if (kernel.hasDivergence()) {
        Tensor divergence = step.info().divergence().get();
        assertEquals(DType.FLOAT64, divergence.type());
        Tensor fell = FLOW.logDensity(x, FROM).sub(FLOW.logDensity(step.points(), TO));
        assertArrayEquals(fell.toDoubles(), divergence.toDoubles(), 1e-9);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theSameSourceGivesTheSamePointsAndLeavesTheOldOnes(TransitionKernel kernel) {
    try (Scope scope = Scope.open()) {
      Tensor x = points(20);
      double[] before = x.toDoubles();
      Tensor once = kernel.step(x, FROM, TO, new Rng(4)).points();
      Tensor again = kernel.step(x, FROM, TO, new Rng(4)).points();
      assertArrayEquals(once.toDoubles(), again.toDoubles());
      assertArrayEquals(before, x.toDoubles());
      Tensor few = kernel.step(x.rows(0, 5), FROM, TO, new Rng(4)).points();
      assertArrayEquals(once.rows(0, 5).toDoubles(), few.toDoubles(), 1e-12, "fewer rows");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void itSaysWhatItCostAndWhatItsPointsAre(TransitionKernel kernel) {
    try (Scope scope = Scope.open()) {
      int calls = kernel.step(points(5), FROM, TO, new Rng(4)).info().calls().forward();
      assertEquals(
          kernel instanceof TwoHalves || kernel instanceof DeterminantKernel ? 2 : 1, calls);
      assertEquals(FLOW.coordinates(), kernel.coordinates());
      Tensor x = kernel.step(points(5), 0, 1, new Rng(4)).points();
      assertArrayEquals(new long[] {5, 2}, x.shape());
      assertTrue(x.allFinite());
    }
  }
}
