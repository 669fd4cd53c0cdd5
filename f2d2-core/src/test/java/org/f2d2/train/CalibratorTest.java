package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CalibratorTest {

  private static final ClosedFormFlow NORMAL = new StandardGaussianFlow(1);

  /** The flow to N(0, 1), without a value beyond 100. */
  private static final VelocityField TORN =
      new VelocityField() {
        @Override
        public int dimensions() {
          return 1;
        }

        @Override
        public Tensor velocity(Tensor x, Tensor t) {
          return joint(x, t).narrow(1, 0, 1);
        }

        @Override
        public Tensor joint(Tensor x, Tensor t) {
          Tensor near = x.lessThan(100);
          Tensor joint = NORMAL.joint(x, t);
          return Tensor.where(near, joint, joint.zerosLike().add(Double.NaN));
        }
      };

  @Test
  void aRowThatCannotBeSolvedCostsNoOtherRowItsAnswer() {
    double[] rows = {1, 2, 300, 4, 5, 6, 700};
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(2)) {
      Tensor x = Tensor.of(rows, rows.length, 1);
      double[] answers = new Calibrator(pool).estimate(ExactDensity.of(TORN), x, 4).logDensity();
      for (int r = 0; r < rows.length; r++) {
        double expected =
            rows[r] > 100 ? Double.NaN : -0.5 * (rows[r] * rows[r] + Math.log(2 * Math.PI));
        assertEquals(expected, answers[r], 1e-3, "row " + r);
      }
    }
  }

  /** A map that diverged has an answer nowhere, and must not be asked for it for hours. */
  @Test
  void givesUpWhereNothingCanBeSolved() {
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(1)) {
      AtomicInteger calls = new AtomicInteger();
      VelocityField counted =
          new VelocityField() {
            @Override
            public int dimensions() {
              return 1;
            }

            @Override
            public Tensor velocity(Tensor x, Tensor t) {
              return joint(x, t).narrow(1, 0, 1);
            }

            @Override
            public Tensor joint(Tensor x, Tensor t) {
              calls.incrementAndGet();
              return TORN.joint(x, t);
            }
          };
      Calibrator calibrator = new Calibrator(pool);
      Tensor far = Tensor.full(300, DType.FLOAT64, 512, 1);
      calibrator.estimate(ExactDensity.of(counted), far.rows(0, 1), 512);
      int once = calls.getAndSet(0);
      for (double answer : calibrator.estimate(ExactDensity.of(counted), far, 512).logDensity()) {
        assertEquals(Double.NaN, answer);
      }
      assertTrue(calls.get() <= once, calls + " calls, one row costs " + once);
    }
  }

  /** Beyond {@link Calibrator#MOST_EXACT_DIMENSIONS} the trace is probed. */
  @Test
  void aProbedRowHasTheSameAnswerInEveryBatch() {
    int d = ExactDensity.MOST_EXACT_DIMENSIONS + 1;
    int n = 600;
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(d, d, 16, 2, new TimeEmbedding(1), new FourierFeatures(0), false),
            DType.FLOAT32,
            new Rng(3));
    try (Scope scope = Scope.open();
        WorkerPool one = new WorkerPool(1);
        WorkerPool two = new WorkerPool(2)) {
      Tensor flat = mlp.parameters().flat();
      flat.addInPlace(new Rng(4).normal(DType.FLOAT32, flat.count()), 0.1);
      VelocityField field = new NetworkVelocity(mlp);
      Tensor x = new Rng(5).normal(DType.FLOAT32, n, d);
      LogDensity.Estimate together = new Calibrator(two).exact(field, x);
      Tensor order = new Rng(6).permutation(n);
      long[] rows = order.toLongs();
      double[] shuffled = new Calibrator(one).exact(field, x.rows(order)).logDensity();
      for (int i = 0; i < n; i++) {
        assertEquals(together.logDensity()[(int) rows[i]], shuffled[i], 1e-4, "row " + rows[i]);
      }
      double alone = new Calibrator(one).exact(field, x.rows(n - 1, n)).logDensity()[0];
      assertEquals(together.logDensity()[n - 1], alone, 1e-4);
      assertTrue(together.standardError()[n - 1] > 0.01, "the probes make a difference");
      assertNotEquals(Calibrator.seeds(x, 0)[0], Calibrator.seeds(x, 1)[0]);
    }
  }
}
