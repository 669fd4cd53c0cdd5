package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.likelihood.HeadDensity;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkLogDensityHeadTest {

  private static final int D = 3;
  private static final int ROWS = 15;
  private static final double SCALE = 40;
  private static final DType TYPE = DType.FLOAT64;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Mlp network(int d, int outputs, int conditions) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                d, outputs, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), false, conditions),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.2);
    return mlp;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theNetworkCountsInItsUnitAndWithTime(int conditions) {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    Mlp network = network(D, 1, conditions);
    NetworkLogDensityHead logDensityHead = new NetworkLogDensityHead(network, base, SCALE);
    assertEquals(D + conditions, logDensityHead.dimensions());
    Tensor x = new Rng(3).normal(TYPE, ROWS, D + conditions);
    Tensor t = new Rng(4).uniform(TYPE, ROWS, 1);
    Tensor learned = network.forward(x, t, t);
    assertTrue(learned.abs().max().item() > 0.1, "a network that says nothing");
    Tensor expected = base.logDensity(x.narrow(1, 0, D), t).add(t.mul(learned).mul(SCALE));
    assertClose(expected, logDensityHead.logDensity(x, t), 1e-11, "at any times");
    double[] times = t.toDoubles();
    for (int r = 0; r < ROWS; r++) {
      Tensor row = x.rows(r, r + 1);
      Tensor own = expected.rows(r, r + 1);
      assertClose(own, logDensityHead.logDensity(row, times[r]), 1e-11, "at one time");
      // A perceptron answers one point in 32 bits.
      double alone = logDensityHead.logDensityAtPoint(times[r]).at(row.toDoubles())[0];
      assertEquals(own.item(), alone, 1e-4 * SCALE, "of one point");
    }
    Tensor zero = t.zerosLike();
    Tensor noise = base.logDensity(x.narrow(1, 0, D), zero);
    assertClose(noise, logDensityHead.logDensity(x, zero), 0, "exact where the noise is");
  }

  @Test
  void theUnitStaysWithTheLogDensityHead() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    Mlp network = network(D, 1, 0);
    NetworkLogDensityHead logDensityHead = new NetworkLogDensityHead(network, base, SCALE);
    assertEquals(1, new NetworkLogDensityHead(network, base).scale());
    assertEquals(1, new NetworkLogDensityHead(network).scale());
    Tensor x = new Rng(3).normal(TYPE, ROWS, D);
    Tensor expected = logDensityHead.logDensity(x, 0.8);
    assertClose(expected, logDensityHead.frozen().logDensity(x, 0.8), 1e-11, "frozen");
    NetworkLogDensityHead copy = logDensityHead.with(network.parameters().copy());
    network.parameters().flat().mulInPlace(0);
    assertClose(expected, copy.logDensity(x, 0.8), 0, "over a copy");
    assertClose(base.logDensity(x, 0.8), logDensityHead.logDensity(x, 0.8), 0, "over zeros");
  }

  @Test
  void theDensityIsThatOfTheData() {
    NetworkLogDensityHead logDensityHead =
        new NetworkLogDensityHead(network(D, 1, 2), RotatedGaussianFlowTest.correlated(1), SCALE);
    HeadDensity density = new HeadDensity(logDensityHead);
    assertEquals(D + 2, density.dimensions());
    Tensor x = new Rng(3).normal(TYPE, ROWS, D + 2);
    LogDensity.Estimate estimate = density.estimate(x, new Rng(1));
    double[] expected = logDensityHead.logDensity(x, Tensor.ones(TYPE, ROWS, 1)).toDoubles();
    assertArrayEquals(expected, estimate.logDensity(), 1e-11);
    assertEquals(0, Arrays.stream(estimate.standardError()).max().orElseThrow());
    assertEquals(1, estimate.calls().forward());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    Mlp fits = network(D, 1, 0);
    for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> new NetworkLogDensityHead(fits, base, scale));
    }
    Mlp two = network(D, 2, 0);
    Mlp smaller = network(2, 1, 0);
    assertThrows(IllegalArgumentException.class, () -> new NetworkLogDensityHead(two, base, 1));
    assertThrows(IllegalArgumentException.class, () -> new NetworkLogDensityHead(smaller, base, 1));
  }
}
