package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.TimeGrid;
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

class GammaSamplerTest {

  private static final double[] MEAN = {0.4, -1};
  private static final double[] SD = {0.3, 0.7};
  private static final GaussianFlow FLOW = GaussianFlow.of(MEAN, SD, 1);
  private static final RowChunks CHUNKS = new RowChunks(1000);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static GammaSampler sampler(TimeGrid grid, double gamma, long seed) {
    return new GammaSampler(FLOW, grid, gamma, new Rng(seed), CHUNKS);
  }

  /** Wrong noise at any time on the way would be carried to the end. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.8, 1})
  void theTrueMapKeepsTheLaw(double gamma) {
    int n = 40_000;
    Tensor z = new Rng(2).normal(DType.FLOAT64, n, 2);
    Tensor points = sampler(TimeGrid.of(0, 0.25, 0.5, 0.8, 1), gamma, 3).from(z).points();
    for (int i = 0; i < 2; i++) {
      Tensor column = points.column(i);
      double mean = column.mean().item();
      double sd = Math.sqrt(column.sub(mean).square().mean().item());
      assertEquals(MEAN[i], mean, 4 * SD[i] / Math.sqrt(n));
      assertEquals(SD[i], sd, 4 * SD[i] / Math.sqrt(2 * n));
    }
  }

  @Test
  void withoutFreshNoiseItIsTheJumpSampler() {
    TimeGrid grid = TimeGrid.uniform(3);
    Tensor z = new Rng(2).normal(DType.FLOAT64, 20, 2);
    JumpSampler plain = new JumpSampler(FLOW, GaussianPrior.STANDARD, grid, CHUNKS);
    assertArrayEquals(
        plain.from(z).points().toDoubles(),
        sampler(grid, 0, 1).from(z).points().toDoubles(),
        1e-12);
    assertEquals(new Calls(3, 0), sampler(grid, 0.5, 1).from(z).calls());
  }

  @Test
  void theFirstPointsDoNotDependOnTheirNumber() {
    TimeGrid grid = TimeGrid.uniform(4);
    Tensor z = new Rng(2).normal(DType.FLOAT32, 150, 2);
    double[] many = sampler(grid, 0.7, 1).from(z).points().toDoubles();
    for (int n : new int[] {1, 10, 149}) {
      double[] few = sampler(grid, 0.7, 1).from(z.rows(0, n)).points().toDoubles();
      assertArrayEquals(Arrays.copyOf(many, 2 * n), few, 1e-6, n + " points");
    }
  }

  @Test
  void freshNoiseForgetsTheFirst() {
    TimeGrid grid = TimeGrid.of(0, 0.1, 1);
    Tensor z = new Rng(2).normal(DType.FLOAT64, 4000, 2);
    double[] correlation = new double[2];
    for (int i = 0; i < 2; i++) {
      Tensor x = sampler(grid, i, 5).from(z).points().column(0).sub(MEAN[0]).div(SD[0]);
      correlation[i] = x.mul(z.column(0)).mean().item();
    }
    assertEquals(1, correlation[0], 0.05);
    assertTrue(Math.abs(correlation[1]) < 0.1, "" + correlation[1]);
    assertArrayEquals(
        sampler(grid, 1, 5).from(z).points().toDoubles(),
        sampler(grid, 1, 5).from(z).points().toDoubles());
  }

  @Test
  void aGammaOutOfRangeAndALogDensityAreRefused() {
    TimeGrid grid = TimeGrid.uniform(2);
    assertThrows(IllegalArgumentException.class, () -> sampler(grid, 1.1, 1));
    assertThrows(IllegalArgumentException.class, () -> sampler(grid, Double.NaN, 1));
    Tensor z = Tensor.zeros(DType.FLOAT64, 3, 2);
    assertThrows(UnsupportedOperationException.class, () -> sampler(grid, 0.5, 1).scoredFrom(z));
  }
}
