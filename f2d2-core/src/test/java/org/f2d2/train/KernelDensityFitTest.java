package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.WideComponent;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelDensityFitTest {

  private static final int[] ONCE = new int[500];

  static {
    Arrays.fill(ONCE, 1);
  }

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Rows about a curve that no single Gaussian describes. */
  private static Tensor curve(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[3 * n];
    for (int r = 0; r < n; r++) {
      double turn = 3 * Math.PI * random.nextDouble();
      rows[3 * r] = 1.3 * Math.cos(turn) + 0.1 * random.nextGaussian();
      rows[3 * r + 1] = 1.3 * Math.sin(turn) + 0.1 * random.nextGaussian();
      rows[3 * r + 2] = turn / 3 - Math.PI / 2 + 0.1 * random.nextGaussian();
    }
    return Tensor.of(rows, n, 3);
  }

  private static Optional<KernelDensityFlow> fit(
      Tensor rows, int[] copies, Tensor heldOut, double work) {
    try (WorkerPool pool = new WorkerPool(2)) {
      return new KernelDensityFit(rows, copies, heldOut, work, pool, () -> {})
          .fit(ExpectationMaximization.single(3), new Rng(1));
    }
  }

  private static double mean(ClosedFormFlow flow, Tensor x) {
    return flow.logDensity(x, 1).mean().item();
  }

  @Test
  void fewRowsAboutACurveAskForKernels() {
    KernelDensityFlow found = fit(curve(500, 1), ONCE, curve(60, 2), 1e12).orElseThrow();
    Tensor fresh = curve(2000, 3);
    double gain = mean(found, fresh) - mean(ExpectationMaximization.single(3), fresh);
    assertTrue(gain > 1, "nats gained on fresh rows: " + gain);
    // No other bandwidth is clearly better on rows that were not seen.
    for (double factor : new double[] {0.5, 2}) {
      KernelDensityFlow other =
          new KernelDensityFlow(
              found.mixture(),
              rows(found.centres()),
              new int[500],
              found.weights().toDoubles(),
              factor * found.bandwidth(),
              found.share());
      assertTrue(mean(found, fresh) > mean(other, fresh), "bandwidth times " + factor);
    }
  }

  private static double[][] rows(Tensor x) {
    double[] values = x.toDoubles();
    double[][] rows = new double[values.length / 3][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, 3 * i, 3 * i + 3));
    return rows;
  }

  @Test
  void oneGaussianAsksForNone() {
    Tensor rows = new Rng(1).normal(DType.FLOAT64, 500, 3);
    Tensor heldOut = new Rng(2).normal(DType.FLOAT64, 300, 3);
    assertTrue(fit(rows, ONCE, heldOut, 1e12).isEmpty());
  }

  @Test
  void copiesOfARowSayNothingAboutTheBandwidth() {
    Tensor distinct = curve(250, 1);
    int[] copies = new int[500];
    Arrays.fill(copies, 0, 250, 2);
    KernelDensityFlow twice =
        fit(Tensor.cat(0, distinct, distinct), copies, curve(60, 2), 1e12).orElseThrow();
    KernelDensityFlow once =
        fit(distinct, Arrays.copyOf(ONCE, 250), curve(60, 2), 1e12).orElseThrow();
    assertEquals(once.bandwidth(), twice.bandwidth());
    assertEquals(250, twice.kernels());
  }

  @Test
  void aFitWithoutTimeHasNone() {
    assertTrue(fit(curve(500, 1), ONCE, curve(60, 2), 1e3).isEmpty());
  }

  @Test
  void theWideComponentHasItsShareOfAll() {
    KernelDensityFlow found = fit(curve(500, 1), ONCE, curve(60, 2), 1e12).orElseThrow();
    ClosedFormFlow wide = WideComponent.beside(found);
    Tensor x = curve(50, 4);
    GaussianMixtureFlow background =
        GaussianMixtureFlow.isotropic(new double[] {1}, new double[1][3], new double[] {3}, 1);
    double[] near = found.logDensity(x, 1).exp().toDoubles();
    double[] far = background.logDensity(x, 1).exp().toDoubles();
    double[] all = wide.logDensity(x, 1).exp().toDoubles();
    for (int i = 0; i < all.length; i++) {
      double expected = 0.999 * near[i] + 0.001 * far[i];
      assertEquals(expected, all[i], 1e-12 * expected);
    }
  }
}
