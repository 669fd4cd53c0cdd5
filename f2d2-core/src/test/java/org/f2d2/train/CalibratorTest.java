package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
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
      double[] answers = new Calibrator(pool).estimate(Calibrator.exact(TORN), x, 4).logDensity();
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
      Calibrator calibrator = Calibrator.ofFit(pool);
      Tensor far = Tensor.full(300, DType.FLOAT64, 512, 1);
      calibrator.estimate(Calibrator.exact(counted), far.rows(0, 1), 512);
      int once = calls.getAndSet(0);
      for (double answer : calibrator.estimate(Calibrator.exact(counted), far, 512).logDensity()) {
        assertEquals(Double.NaN, answer);
      }
      assertTrue(calls.get() <= 100 * once, calls + " calls, one failure costs " + once);
    }
  }
}
