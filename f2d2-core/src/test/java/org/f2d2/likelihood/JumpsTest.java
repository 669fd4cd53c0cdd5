package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.MixtureQuantileFlow;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JumpsTest {

  static Stream<TimeGrid> grids() {
    return Stream.of(
        TimeGrid.uniform(1),
        TimeGrid.uniform(2),
        TimeGrid.uniform(4),
        TimeGrid.uniform(8),
        TimeGrid.of(0, 0.9, 1),
        TimeGrid.of(0, 0.01, 0.013, 0.4, 0.98, 1));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void aPerfectMapIsExactOnEveryGrid(TimeGrid grid) {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(DType.FLOAT64, 40, 2).mul(1.5);

      GaussianPrior half = new GaussianPrior(0.5);
      assertArrayEquals(
          SinhFlow.DEFAULT.logDensity(x, half),
          new Jumps(SinhFlow.DEFAULT, half, grid).estimate(x).logDensity(),
          1e-12);

      GaussianFlow gaussian = GaussianFlow.of(new double[] {0, 0}, new double[] {0.3, 0.7}, 0.5);
      assertArrayEquals(
          gaussianLogDensity(x, 0.3, 0.7),
          new Jumps(gaussian, half, grid).estimate(x).logDensity(),
          1e-12);

      Tensor data = MixtureQuantileFlow.data(40);
      double[] estimate =
          new Jumps(new MixtureQuantileFlow(), GaussianPrior.STANDARD, grid)
              .estimate(data)
              .logDensity();
      double[] values = data.toDoubles();
      for (int i = 0; i < values.length; i++) {
        assertEquals(MixtureQuantileFlow.logDensity(values[i], 1), estimate[i], 1e-12);
      }
    }
  }

  // A figure computed by other means than this project's.
  @Test
  void knownLogDensitiesOfTheMixture() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new double[] {-1.5, -0.5, 0, 0.5, 1.5}, 5, 1);
      Jumps jumps =
          new Jumps(new MixtureQuantileFlow(), GaussianPrior.STANDARD, TimeGrid.uniform(1));
      assertArrayEquals(
          new double[] {-1.19370931, -3.15075519, -2.22257659, -1.36037087, -1.15631181},
          jumps.estimate(x).logDensity(),
          1e-8);
    }
  }

  // Known error, in nats per row, of the two queries for foreign checkpoints.
  @ParameterizedTest
  @CsvSource({"1, .66, .33", "2, .46, .26", "4, .35, .20", "8, .22, .12", "16, .13, .06"})
  void whatTheOtherQueriesCost(int k, double fromSource, double fromTarget) {
    try (Scope scope = Scope.open()) {
      assertEquals(0, mixtureError(k, BackwardQuery.DOWNWARDS), 1e-12);
      assertEquals(fromSource, mixtureError(k, BackwardQuery.UPWARDS_FROM_SOURCE), 0.0051);
      assertEquals(fromTarget, mixtureError(k, BackwardQuery.UPWARDS_FROM_TARGET), 0.0051);
    }
  }

  @Test
  void asksForTheTimesThatItSays() {
    try (Scope scope = Scope.open()) {
      assertEquals("[1.0>0.6, 0.6>0.0]", askedTimes(BackwardQuery.DOWNWARDS));
      assertEquals("[1.0>1.4, 0.6>1.2]", askedTimes(BackwardQuery.UPWARDS_FROM_SOURCE));
      assertEquals("[0.6>1.0, 0.0>0.6]", askedTimes(BackwardQuery.UPWARDS_FROM_TARGET));
      assertTrue(BackwardQuery.DOWNWARDS.isExact());
      assertTrue(!BackwardQuery.UPWARDS_FROM_SOURCE.isExact());
      assertTrue(!BackwardQuery.UPWARDS_FROM_TARGET.isExact());
    }
  }

  // Each of these mistakes in a map must show.
  @Test
  void mutantsAreOff() {
    try (Scope scope = Scope.open()) {
      assertTrue(mutantError((u, divergence) -> Tensor.cat(1, u, divergence.neg())) > 0.05);
      assertTrue(mutantError((u, divergence) -> Tensor.cat(1, u.neg(), divergence)) > 0.05);
      assertTrue(mutantError((u, divergence) -> Tensor.cat(1, u, divergence.mul(0.5))) > 0.05);
      assertEquals(0, mutantError((u, divergence) -> Tensor.cat(1, u, divergence)), 1e-12);
    }
  }

  @Test
  void aMapWithoutDivergenceIsRefused() {
    Wrapped map = new Wrapped((u, divergence) -> u, false);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Jumps(map, GaussianPrior.STANDARD, TimeGrid.uniform(1)));
  }

  // The states of 256 jumps of so many rows take 300 MB if a walk keeps them.
  @Test
  void memoryDoesNotGrowWithTheGrid() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(3).normal(DType.FLOAT64, 50_000, 2);
      GaussianFlow flow = GaussianFlow.of(new double[] {0, 0}, new double[] {0.3, 0.7}, 1);
      Jumps jumps =
          new Jumps(
              flow,
              GaussianPrior.STANDARD,
              TimeGrid.uniform(256),
              BackwardQuery.DOWNWARDS,
              new RowChunks(50_000));
      jumps.estimate(x.rows(0, 10));
      long before = residentBytes();
      double[] l = jumps.estimate(x).logDensity();
      assertTrue(residentBytes() - before < 100L << 20);
      assertEquals(gaussianLogDensity(x.rows(0, 1), 0.3, 0.7)[0], l[0], 1e-9);
    }
  }

  private static long residentBytes() {
    try {
      String pages = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/statm"));
      return 4096 * Long.parseLong(pages.split(" ")[1]);
    } catch (java.io.IOException e) {
      return 0;
    }
  }

  private static double[] gaussianLogDensity(Tensor x, double... c) {
    Tensor scaled = x.div(Tensor.of(c, 1, c.length));
    double logVolume = 0;
    for (double ci : c) {
      logVolume += Math.log(ci);
    }
    return GaussianPrior.STANDARD.logDensity(scaled).sub(logVolume).toDoubles();
  }

  private static double mixtureError(int k, BackwardQuery query) {
    Tensor data = MixtureQuantileFlow.data(500);
    double[] values = data.toDoubles();
    double[] estimate =
        new Jumps(
                new MixtureQuantileFlow(),
                GaussianPrior.STANDARD,
                TimeGrid.uniform(k),
                query,
                RowChunks.DEFAULT)
            .estimate(data)
            .logDensity();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += Math.abs(estimate[i] - MixtureQuantileFlow.logDensity(values[i], 1));
    }
    return sum / values.length;
  }

  private static double mutantError(BinaryOperator<Tensor> change) {
    Tensor x = new Rng(1).normal(DType.FLOAT64, 40, 2);
    double[] truth = SinhFlow.DEFAULT.logDensity(x, GaussianPrior.STANDARD);
    double[] estimate =
        new Jumps(new Wrapped(change, true), GaussianPrior.STANDARD, TimeGrid.uniform(4))
            .estimate(x)
            .logDensity();
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      sum += Math.abs(estimate[i] - truth[i]);
    }
    return sum / truth.length;
  }

  private static String askedTimes(BackwardQuery query) {
    java.util.List<String> asked = new java.util.ArrayList<>();
    JointFlowMap recorder =
        new JointFlowMap() {
          @Override
          public int dimensions() {
            return 1;
          }

          @Override
          public boolean hasDivergence() {
            return true;
          }

          @Override
          public Tensor rate(Tensor x, Tensor s, Tensor t) {
            asked.add(s.item() + ">" + t.item());
            return Tensor.cat(1, x, x);
          }
        };
    TimeGrid grid = TimeGrid.of(0, 0.6, 1);
    new Jumps(recorder, GaussianPrior.STANDARD, grid, query, RowChunks.DEFAULT)
        .estimate(Tensor.ones(DType.FLOAT64, 1, 1));
    return asked.toString();
  }

  private record Wrapped(BinaryOperator<Tensor> change, boolean hasDivergence)
      implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor rate = SinhFlow.DEFAULT.rate(x, s, t);
      return change.apply(JointFlowMap.velocity(rate, 2), JointFlowMap.divergence(rate, 2));
    }
  }
}
