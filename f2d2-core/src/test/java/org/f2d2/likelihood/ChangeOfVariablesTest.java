package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeOfVariablesTest {

  private static final RowChunks CHUNKS = new RowChunks(1000);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void isExactForAPerfectMap(int k) {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(DType.FLOAT64, 50, 2);
      GaussianPrior prior = new GaussianPrior(2);
      double[] estimate =
          new ChangeOfVariables(SinhFlow.DEFAULT, prior, TimeGrid.uniform(k), CHUNKS)
              .estimate(x)
              .logDensity();
      assertArrayEquals(SinhFlow.DEFAULT.logDensity(x, prior), estimate, 1e-12);
    }
  }

  // A map that is the flow of nothing still has a density, as long as its jumps do not fold.
  @Test
  void theDensityOfAnyInjectiveMapIntegratesToOne() {
    try (Scope scope = Scope.open()) {
      int side = 241;
      double width = 16.0 / (side - 1);
      Tensor line = Tensor.range(side, DType.FLOAT64).mul(width).sub(8);
      Tensor x =
          Tensor.cat(
              1,
              line.reshape(side, 1, 1).expand(side, side, 1).reshape(-1, 1),
              line.reshape(1, side, 1).expand(side, side, 1).reshape(-1, 1));
      ChangeOfVariables map =
          new ChangeOfVariables(
              new Shear(0, false), GaussianPrior.STANDARD, TimeGrid.uniform(2), CHUNKS);
      double integral = 0;
      for (double l : map.estimate(x).logDensity()) {
        integral += Math.exp(l) * width * width;
      }
      assertEquals(1, integral, 1e-6);
    }
  }

  @Test
  void theLinkOfAPerfectMapIsZero() {
    try (Scope scope = Scope.open()) {
      ChangeOfVariables.Link link = link(SinhFlow.DEFAULT);
      assertEquals(0, link.meanAbsolute(), 1e-12);
      assertEquals(0, link.maxAbsolute(), 1e-11);
    }
  }

  // The shear of this map has determinant 1, so a head that says .3 x₁ is off by .3 |x₁|.
  @Test
  void theLinkMeasuresTheHead() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(2).normal(DType.FLOAT64, 2500, 2);
      ChangeOfVariables map =
          new ChangeOfVariables(
              new Shear(0.3, true), GaussianPrior.STANDARD, TimeGrid.uniform(1), CHUNKS);
      ChangeOfVariables.Link link = map.link(x);
      Tensor expected = x.column(0).abs().mul(0.3);
      assertEquals(expected.mean().item(), link.meanAbsolute(), 1e-12);
      assertEquals(expected.max().item(), link.maxAbsolute(), 1e-12);
      assertTrue(link.meanAbsolute() > 0.05);
    }
  }

  @Test
  void noHeadNoLink() {
    try (Scope scope = Scope.open()) {
      assertThrows(IllegalArgumentException.class, () -> link(new Shear(0, false)));
    }
  }

  private static ChangeOfVariables.Link link(JointFlowMap map) {
    Tensor x = new Rng(2).normal(DType.FLOAT64, 2500, 2);
    TimeGrid grid = TimeGrid.of(0, 0.3, 1);
    return new ChangeOfVariables(map, GaussianPrior.STANDARD, grid, CHUNKS).link(x);
  }

  /** u = (0, sin x₁), D = slope · x₁. */
  private record Shear(double slope, boolean hasDivergence) implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor first = x.column(0);
      Tensor u = Tensor.cat(1, first.zerosLike(), first.sin());
      return hasDivergence ? Tensor.cat(1, u, first.mul(slope)) : u;
    }
  }
}
