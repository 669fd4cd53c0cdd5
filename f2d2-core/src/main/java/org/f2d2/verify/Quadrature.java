package org.f2d2.verify;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.tensor.Tensor;

/**
 * Points on a line with the probability that each stands for: means over a density without sampling
 * noise, by the trapezoid rule.
 *
 * @param x points [n, 1]
 * @param probability [n, 1]
 */
record Quadrature(Tensor x, Tensor probability) {

  /** A rule for the density of a one-dimensional flow at one time, over [-limit, limit]. */
  static Quadrature of(ClosedFormFlow flow, double t, double limit, int points) {
    double h = 2 * limit / (points - 1);
    double[] x = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = -limit + i * h;
    }
    Tensor nodes = Tensor.of(x, points, 1);
    Tensor density = flow.logDensity(nodes, TestGrid.column(t, points)).exp();
    return new Quadrature(nodes, density.mul(h));
  }

  /** The mean of values at the points. */
  double mean(Tensor values) {
    return values.mul(probability).sum().item();
  }
}
