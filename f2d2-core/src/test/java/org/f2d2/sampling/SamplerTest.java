package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.Jumps;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two plain samplers promise beyond {@link SamplerContractTest}. */
class SamplerTest {

  private static final GaussianPrior PRIOR = new GaussianPrior(0.8);
  private static final RowChunks CHUNKS = new RowChunks(7);
  private static final OdeSolver RK4 = new OdeSolver.FixedStep(ButcherTableau.RK4, 100);
  private static final JumpSampler JUMPS =
      new JumpSampler(SinhFlow.DEFAULT, PRIOR, TimeGrid.of(0, 0.2, 1), CHUNKS);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void jumpsOfAPerfectMapAreExactAndScoreBackTheSame(int k) {
    try (Scope scope = Scope.open()) {
      TimeGrid grid = TimeGrid.uniform(k);
      JumpSampler sampler = new JumpSampler(SinhFlow.DEFAULT, PRIOR, grid, CHUNKS);
      Tensor z = PRIOR.draw(40, 2, DType.FLOAT64, new Rng(2));
      Sampler.ScoredSample sample = sampler.scoredFrom(z);
      Tensor rate = SinhFlow.DEFAULT.rate(z, TimeGrid.column(z, 0), TimeGrid.column(z, 1));
      Tensor truth = z.add(JointFlowMap.velocity(rate, 2));
      assertArrayEquals(truth.toDoubles(), sample.points().toDoubles(), 1e-12);
      double[] back =
          new Jumps(SinhFlow.DEFAULT, PRIOR, grid).estimate(sample.points()).logDensity();
      assertArrayEquals(back, sample.logDensity(), 1e-12);
      assertEquals(new Calls(k, 0), sample.calls());
    }
  }

  @Test
  void pointsFollowTheLawOfTheFlow() {
    try (Scope scope = Scope.open()) {
      GaussianFlow flow = GaussianFlow.of(new double[] {0, 0}, new double[] {0.3, 0.7}, 1);
      GaussianPrior prior = GaussianPrior.STANDARD;
      RowChunks chunks = RowChunks.DEFAULT;
      int n = 20_000;
      for (Sampler sampler :
          new Sampler[] {
            new OdeSampler(flow, prior, RK4, chunks),
            new JumpSampler(flow, prior, TimeGrid.uniform(2), chunks)
          }) {
        Tensor points = sampler.sample(n, DType.FLOAT64, new Rng(7)).points();
        double[] variance = points.square().meanKeep(0).toDoubles();
        assertEquals(0.09, variance[0], 0.09 * 0.04);
        assertEquals(0.49, variance[1], 0.49 * 0.04);
        double[] mean = points.meanKeep(0).toDoubles();
        assertEquals(0, mean[0], 4 * 0.3 / Math.sqrt(n));
        assertEquals(0, mean[1], 4 * 0.7 / Math.sqrt(n));
      }
    }
  }

  @Test
  void theOdeSamplerCountsItsEvaluations() {
    try (Scope scope = Scope.open()) {
      Sampler sampler = new OdeSampler(SinhFlow.DEFAULT, PRIOR, RK4, CHUNKS);
      assertEquals(new Calls(400, 0), sampler.sample(10, DType.FLOAT64, new Rng(1)).calls());
    }
  }

  @Test
  void aSampleWithoutASolutionIsNoSample() {
    try (Scope scope = Scope.open()) {
      OdeSolver few = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-9, 2);
      Sampler sampler = new OdeSampler(SinhFlow.DEFAULT, PRIOR, few, CHUNKS);
      Tensor z = PRIOR.draw(3, 2, DType.FLOAT64, new Rng(2));
      assertThrows(ArithmeticException.class, () -> sampler.from(z));
      assertThrows(ArithmeticException.class, () -> sampler.scoredFrom(z));
    }
  }

  @Test
  void aMapWithoutDivergenceGivesPointsOnly() {
    try (Scope scope = Scope.open()) {
      JointFlowMap map =
          new JointFlowMap() {
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
              return JointFlowMap.velocity(SinhFlow.DEFAULT.rate(x, s, t), 2);
            }
          };
      JumpSampler sampler = new JumpSampler(map, PRIOR, TimeGrid.uniform(2), CHUNKS);
      Tensor z = PRIOR.draw(10, 2, DType.FLOAT64, new Rng(2));
      assertArrayEquals(
          JUMPS.from(z).points().toDoubles(), sampler.from(z).points().toDoubles(), 1e-12);
      assertThrows(UnsupportedOperationException.class, () -> sampler.scoredFrom(z));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new SelfGuidance(sampler, 0.1));
      assertTrue(e.getMessage().contains("divergence"));
    }
  }
}
