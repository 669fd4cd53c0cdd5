package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.sampling.DeterminantKernel;
import org.f2d2.sampling.KernelChain;
import org.f2d2.sampling.Sampler;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The density of few-step samples, where they are drawn and where points are given. */
class InverseJumpsTest {

  private static final RowChunks CHUNKS = new RowChunks(1000);
  private static final TimeGrid GRID = TimeGrid.of(0, 0.4, 0.7, 1);

  /** A map that is the flow of nothing: its jumps back are not the inverse of those there. */
  private record Waves(double height) implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public boolean hasDivergence() {
      return false;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor back = t.sub(s).lessThan(0).to(x.type());
      Tensor first = x.column(1).mul(2).sin().mul(height).add(back.mul(0.1));
      return Tensor.cat(1, first, x.column(0).mul(2).add(s).sin().mul(height));
    }
  }

  private static Sampler sampler(JointFlowMap map) {
    return new KernelChain(
        new DeterminantKernel(map), GaussianPrior.STANDARD, GRID, new Rng(0), CHUNKS);
  }

  private static InverseJumps inverse(JointFlowMap map) {
    return new InverseJumps(map, GaussianPrior.STANDARD, GRID, 20, CHUNKS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void isExactForAPerfectMap(int k) {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(DType.FLOAT64, 50, 2);
      GaussianPrior prior = new GaussianPrior(2);
      InverseJumps.Inverted inverted =
          new InverseJumps(SinhFlow.DEFAULT, prior, TimeGrid.uniform(k)).invert(x);
      assertArrayEquals(
          SinhFlow.DEFAULT.logDensity(x, prior), inverted.estimate().logDensity(), 1e-10);
      assertTrue(Arrays.stream(inverted.residual()).max().orElseThrow() < 1e-10);
    }
  }

  @Test
  void samplesHaveTheDensityThatTheyAreGiven() {
    try (Scope scope = Scope.open()) {
      Waves map = new Waves(0.4);
      Sampler.ScoredSample sample = sampler(map).sampleScored(2500, DType.FLOAT64, new Rng(1));
      InverseJumps.Inverted inverted = inverse(map).invert(sample.points());
      assertArrayEquals(sample.logDensity(), inverted.estimate().logDensity(), 1e-6);
      // By the jumps back it is another density.
      double[] other =
          new ChangeOfVariables(map, GaussianPrior.STANDARD, GRID, CHUNKS)
              .estimate(sample.points())
              .logDensity();
      double worst = 0;
      for (int i = 0; i < other.length; i++) {
        worst = Math.max(worst, Math.abs(other[i] - sample.logDensity()[i]));
      }
      assertTrue(worst > 0.1, "" + worst);
    }
  }

  @Test
  void theDensityIntegratesToOne() {
    try (Scope scope = Scope.open()) {
      int side = 121;
      double width = 14.0 / (side - 1);
      Tensor line = Tensor.range(side, DType.FLOAT64).mul(width).sub(7);
      Tensor x =
          Tensor.cat(
              1,
              line.reshape(side, 1, 1).expand(side, side, 1).reshape(-1, 1),
              line.reshape(1, side, 1).expand(side, side, 1).reshape(-1, 1));
      double integral = 0;
      for (double l : inverse(new Waves(0.4)).estimate(x, new long[0]).logDensity()) {
        integral += Math.exp(l) * width * width;
      }
      assertEquals(1, integral, 1e-4);
    }
  }

  @Test
  void theJacobianIsThatOfTheJump() {
    try (Scope scope = Scope.open()) {
      Waves map = new Waves(0.4);
      Tensor x = new Rng(2).normal(DType.FLOAT64, 10, 2);
      Tensor s = TimeGrid.column(x, 0.1);
      Tensor t = TimeGrid.column(x, 0.8);
      double[] jacobian = FlowMapIdentities.linearised(map, x, s, t).jacobian().toDoubles();
      double h = 1e-6;
      for (int j = 0; j < 2; j++) {
        Tensor step = Tensor.eye(2, DType.FLOAT64).rows(j, j + 1).mul(h);
        double[] above =
            JointFlowMap.jump(x.add(step), s, t, map.rate(x.add(step), s, t)).toDoubles();
        double[] below =
            JointFlowMap.jump(x.sub(step), s, t, map.rate(x.sub(step), s, t)).toDoubles();
        for (int row = 0; row < 10; row++) {
          for (int i = 0; i < 2; i++) {
            assertEquals(
                (above[row * 2 + i] - below[row * 2 + i]) / (2 * h),
                jacobian[row * 4 + i * 2 + j],
                1e-5);
          }
        }
      }
    }
  }

  @Test
  void aPerfectMapIsOneToOneAndAFoldingOneIsNot() {
    try (Scope scope = Scope.open()) {
      Tensor z = new Rng(3).normal(DType.FLOAT64, 2500, 2);
      Injectivity perfect = Injectivity.along(SinhFlow.DEFAULT, GRID, z, CHUNKS);
      assertTrue(perfect.holds());
      assertEquals(0, perfect.worstCycle(), 1e-10);
      assertEquals(2500, perfect.rows());
      Injectivity waves = Injectivity.along(new Waves(0.4), GRID, z, CHUNKS);
      assertTrue(waves.holds());
      assertTrue(waves.cycleError() > 0.01);
      Injectivity folded = Injectivity.along(new Waves(3), GRID, z, CHUNKS);
      assertFalse(folded.holds());
      assertTrue(folded.negative() > 250, "" + folded);
      assertTrue(folded.worstCycle() >= folded.cycleError());
    }
  }

  @Test
  void aPointThatIsNoSampleHasAResidual() {
    try (Scope scope = Scope.open()) {
      // A jump of this map reaches the upper half of the line alone.
      JointFlowMap square =
          new JointFlowMap() {
            @Override
            public int dimensions() {
              return 1;
            }

            @Override
            public boolean hasDivergence() {
              return false;
            }

            @Override
            public Tensor rate(Tensor x, Tensor s, Tensor t) {
              return x.square().sub(x);
            }
          };
      InverseJumps jumps = new InverseJumps(square, GaussianPrior.STANDARD, TimeGrid.uniform(1));
      double[] residual = jumps.invert(Tensor.of(new double[] {4, -1}, 2, 1)).residual();
      assertEquals(0, residual[0], 1e-6);
      assertTrue(residual[1] > 0.5, "" + residual[1]);
    }
  }
}
