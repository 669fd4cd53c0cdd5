package com.example;

import java.util.Arrays;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.tensor.Tensor;

/**
 * The mean of what two estimators say.
 *
 * @param one any
 * @param other of the same flow
 */
public record MeanOfTwo(LogDensity one, LogDensity other) implements LogDensity {

  @Override
  public int dimensions() {
    return one.dimensions();
  }

  @Override
  public Estimate estimate(Tensor x, long[] seeds) {
    Estimate a = one.estimate(x, seeds);
    Estimate b = other.estimate(x, seeds);
    return new Estimate(
        mean(a.logDensity(), b.logDensity()),
        mean(a.standardError(), b.standardError()),
        a.calls().plus(b.calls()));
  }

  private static double[] mean(double[] a, double[] b) {
    double[] mean = a.clone();
    Arrays.setAll(mean, i -> (a[i] + b[i]) / 2);
    return mean;
  }
}
