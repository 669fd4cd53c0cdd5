package org.f2d2.likelihood;

import java.util.Arrays;
import org.f2d2.flow.Calls;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** A way to compute log p₁(x), the log-density of data under a flow. */
public interface LogDensity {

  /** Number of coordinates of a row, d. */
  int dimensions();

  /**
   * The log-density of each row, which does not depend on the other rows beyond the rounding of the
   * network's kernels.
   *
   * @param x points at time 1, [n, d]; n may be 0
   * @param seeds one for each row, from which an estimator that draws takes the draws of that row;
   *     the others leave them alone
   * @throws IllegalArgumentException if x is not a matrix of d columns
   */
  Estimate estimate(Tensor x, long[] seeds);

  /** {@link #estimate(Tensor, long[])} with seeds that the source's own seed fixes, row by row. */
  default Estimate estimate(Tensor x, Rng rng) {
    long[] seeds = new long[Math.toIntExact(x.size(0))];
    Arrays.setAll(seeds, r -> Rng.deriveSeed(rng.seed(), r));
    return estimate(x, seeds);
  }

  /**
   * Log-densities of rows.
   *
   * @param logDensity in nats per row, with respect to the coordinates of x
   * @param standardError standard deviation of each row's figure over the random draws, in nats: 0
   *     for an estimator that draws nothing, NaN where a single draw does not tell. It says nothing
   *     about the error of a solver or of a learned map.
   * @param calls passes through the network; where an adaptive solver spends more on one row than
   *     on another, the largest count
   */
  record Estimate(double[] logDensity, double[] standardError, Calls calls) {

    /** Checks the lengths. */
    public Estimate {
      if (logDensity.length != standardError.length) {
        throw new IllegalArgumentException(
            logDensity.length + " log-densities but " + standardError.length + " errors");
      }
    }

    /** Number of rows. */
    public int rows() {
      return logDensity.length;
    }

    /** The mean negative log-density in nats per row; NaN without rows. */
    public double meanNegativeLogDensity() {
      double sum = 0;
      for (double l : logDensity) {
        sum += l;
      }
      return -sum / logDensity.length;
    }
  }
}
