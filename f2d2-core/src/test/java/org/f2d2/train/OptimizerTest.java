package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each method number by number, in 64 bits, as its paper has it. */
class OptimizerTest {

  private static final int SIZE = 70_001;
  private static final double RATE = 0.01;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-8;

  private static double expected(Optimizer.Kind kind, double decay, double start, double[] g) {
    double m = 0;
    double q = 0;
    double theta = start;
    for (int n = 1; n <= g.length; n++) {
      m = BETA1 * m + (1 - BETA1) * g[n - 1];
      q = BETA2 * q + (1 - BETA2) * g[n - 1] * g[n - 1];
      theta -= RATE * decay * theta;
      double mHat = m / (1 - Math.pow(BETA1, n));
      double qHat = q / (1 - Math.pow(BETA2, n));
      double end = 2 / (1 - BETA2) - 1;
      double rho = end - 2 * n * Math.pow(BETA2, n) / (1 - Math.pow(BETA2, n));
      if (kind == Optimizer.Kind.ADAMW) {
        theta -= RATE * mHat / (Math.sqrt(qHat) + EPSILON);
      } else if (rho <= 5) {
        theta -= RATE * mHat;
      } else {
        double r = Math.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho));
        theta -= RATE * r * mHat / (Math.sqrt(qHat) + EPSILON);
      }
    }
    return theta;
  }

  @ParameterizedTest
  @CsvSource({"ADAMW, 0, 1", "ADAMW, 0.1, 2", "RADAM, 0, 2", "RADAM, 0.2, 3"})
  void stepsAreThoseOfThePaper(Optimizer.Kind kind, double decay, int workers) {
    int steps = 9;
    double scale = 0.5;
    Tensor flat = new Rng(1).normal(DType.FLOAT64, SIZE);
    double[] start = flat.toDoubles();
    Optimizer optimizer =
        new Optimizer(new Optimizer.Options(kind, BETA1, BETA2, EPSILON, decay), flat);
    double[][] gradients = new double[steps][];
    BitSet seen = new BitSet();
    try (WorkerPool pool = new WorkerPool(workers)) {
      for (int n = 0; n < steps; n++) {
        Tensor gradient = new Rng(2 + n).normal(DType.FLOAT64, SIZE);
        gradients[n] = gradient.mul(scale).toDoubles();
        optimizer.step(
            flat,
            gradient,
            scale,
            RATE,
            (at, length) -> {
              synchronized (seen) {
                seen.set((int) at, (int) (at + length));
              }
            },
            pool);
      }
    }
    assertEquals(SIZE, seen.cardinality());
    double[] actual = flat.toDoubles();
    for (int i = 0; i < SIZE; i += 17) {
      double[] own = new double[steps];
      for (int n = 0; n < steps; n++) {
        own[n] = gradients[n][i];
      }
      assertEquals(expected(kind, decay, start[i], own), actual[i], 1e-12, "number " + i);
    }
  }
}
