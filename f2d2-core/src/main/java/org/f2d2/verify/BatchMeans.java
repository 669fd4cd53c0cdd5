package org.f2d2.verify;

import java.util.function.IntFunction;
import org.f2d2.tensor.Scope;

/**
 * Means of a random vector over independent batches, and their standard errors, which hold whatever
 * ties the rows of one batch together.
 *
 * @param mean over the batches
 * @param standardError of the mean
 */
record BatchMeans(double[] mean, double[] standardError) {

  /** Evaluates a vector for each of the batches 0, ..., batches - 1. */
  static BatchMeans of(int batches, IntFunction<double[]> batch) {
    double[] sum = new double[0];
    double[] squares = sum;
    for (int b = 0; b < batches; b++) {
      double[] values;
      try (Scope scope = Scope.open()) {
        values = batch.apply(b);
      }
      if (b == 0) {
        sum = new double[values.length];
        squares = new double[values.length];
      }
      for (int i = 0; i < values.length; i++) {
        sum[i] += values[i] / batches;
        squares[i] += values[i] * values[i] / batches;
      }
    }
    double[] error = new double[sum.length];
    for (int i = 0; i < sum.length; i++) {
      error[i] = Math.sqrt(Math.max(0, squares[i] - sum[i] * sum[i]) / (batches - 1));
    }
    return new BatchMeans(sum, error);
  }

  /** The largest |mean| in standard errors: about 1 or 2 where the true means are 0. */
  double largestScore() {
    double largest = 0;
    for (int i = 0; i < mean.length; i++) {
      largest = Math.max(largest, Math.abs(mean[i]) / standardError[i]);
    }
    return largest;
  }

  /** The largest |mean|. */
  double largestMean() {
    double largest = 0;
    for (double m : mean) {
      largest = Math.max(largest, Math.abs(m));
    }
    return largest;
  }
}
