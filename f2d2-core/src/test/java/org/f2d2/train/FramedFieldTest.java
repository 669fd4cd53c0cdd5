package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.CorrectedFlowMap;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.SymmetricEigen;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More rows than go together, over a base whose volume is far from one. */
class FramedFieldTest {

  private static final int D = 4;
  private static final int ROWS = 30;

  private Scope scope;
  private WorkerPool pool;
  private RotatedGaussianFlow base;
  private Tensor rows;

  @BeforeEach
  void open() {
    scope = Scope.open();
    pool = new WorkerPool(2);
    Tensor a = new Rng(1).normal(DType.FLOAT64, D, D);
    base =
        new RotatedGaussianFlow(
            GaussianFlow.of(new double[] {0.5, -1, 0, 2}, new double[] {0.1, 0.3, 0.5, 1.5}, 1),
            SymmetricEigen.of(a.add(a.transpose())).vectors());
    rows = base.sample(ROWS, new Rng(2)).to(DType.FLOAT32);
  }

  @AfterEach
  void close() {
    pool.close();
    scope.close();
  }

  private static Network network(int outputs, boolean twoTimes, double noise, DType type) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D, outputs, 8, 2, new TimeEmbedding(1), new FourierFeatures(0), twoTimes),
            type,
            new Rng(3));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(4).normal(type, flat.count()), noise);
    return mlp;
  }

  @Test
  void withoutCorrectionsAllAreTheBasesOwn() {
    double[] expected = base.logDensity(rows.to(DType.FLOAT64), 1).toDoubles();
    Calibrator densities = new Calibrator(pool);
    FramedField field =
        new FramedField(
            new FramedVelocity(network(D, false, 0, DType.FLOAT32), new GaussianFrame(base)));
    LogDensity.Estimate exact = field.logDensity(densities, rows);
    assertArrayEquals(expected, exact.logDensity(), 1e-3, "exact");
    assertArrayEquals(new double[ROWS], exact.standardError(), "nothing is probed");
    CorrectedFlowMap map = new CorrectedFlowMap(base, network(D + 1, true, 0, DType.FLOAT32), 3);
    NetworkLogDensityHead logDensityHead =
        new NetworkLogDensityHead(network(1, false, 0, DType.FLOAT32), base, 3);
    for (int k : ImageFit.CALIBRATED) {
      assertArrayEquals(expected, densities.jumps(map, k, rows), 1e-3, "jumps: " + k);
    }
    assertArrayEquals(
        expected, densities.logDensityHead(logDensityHead, rows), 1e-3, "log-density");
  }

  @Test
  void anImageHasTheSameProbesInEveryBatch() {
    FramedField field =
        new FramedField(
            new FramedVelocity(network(D, false, 0.2, DType.FLOAT32), new GaussianFrame(base)));
    Calibrator densities = new Calibrator(pool);
    LogDensity.Estimate together = field.logDensity(densities, rows);
    int[] others = {ROWS - 1, 7, 0, 12, 3};
    Tensor shuffled =
        rows.rows(Tensor.of(Arrays.stream(others).asLongStream().toArray(), others.length));
    LogDensity.Estimate apart = field.logDensity(densities, shuffled);
    for (int i = 0; i < others.length; i++) {
      int r = others[i];
      double alone = field.logDensity(densities, rows.rows(r, r + 1)).logDensity()[0];
      assertTrue(together.standardError()[r] > 1e-3, "the probes make a difference");
      assertEquals(together.logDensity()[r], apart.logDensity()[i], 2e-5, "row " + r);
      assertEquals(together.logDensity()[r], alone, 2e-5, "row " + r);
    }
  }

  @Test
  void theExactDensityIsThatOfTheTeacherInX() {
    Network network = network(D, false, 0.2, DType.FLOAT64);
    OdeSolver fine = new OdeSolver.FixedStep(ButcherTableau.RK4, 60);
    Tensor wide = rows.to(DType.FLOAT64);
    double[] expected =
        new ExactTrace(
                new NetworkVelocity(network, base), GaussianPrior.STANDARD, fine, RowChunks.DEFAULT)
            .estimate(wide)
            .logDensity();
    LogDensity.Estimate exact =
        new FramedField(new FramedVelocity(network, new GaussianFrame(base)))
            .logDensity(new Calibrator(pool), wide, 1e-4, 24);
    double[] ofBase = base.logDensity(wide, 1).toDoubles();
    double largest = 0;
    double largestError = 0;
    for (int r = 0; r < ROWS; r++) {
      double error = exact.standardError()[r];
      assertEquals(expected[r], exact.logDensity()[r], 5 * error + 3e-3, "row " + r);
      largest = Math.max(largest, Math.abs(expected[r] - ofBase[r]));
      largestError = Math.max(largestError, error);
    }
    assertTrue(largest > 3 * largestError, largest + ", " + largestError);
  }
}
