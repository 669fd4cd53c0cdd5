package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the mixture of all its Gaussians, one by one. */
class KernelDensityFlowTest {

  private static final int KERNELS = 300;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static GaussianMixtureFlow oneByOne(KernelDensityFlow flow) {
    int d = flow.dimensions();
    int k = flow.mixture().components();
    int n = flow.kernels();
    double[] weights = new double[k + n];
    double[][] means = new double[k + n][];
    double[][][] covariances = new double[k + n][d][];
    double[] own = flow.mixture().weights().toDoubles();
    double[] ownMeans = flow.mixture().means().toDoubles();
    double[] ownShapes = flow.mixture().covariances().toDoubles();
    double[] centres = flow.centres().toDoubles();
    double[] shapes = flow.shapes().toDoubles();
    double[] kernelWeights = flow.weights().toDoubles();
    for (int i = 0; i < k + n; i++) {
      boolean kernel = i >= k;
      int shape = kernel ? (int) shapes[i - k] : i;
      double squeeze = kernel ? flow.bandwidth() * flow.bandwidth() : 1;
      weights[i] = kernel ? flow.share() * kernelWeights[i - k] : (1 - flow.share()) * own[i];
      means[i] =
          kernel
              ? Arrays.copyOfRange(centres, (i - k) * d, (i - k + 1) * d)
              : Arrays.copyOfRange(ownMeans, i * d, (i + 1) * d);
      for (int a = 0; a < d; a++) {
        int from = (shape * d + a) * d;
        covariances[i][a] =
            Arrays.stream(ownShapes, from, from + d).map(v -> v * squeeze).toArray();
      }
    }
    return new GaussianMixtureFlow(weights, means, covariances, flow.noiseScale());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.9, 1})
  void isTheMixtureOfAllItsGaussians(double t) {
    KernelDensityFlow flow = ClosedFormFlowTest.kernels(0.5, KERNELS);
    GaussianMixtureFlow expected = oneByOne(flow);
    Tensor x = flow.sample(60, new Rng(1)).mul(t).add(new Rng(2).normal(DType.FLOAT64, 60, 3));
    Tensor time = TimeGrid.column(x, t);
    assertNear(expected.joint(x, time), flow.joint(x, time), 1e-9);
    assertNear(expected.velocity(x, time), flow.velocity(x, time), 1e-10);
    assertNear(expected.logDensity(x, time), flow.logDensity(x, time), 1e-11);
    assertNear(expected.logDensity(x, t), flow.logDensity(x, t), 1e-11);
    double[] rows = x.toDoubles();
    double[] many = flow.logDensity(x, t).toDoubles();
    for (int r = 0; r < many.length; r++) {
      double[] one = flow.logDensityAtPoint(t).at(Arrays.copyOfRange(rows, r * 3, r * 3 + 3));
      assertEquals(many[r], one[0], 1e-11 * (1 + Math.abs(many[r])));
    }
  }

  @Test
  void keepsItsDigitsInSinglePrecision() {
    KernelDensityFlow flow = ClosedFormFlowTest.kernels(1, KERNELS);
    Tensor x = flow.sample(200, new Rng(3));
    double[] exact = flow.logDensity(x, 1).toDoubles();
    assertArrayEquals(exact, flow.logDensity(x.to(DType.FLOAT32), 1).toDoubles(), 1e-4);
  }

  @Test
  void drawsFromWhatItDescribes() {
    KernelDensityFlow flow = ClosedFormFlowTest.kernels(1, KERNELS);
    int n = 40_000;
    double[] own = flow.logDensity(flow.sample(n, new Rng(4)), 1).toDoubles();
    double[] expected = flow.logDensity(oneByOne(flow).sample(n, new Rng(5)), 1).toDoubles();
    double mean = Arrays.stream(own).average().orElseThrow();
    double variance = Arrays.stream(own).map(v -> (v - mean) * (v - mean)).sum() / n;
    double gap = mean - Arrays.stream(expected).average().orElseThrow();
    assertEquals(0, gap, 4 * Math.sqrt(2 * variance / n));
  }

  @Test
  void manyRowsAreDoneInParts() {
    KernelDensityFlow flow = ClosedFormFlowTest.kernels(1, 40);
    Tensor x = flow.sample(600, new Rng(7));
    double[] rows = x.toDoubles();
    double[] all = flow.logDensity(x, 1).toDoubles();
    assertEquals(600, all.length);
    for (int r : new int[] {0, 255, 256, 511, 512, 599}) {
      double[] one = flow.logDensityAtPoint(1).at(Arrays.copyOfRange(rows, r * 3, r * 3 + 3));
      assertEquals(one[0], all[r], 1e-11 * (1 + Math.abs(one[0])), "row " + r);
    }
  }

  @Test
  void staysTheSameBesideTheSameMixture() {
    KernelDensityFlow flow = ClosedFormFlowTest.kernels(1, 40);
    Tensor x = flow.sample(20, new Rng(6));
    assertNear(
        flow.logDensity(x, 1), flow.beside(flow.mixture(), flow.share()).logDensity(x, 1), 1e-13);
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    GaussianMixtureFlow mixture = ClosedFormFlowTest.correlated(1);
    double[][] centres = {{0, 0, 0}};
    double[] weights = {1};
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelDensityFlow(mixture, centres, new int[] {3}, weights, 1, 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelDensityFlow(mixture, centres, new int[] {0}, weights, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelDensityFlow(mixture, centres, new int[] {0}, weights, 0, 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelDensityFlow(mixture, new double[][] {{0}}, new int[1], weights, 1, 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelDensityFlow(mixture, centres, new int[2], weights, 1, 0.5));
  }

  private static void assertNear(Tensor expected, Tensor actual, double tolerance) {
    double[] a = expected.toDoubles();
    double[] b = actual.toDoubles();
    assertEquals(a.length, b.length);
    for (int i = 0; i < a.length; i++) {
      assertEquals(a[i], b[i], tolerance * (1 + Math.abs(a[i])), "number " + i);
    }
  }
}
