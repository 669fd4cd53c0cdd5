package org.f2d2.likelihood;

import org.f2d2.flow.Calls;
import org.f2d2.tensor.Tensor;

/** Collects the figures of one chunk of rows after another. */
final class Rows {

  private final double[] logDensity;
  private final double[] standardError;
  private Calls calls = Calls.NONE;

  Rows(Tensor x) {
    logDensity = new double[Math.toIntExact(x.size(0))];
    standardError = new double[logDensity.length];
  }

  /** Log-densities [rows, 1] from row {@code start} on. */
  void put(int start, Tensor values) {
    copy(values, logDensity, start);
  }

  /** Standard errors [rows, 1] from row {@code start} on. */
  void putError(int start, Tensor values) {
    copy(values, standardError, start);
  }

  /** What a chunk cost. */
  void spent(Calls ofChunk) {
    calls = calls.max(ofChunk);
  }

  LogDensity.Estimate estimate() {
    return new LogDensity.Estimate(logDensity, standardError, calls);
  }

  private static void copy(Tensor from, double[] to, int start) {
    double[] values = from.toDoubles();
    System.arraycopy(values, 0, to, start, values.length);
  }
}
