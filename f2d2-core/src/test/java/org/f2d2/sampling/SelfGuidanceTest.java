package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelfGuidanceTest {

  private static final GaussianPrior PRIOR = new GaussianPrior(0.8);
  private static final RowChunks CHUNKS = new RowChunks(300);

  @Test
  void theObjectiveIsMinusTheLogDensityOfTheOneJumpSample() {
    try (Scope scope = Scope.open()) {
      Tensor z = PRIOR.draw(50, 2, DType.FLOAT64, new Rng(1));
      double[] logDensity = sampler(1).scoredFrom(z).logDensity();
      double[] objective = new SelfGuidance(sampler(4), 0.01).objective(z).neg().toDoubles();
      assertArrayEquals(logDensity, objective, 1e-12);
    }
  }

  @Test
  void oneStepLowersTheObjectiveOfNearlyAllRows() {
    assertTrue(shareLowered(0.01) > 0.9, "share " + shareLowered(0.01));
  }

  @Test
  void theStepIsAgainstTheGradient() {
    try (Scope scope = Scope.open()) {
      // For a Gaussian, D does not depend on z and the gradient of J is z.
      Tensor z = Tensor.of(new double[] {1.5, -0.2, -3, 0.7}, 2, 2);
      assertArrayEquals(
          new double[] {1.4, -0.1, -2.9, 0.6},
          new SelfGuidance(gaussian(), 0.1).guide(z).toDoubles(),
          1e-7);
    }
  }

  @Test
  void aVolumeCountsForTheDensityInItsUnits() {
    try (Scope scope = Scope.open()) {
      // The sample is the standard deviations times z, and ∇J = z - dx/dz · dV/dx.
      SelfGuidance guided =
          new SelfGuidance(gaussian(), 0.1, x -> x.matmul(Tensor.of(new double[] {4, -1}, 2, 1)));
      Tensor z = Tensor.of(new double[] {1.1, -0.8, 1.3, -0.6}, 2, 2);
      assertArrayEquals(new double[] {1.2, -0.7, 1.2, -0.7}, guided.guide(z).toDoubles(), 1e-7);
      double[] plain = new SelfGuidance(gaussian(), 0.1).objective(z).toDoubles();
      double volume = 4 * 0.3 * 1.1 - 0.7 * -0.8;
      assertEquals(plain[0] - volume, guided.objective(z).toDoubles()[0], 1e-9);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void costsOneForwardAndOneBackwardPassMore(int k) {
    try (Scope scope = Scope.open()) {
      SelfGuidance guided = new SelfGuidance(sampler(k), 0.01);
      assertEquals(new Calls(k + 1, 1), guided.sample(5, DType.FLOAT64, new Rng(1)).calls());
      assertEquals(new Calls(k + 1, 1), guided.sampleScored(5, DType.FLOAT64, new Rng(1)).calls());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aRateOfZeroChangesNoBit(DType type) {
    try (Scope scope = Scope.open()) {
      SelfGuidance guided = new SelfGuidance(sampler(4), 0);
      Sampler.ScoredSample with = guided.sampleScored(1000, type, new Rng(3));
      Sampler.ScoredSample without = sampler(4).sampleScored(1000, type, new Rng(3));
      assertArrayEquals(without.points().toDoubles(), with.points().toDoubles());
      assertArrayEquals(without.logDensity(), with.logDensity());
    }
  }

  @Test
  void raisesTheDensityAndLowersTheSpread() {
    try (Scope scope = Scope.open()) {
      Sampler.ScoredSample plain = sampler(4).sampleScored(2000, DType.FLOAT64, new Rng(5));
      Sampler.ScoredSample guided =
          new SelfGuidance(sampler(4), 0.1).sampleScored(2000, DType.FLOAT64, new Rng(5));
      int higher = 0;
      for (int i = 0; i < 2000; i++) {
        higher += guided.logDensity()[i] > plain.logDensity()[i] ? 1 : 0;
      }
      assertTrue(higher > 1800, "higher for " + higher);
      double before = plain.points().square().mean().item();
      assertTrue(guided.points().square().mean().item() < before);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesARateThatIsNone(double rate) {
    assertThrows(IllegalArgumentException.class, () -> new SelfGuidance(sampler(1), rate));
  }

  private static double shareLowered(double rate) {
    try (Scope scope = Scope.open()) {
      SelfGuidance guided = new SelfGuidance(sampler(1), rate);
      Tensor z = PRIOR.draw(2000, 2, DType.FLOAT64, new Rng(4));
      double[] before = guided.objective(z).toDoubles();
      double[] after = guided.objective(guided.guide(z)).toDoubles();
      int lower = 0;
      for (int i = 0; i < before.length; i++) {
        lower += after[i] < before[i] ? 1 : 0;
      }
      return (double) lower / before.length;
    }
  }

  private static JumpSampler gaussian() {
    return new JumpSampler(
        GaussianFlow.of(new double[] {0, 0}, new double[] {0.3, 0.7}, 1),
        GaussianPrior.STANDARD,
        TimeGrid.uniform(1),
        CHUNKS);
  }

  private static JumpSampler sampler(int k) {
    return new JumpSampler(SinhFlow.DEFAULT, PRIOR, TimeGrid.uniform(k), CHUNKS);
  }
}
