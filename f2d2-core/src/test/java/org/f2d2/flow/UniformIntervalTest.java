package org.f2d2.flow;

import static org.f2d2.flow.Differences.column;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The cut-off normal law against brute force, near and far from the interval, early and late. */
class UniformIntervalTest {

  private static final double[] TIMES = {0, 1e-6, 0.01, 0.2, 0.4, 0.41, 0.6, 0.9, 0.99};
  private static final double[] POINTS = {-9, -4, -2.5, -1, -0.999, 0, 0.5, 1, 1.0001, 3, 7};
  private static final double CENTRE = 1;

  @Test
  void agreesWithBruteForce() {
    for (double noiseScale : new double[] {0.5, 1, 2.3}) {
      for (double t : TIMES) {
        try (Scope scope = Scope.open()) {
          Tensor x = column(POINTS);
          Tensor time = Differences.same(t, POINTS.length);
          UniformInterval law =
              UniformInterval.of(x, time, Tensor.of(new double[] {CENTRE}, 1, 1), noiseScale);
          double[] log = law.logMass().toDoubles();
          double[] mean = law.mean().toDoubles();
          double[] variance = law.variance().toDoubles();
          for (int i = 0; i < POINTS.length; i++) {
            double[] brute = bruteForce(POINTS[i], t, noiseScale);
            String at = "x = " + POINTS[i] + ", t = " + t + ", prior sd " + noiseScale;
            assertEquals(brute[0], log[i], 1e-9 * (1 + Math.abs(brute[0])), at);
            assertEquals(brute[1], mean[i], 1e-9, at);
            assertEquals(brute[2], variance[i], 1e-9, at);
          }
        }
      }
    }
  }

  // Simpson's rule on the part of [-1, 1] that carries the mass, scaled by its largest value.
  private static double[] bruteForce(double x, double t, double noiseScale) {
    double tau = (1 - t) * noiseScale;
    double zeta = (t * CENTRE - x) / tau;
    double eta = t / tau;
    double mode = eta == 0 ? 0 : Math.max(-1, Math.min(1, -zeta / eta));
    double peak = 0.5 * Math.pow(zeta + eta * mode, 2);
    // The mass falls off like a bell around the mode, or exponentially beside it in a tail.
    double slope = eta * Math.abs(zeta + eta * mode);
    double width = Math.min(2, Math.min(10 / eta, 60 / slope));
    double from = Math.max(-1, mode - width);
    double to = Math.min(1, mode + width);
    int n = 20_000;
    double h = (to - from) / n;
    double[] m = new double[3];
    for (int i = 0; i <= n; i++) {
      double r = from + i * h;
      int weight = i == 0 || i == n ? 1 : i % 2 == 0 ? 2 : 4;
      double mass = weight * Math.exp(peak - 0.5 * Math.pow(zeta + eta * r, 2)) * h / 3;
      m[0] += mass;
      m[1] += mass * r;
      m[2] += mass * r * r;
    }
    double mean = m[1] / m[0];
    double log = Math.log(0.5 * m[0]) - peak - 0.5 * Math.log(2 * Math.PI);
    return new double[] {log, CENTRE + mean, m[2] / m[0] - mean * mean};
  }

  @Test
  void checkerboardStaysFiniteCloseToTheEndOfThePath() {
    CheckerboardFlow flow = CheckerboardFlow.standard();
    for (double left : new double[] {1e-2, 1e-4, 1e-6, 1e-9, 1e-12}) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.of(new double[] {1, 1, -3.5, 0.5, 1, 3, 2, 2, 0, 0, 6, 1, -20, 30}, 7, 2);
        Tensor t = Differences.same(1 - left, 7);
        Tensor g = flow.joint(x, t);
        assertTrue(g.allFinite(), "joint, 1 - t = " + left);
        assertTrue(flow.logDensity(x, t).allFinite(), "log-density, 1 - t = " + left);
        // Inside a square the limit is v = x, div v = 2.
        double[] inside = g.rows(0, 1).toDoubles();
        double tolerance = Math.max(10 * left, 1e-3 * Math.sqrt(1e-12 / left));
        assertEquals(1, inside[0], tolerance, "v, 1 - t = " + left);
        if (left >= 1e-6) {
          assertEquals(2, inside[2], 30 * left + 1e-3, "div v, 1 - t = " + left);
        }
      }
    }
  }
}
